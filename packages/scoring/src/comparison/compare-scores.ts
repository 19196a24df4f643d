import { ScoringError } from '../errors.ts';
import type {
  ComparedMetric,
  Comparison,
  ComparisonMethod,
  LeftOut,
  MetricComparison,
  PairedWindow,
} from './comparison.ts';
import { quantile, totalsByDrive } from './drive-totals.ts';
import { holm } from './holm.ts';
import { measure, methodWith, winsOf } from './paired-difference.ts';
import type { MeasuredDifference } from './paired-difference.ts';
import type { PairedScores } from './paired-scores.ts';
import { compareSlices } from './slices.ts';
import { betterSign, verdictOf, verdictWords } from './verdict.ts';

/** How many windows of either end a person is shown. */
const WINDOWS_SHOWN = 10;

/**
 * Compares the scores of two sweeps over the same windows, B against A. The result depends on the scores and the seed only:
 * not on the order in which windows were added.
 * @param metrics what the values of a window are, in order; the first is the one that the verdict is about
 * @throws ScoringError SCORING_SHAPE when a side expects a window that the other does not
 */
export function compareScores(
  scores: PairedScores,
  metrics: readonly [ComparedMetric, ...ComparedMetric[]],
  seed: number,
): Comparison {
  assertShared(scores);
  const method = methodWith(seed);
  const pairings = metrics.map((metric, index) => pair(scores, metric, index));
  const compared = judge(pairings, method);
  const [primary] = metrics;
  const [difference] = compared;
  const rows = pairings[0]?.rows ?? [];
  const { slices, factsNotSliced } = compareSlices(scores, primary, rows, method);
  const { gained, lost } = extremes(scores, primary, rows);
  return {
    primary: primary.id,
    verdict: difference?.verdict ?? null,
    words: difference ? verdictWords(primary, difference, difference.verdict) : '',
    method,
    expected: scores.windows,
    windowsOfA: scores.counts('a'),
    windowsOfB: scores.counts('b'),
    metrics: compared,
    slices,
    factsNotSliced,
    gained,
    lost,
  };
}

function assertShared(scores: PairedScores): void {
  const only = scores.unshared('a').windows + scores.unshared('b').windows;
  if (only === 0) return;
  throw new ScoringError('SCORING_SHAPE', `${only} windows are expected on one side only`);
}

/** One metric's pairs, and what was left out of them. */
interface Pairing {
  readonly metric: ComparedMetric;
  readonly index: number;
  readonly scores: PairedScores;
  readonly rows: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

/** From the gravest reason to the least. */
const REASONS = ['missing', 'failed', 'skipped', 'undefined'] as const;
const SIDES = ['a', 'b', 'both'] as const;

function pair(scores: PairedScores, metric: ComparedMetric, index: number): Pairing {
  const rows: number[] = [];
  const counts = new Map<string, number>();
  for (let row = 0; row < scores.windows; row++) {
    const a = scores.absence('a', row, index);
    const b = scores.absence('b', row, index);
    if (a === null && b === null) {
      rows.push(row);
      continue;
    }
    const reason = REASONS.find((one) => one === a || one === b);
    const side = a !== null && b !== null ? 'both' : a !== null ? 'a' : 'b';
    const key = `${reason ?? ''} ${side}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const leftOut = REASONS.flatMap((reason) =>
    SIDES.map((side) => ({ reason, side, windows: counts.get(`${reason} ${side}`) ?? 0 })),
  ).filter(({ windows }) => windows > 0);
  return { metric, index, scores, rows, leftOut };
}

/** Measures every metric and judges it: the primary as one test of its own, the others among each other. */
function judge(pairings: readonly Pairing[], method: ComparisonMethod): MetricComparison[] {
  const differences = pairings.map(differencesOf);
  const measured = measure(
    pairings.map(({ scores, metric, index, rows }, i) => ({
      totals: totalsByDrive(scores, index, rows),
      winsOfB: winsOf(metric.better, differences[i] ?? []),
      tested: true,
    })),
    method,
  );
  const corrected = correctedAmongOthers(pairings, measured);
  return pairings.flatMap(({ metric, leftOut }, i): MetricComparison[] => {
    const one = measured[i];
    if (one === undefined) return [];
    const pHolm = corrected[i] ?? null;
    const verdict = verdictOf(metric.better, { ...one, pHolm });
    const quantiles = quantilesOf(differences[i] ?? new Float64Array());
    const { id, unit, better } = metric;
    return [{ id, unit, better, ...one, pHolm, verdict, leftOut, quantiles }];
  });
}

/** B - A of each pair, ascending. */
function differencesOf({ scores, index, rows }: Pairing): Float64Array {
  const difference = (row: number) => scores.value('b', row, index) - scores.value('a', row, index);
  return Float64Array.from(rows, difference).sort();
}

/**
 * The primary was named before anybody looked, and is one test. The others are looked at together: Holm among those
 * that have a better side and were tested.
 */
function correctedAmongOthers(
  pairings: readonly Pairing[],
  measured: readonly MeasuredDifference[],
): (number | null)[] {
  const p = (i: number) =>
    pairings[i]?.metric.better === 'neither' ? null : (measured[i]?.p ?? null);
  const others = pairings.flatMap((_, i) => (i > 0 && p(i) !== null ? [i] : []));
  const corrected = holm(others.map((i) => p(i) ?? 1));
  return pairings.map((_, i) => (i === 0 ? p(0) : (corrected[others.indexOf(i)] ?? null)));
}

function quantilesOf(ascending: Float64Array): MetricComparison['quantiles'] {
  if (ascending.length === 0) return null;
  return {
    p5: quantile(ascending, 0.05),
    p25: quantile(ascending, 0.25),
    median: quantile(ascending, 0.5),
    p75: quantile(ascending, 0.75),
    p95: quantile(ascending, 0.95),
  };
}

/** The pairs of the primary where B won and lost most. */
function extremes(
  scores: PairedScores,
  { better }: ComparedMetric,
  rows: readonly number[],
): Pick<Comparison, 'gained' | 'lost'> {
  if (better === 'neither') return { gained: [], lost: [] };
  const windows = rows.map((row): PairedWindow => {
    const [a, b] = [scores.value('a', row, 0), scores.value('b', row, 0)];
    return {
      windowId: scores.windowId(row),
      driveId: scores.driveId(row),
      a,
      b,
      difference: b - a,
    };
  });
  return {
    gained: farthest(windows, betterSign(better)),
    lost: farthest(windows, -betterSign(better)),
  };
}

/** Those that went this way, most first; by id where they went as far. Ties are neither gained nor lost. */
function farthest(windows: readonly PairedWindow[], sign: number): PairedWindow[] {
  return windows
    .filter((window) => winsOf('higher', [sign * window.difference])?.wins === 1)
    .sort((v, w) => sign * (w.difference - v.difference) || (v.windowId < w.windowId ? -1 : 1))
    .slice(0, WINDOWS_SHOWN);
}
