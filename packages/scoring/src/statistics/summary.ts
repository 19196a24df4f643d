import { ScoringError } from '../errors.ts';
import { ExactSum } from './exact-sum.ts';
import type { MetricInfo } from '../metric.ts';

/** The slice of every window. */
export const ALL_WINDOWS = 'all';

/** A fact with more values than this is a name rather than a property, and is not sliced by. */
const MAX_VALUES_PER_FACT = 64;

/** One number of a scorecard. Every mean stands beside how many windows it is and is not about. */
export interface MetricSummary {
  readonly id: string;
  /** `all`, or `fact=value`. */
  readonly slice: string;
  readonly unit: string;
  /** Null when nothing was scored: missing is never zero. */
  readonly mean: number | null;
  /** Windows that went into the mean. */
  readonly n: number;
  readonly failed: number;
  readonly skipped: number;
  readonly missing: number;
  /** Windows that are ok but where this metric does not apply. */
  readonly undefined: number;
  readonly min: number | null;
  readonly max: number | null;
}

/** What is known about one expected window when everything is over. `missing` has no row at all. */
export interface WindowOutcome {
  readonly status: 'ok' | 'error' | 'skipped' | 'missing';
  /** Slices that the window is in; may be empty, then it counts in `all` only. */
  readonly facts: Readonly<Record<string, string>>;
  /** One value per metric when ok; NaN or null where the metric does not apply. Not looked at otherwise. */
  readonly values: ArrayLike<number | null>;
}

export interface Summary {
  /** @throws ScoringError SCORING_SHAPE for an ok window without one value per metric, SCORING_NOT_FINITE for infinity */
  add(window: WindowOutcome): void;
  /** `all` first, then slices by name; within a slice in the order of the metrics. */
  metrics(): MetricSummary[];
  /** Facts that are not sliced by because they have too many values, by name. */
  factsNotSliced(): string[];
}

/**
 * Adds up windows by slice and metric. The result does not depend on the order of the windows: sums are exact until
 * they are read, and a fact with too many values loses all its slices, whichever values came first.
 * @param metrics what the values of a window are, in order
 */
export function createSummary(
  metrics: readonly MetricInfo[],
  { maxValuesPerFact = MAX_VALUES_PER_FACT }: { readonly maxValuesPerFact?: number } = {},
): Summary {
  const all = createSlice(metrics);
  /** fact -> value -> slice; null when the fact has too many values. */
  const byFact = new Map<string, Map<string, Slice> | null>();

  const sliceOf = (fact: string, value: string): Slice | null => {
    const slices = byFact.get(fact) ?? (byFact.has(fact) ? null : new Map<string, Slice>());
    if (slices === null) return null;
    const known = slices.get(value);
    if (known !== undefined) return known;
    if (slices.size >= maxValuesPerFact) {
      byFact.set(fact, null);
      return null;
    }
    const slice = createSlice(metrics);
    byFact.set(fact, slices.set(value, slice));
    return slice;
  };

  return {
    add(window) {
      assertOutcome(window, metrics);
      addTo(all, window);
      for (const [fact, value] of Object.entries(window.facts)) {
        const slice = sliceOf(fact, value);
        if (slice !== null) addTo(slice, window);
      }
    },
    metrics() {
      const named: [string, Slice][] = [];
      for (const [fact, slices] of byFact) {
        for (const [value, slice] of slices ?? []) named.push([`${fact}=${value}`, slice]);
      }
      named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return [[ALL_WINDOWS, all] as const, ...named].flatMap(([name, slice]) =>
        summariesOf(name, slice, metrics),
      );
    },
    factsNotSliced() {
      return [...byFact].flatMap(([fact, slices]) => (slices === null ? [fact] : [])).sort();
    },
  };
}

interface Slice {
  failed: number;
  skipped: number;
  missing: number;
  readonly columns: readonly Column[];
}

interface Column {
  n: number;
  undefined: number;
  min: number;
  max: number;
  readonly sum: ExactSum;
}

function createSlice(metrics: readonly MetricInfo[]): Slice {
  const columns = metrics.map(() => ({
    n: 0,
    undefined: 0,
    min: Infinity,
    max: -Infinity,
    sum: new ExactSum(),
  }));
  return { failed: 0, skipped: 0, missing: 0, columns };
}

/** Before anything is counted, so that a refused window leaves no trace. */
function assertOutcome({ status, values }: WindowOutcome, metrics: readonly MetricInfo[]): void {
  if (status !== 'ok') return;
  if (values.length !== metrics.length) {
    throw new ScoringError(
      'SCORING_SHAPE',
      `values: expected ${metrics.length}, got ${values.length}`,
    );
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === Infinity || value === -Infinity) {
      throw new ScoringError('SCORING_NOT_FINITE', `${metrics[i]?.id ?? i} is ${value}`);
    }
  }
}

function addTo(slice: Slice, { status, values }: WindowOutcome): void {
  switch (status) {
    case 'error':
      slice.failed++;
      return;
    case 'skipped':
      slice.skipped++;
      return;
    case 'missing':
      slice.missing++;
      return;
    case 'ok':
  }
  for (let i = 0; i < slice.columns.length; i++) {
    const column = slice.columns[i];
    const value = values[i] ?? NaN;
    if (column === undefined) continue;
    if (Number.isNaN(value)) {
      column.undefined++;
      continue;
    }
    column.n++;
    column.sum.add(value);
    if (value < column.min) column.min = value;
    if (value > column.max) column.max = value;
  }
}

function summariesOf(name: string, slice: Slice, metrics: readonly MetricInfo[]): MetricSummary[] {
  return slice.columns.map((column, i) => {
    const { n, min, max } = column;
    return {
      id: metrics[i]?.id ?? '',
      slice: name,
      unit: metrics[i]?.unit ?? '',
      mean: n === 0 ? null : column.sum.value() / n,
      n,
      failed: slice.failed,
      skipped: slice.skipped,
      missing: slice.missing,
      undefined: column.undefined,
      min: n === 0 ? null : min,
      max: n === 0 ? null : max,
    };
  });
}
