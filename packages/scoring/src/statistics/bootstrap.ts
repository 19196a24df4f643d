import { at } from '@drivesweep/geometry';
import { DrawSums } from './draw-sums.ts';
import { createRandom } from './random.ts';

/** How an interval is made. */
export interface Resampling {
  /** 2,000 unless said otherwise. */
  readonly draws?: number;
  /** 0 unless said otherwise. */
  readonly seed?: number;
  /** 0.95 unless said otherwise. */
  readonly confidence?: number;
}

export const BOOTSTRAP = { draws: 2000, seed: 0, confidence: 0.95 } as const;

/** What each cluster of windows adds to a mean, in an order that does not depend on who counted when. */
export interface ClusterTotals {
  /** Sum of the values of a cluster, for example of the windows of one drive. */
  readonly sums: Float64Array;
  /**
   * How many values that are, or any other positive quantity to divide by: the sums of one sweep under the sums of the
   * differences to another give the interval of a relative change. A cluster without any takes no part.
   */
  readonly counts: Float64Array;
}

/** A percentile interval of the mean. */
export interface MeanInterval {
  readonly low: number;
  readonly high: number;
  /** How many clusters were resampled. */
  readonly clusters: number;
}

/**
 * The interval of a mean over windows that come in clusters: clusters are drawn with replacement, as many as there are,
 * each with all its windows, and the mean of a draw is the sum of its sums over the sum of its counts (cluster
 * bootstrap, percentile interval: Davison and Hinkley, "Bootstrap Methods and their Application", 1997, 3.8 and 5.3).
 * @returns null for fewer than two clusters, which say nothing about how clusters differ
 */
export function bootstrapMean(totals: ClusterTotals & Resampling): MeanInterval | null {
  return bootstrapMeans([totals], totals)[0] ?? null;
}

/** `bootstrapMean` of many means. Those over equally many clusters share the same resamples: it is much faster. */
export function bootstrapMeans(
  means: readonly ClusterTotals[],
  resampling: Resampling = {},
): (MeanInterval | null)[] {
  const { draws = BOOTSTRAP.draws, seed = BOOTSTRAP.seed } = resampling;
  const intervals: (MeanInterval | null)[] = means.map(() => null);
  const used = means.map(withoutEmptyClusters);
  const drawn = new DrawSums(draws, Math.max(0, ...used.map(({ counts }) => counts.length)));
  for (const members of groupedBy(used, ({ counts }) => counts.length)) {
    const columns = members.flatMap((i) => used[i] ?? []);
    const clusters = columns[0]?.counts.length ?? 0;
    if (clusters < 2) continue;
    drawn.weigh(bootstrapWeights({ clusters, draws, seed }));
    const made = intervalsOf(columns, drawn, resampling.confidence ?? BOOTSTRAP.confidence);
    members.forEach((i, n) => (intervals[i] = made[n] ?? null));
  }
  return intervals;
}

/**
 * How often each cluster was drawn, resample by resample; depends on the three numbers only.
 * The array is the same every time, filled anew: look at it before asking for the next.
 */
export function* bootstrapWeights({
  clusters,
  draws = BOOTSTRAP.draws,
  seed = BOOTSTRAP.seed,
}: Resampling & { readonly clusters: number }): Generator<Uint16Array, void> {
  const { countBelow } = createRandom(seed);
  const weights = new Uint16Array(clusters);
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    countBelow(weights, clusters);
    yield weights;
  }
}

/** The interval between the k-th smallest and the k-th largest draw, k = (draws + 1)(1 - confidence) / 2. Sorts them. */
export function percentileInterval(
  draws: Float64Array,
  confidence: number,
): { readonly low: number; readonly high: number } {
  draws.sort();
  const tail = ((draws.length + 1) * (1 - confidence)) / 2;
  const k = Math.max(1, Math.floor(tail + 1e-9));
  return { low: at(draws, k - 1), high: at(draws, draws.length - k) };
}

/** Columns that are worked on at once, so that there are not two thousand sums of each of them. */
const TOGETHER = 64;

/**
 * All clusters of all columns hold something, so no draw is a mean of nothing.
 * @param columns over equally many clusters
 */
function intervalsOf(
  columns: readonly ClusterTotals[],
  drawn: DrawSums,
  confidence: number,
): MeanInterval[] {
  const clusters = columns[0]?.counts.length ?? 0;
  const [counts, countsOf] = distinct(columns.map((column) => column.counts));
  const drawnCounts = drawn.of(counts);
  const intervals: MeanInterval[] = [];
  for (let first = 0; first < columns.length; first += TOGETHER) {
    const sums = columns.slice(first, first + TOGETHER).map((column) => column.sums);
    drawn.of(sums).forEach((means, i) => {
      divide(means, drawnCounts[countsOf[first + i] ?? 0] ?? NO_COUNTS);
      intervals.push({ ...percentileInterval(means, confidence), clusters });
    });
  }
  return intervals;
}

const NO_COUNTS = new Float64Array();

function divide(values: Float64Array, by: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = at(values, i) / at(by, i);
}

/** Indices of the items, those with the same key together. */
function groupedBy<T>(items: readonly T[], keyOf: (item: T) => number): number[][] {
  const groups = new Map<number, number[]>();
  items.forEach((item, i) => {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  return [...groups.values()];
}

/** Each array once, and which of them each was: most metrics are about the same windows. */
function distinct(arrays: readonly Float64Array[]): [Float64Array[], number[]] {
  const found: Float64Array[] = [];
  const places = arrays.map((array) => {
    const place = found.findIndex((known) => known.every((value, i) => value === array[i]));
    return place >= 0 ? place : found.push(array) - 1;
  });
  return [found, places];
}

function withoutEmptyClusters(totals: ClusterTotals): ClusterTotals {
  const { sums, counts } = totals;
  let used = 0;
  for (const count of counts) if (count !== 0) used++;
  if (used === counts.length) return totals;
  const full = { sums: new Float64Array(used), counts: new Float64Array(used) };
  for (let i = 0, n = 0; i < counts.length; i++) {
    if (at(counts, i) === 0) continue;
    full.sums[n] = at(sums, i);
    full.counts[n++] = at(counts, i);
  }
  return full;
}
