import { ScoringError } from '../errors.ts';
import type { MetricInfo } from '../metric.ts';
import { headlineOf, headlineRank } from './headline.ts';

/** Where the values of windows with the same list of metrics go: one entry per metric of the list. */
export interface ColumnLayout {
  /** Columns in the slice of all windows. */
  readonly columns: Int32Array;
  /** Columns in other slices; -1 where the metric is no headline of this list, whatever it is of another. */
  readonly headlineColumns: Int32Array;
  /** The tail begins above this value; infinite when there is none. */
  readonly tails: Float64Array;
  /** Columns that the slice of all windows, and the others, need to take them. */
  readonly width: number;
  readonly headlineWidth: number;
}

/** A metric and its column in the slice of all windows. */
export interface PlacedMetric {
  readonly metric: MetricInfo;
  readonly column: number;
}

/** A headline metric, which all other slices have too, in a column of their own. */
export interface PlacedHeadline extends PlacedMetric {
  readonly headlineColumn: number;
}

/** Which columns the values of a window go to. Windows with other numbers of samples or steps have other metrics. */
export interface MetricColumns {
  /** Always the same object for the same list. */
  readonly layoutOf: (metrics: readonly MetricInfo[]) => ColumnLayout;
  /** Every metric seen, in an order that does not depend on that of the windows: by place in its list, then by id. */
  readonly placed: () => PlacedMetric[];
  /** Headline metrics, the first one first. */
  readonly headline: () => PlacedHeadline[];
}

interface Known {
  readonly metric: MetricInfo;
  readonly column: number;
  headlineColumn: number | null;
  rank: number;
}

/** @param first a list to know from the start, so that it is there when no window is */
export function createMetricColumns(first: readonly MetricInfo[]): MetricColumns {
  const byId = new Map<string, Known>();
  const layouts = new WeakMap<readonly MetricInfo[], ColumnLayout>();
  let headlines = 0;

  const know = (metric: MetricInfo, rank: number): Known => {
    const known = byId.get(metric.id) ?? {
      metric,
      column: byId.size,
      headlineColumn: null,
      rank,
    };
    known.rank = Math.min(known.rank, rank);
    byId.set(metric.id, known);
    return known;
  };
  const layoutOf = (metrics: readonly MetricInfo[]): ColumnLayout => {
    const seen = layouts.get(metrics);
    if (seen !== undefined) return seen;
    const known = metrics.map(know);
    const headlineColumns = new Int32Array(metrics.length).fill(-1);
    for (const metric of headlineOf(metrics)) {
      const place = metrics.indexOf(metric);
      const headline = known[place];
      if (headline === undefined) continue;
      headline.headlineColumn ??= headlines++;
      headlineColumns[place] = headline.headlineColumn;
    }
    const layout = {
      columns: Int32Array.from(known, ({ column }) => column),
      headlineColumns,
      tails: Float64Array.from(known, ({ metric }) => metric.tailAbove ?? Infinity),
      width: byId.size,
      headlineWidth: headlines,
    };
    layouts.set(metrics, layout);
    return layout;
  };
  const sorted = (rankOf: (known: Known) => number): Known[] =>
    [...byId.values()].sort(
      (a, b) => Math.sign(rankOf(a) - rankOf(b)) || (a.metric.id < b.metric.id ? -1 : 1),
    );

  layoutOf(first);
  return {
    layoutOf,
    placed: () => sorted(({ rank }) => rank),
    headline: () =>
      sorted(({ metric }) => headlineRank(metric)).flatMap(({ metric, column, headlineColumn }) =>
        headlineColumn === null ? [] : [{ metric, column, headlineColumn }],
      ),
  };
}

/**
 * @throws ScoringError SCORING_SHAPE when there is not one value per metric, SCORING_NOT_FINITE for infinity
 */
export function assertValues(
  metrics: readonly MetricInfo[],
  values: ArrayLike<number | null>,
): void {
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
