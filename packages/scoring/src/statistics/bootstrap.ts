import { at } from '@drivesweep/geometry';
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
  const intervals: (MeanInterval | null)[] = means.map(() => null);
  const used = means.map(withoutEmptyClusters);
  for (const members of groupedBy(used, ({ counts }) => counts.length)) {
    const columns = members.flatMap((i) => used[i] ?? []);
    if ((columns[0]?.counts.length ?? 0) < 2) continue;
    const made = intervalsOf(columns, resampling);
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
}: Resampling & { readonly clusters: number }): Generator<Float64Array, void> {
  const { below } = createRandom(seed);
  const weights = new Float64Array(clusters);
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (let n = 0; n < clusters; n++) {
      const drawn = below(clusters);
      weights[drawn] = at(weights, drawn) + 1;
    }
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

/** Columns that are worked on at once, so that the weights are read once for all of them: twice as fast as one by one. */
const LANES = 4;

/** All clusters of all columns hold something, so no draw is a mean of nothing. */
function intervalsOf(
  columns: readonly ClusterTotals[],
  { draws = BOOTSTRAP.draws, seed = BOOTSTRAP.seed, confidence = BOOTSTRAP.confidence }: Resampling,
): MeanInterval[] {
  const clusters = columns[0]?.counts.length ?? 0;
  const sums = columns.map((column) => column.sums);
  const means = columns.map(() => new Float64Array(draws));
  const [counts, countsOf] = distinct(columns.map((column) => column.counts));
  let draw = 0;
  for (const weights of bootstrapWeights({ clusters, draws, seed })) {
    for (let i = 0; i < sums.length; i += LANES) writeSums(sums, means, i, weights, draw);
    const drawn = counts.map((count) => dot(weights, count));
    means.forEach((ofColumn, i) => {
      ofColumn[draw] = at(ofColumn, draw) / (drawn[countsOf[i] ?? 0] ?? NaN);
    });
    draw++;
  }
  return means.map((drawn) => ({ ...percentileInterval(drawn, confidence), clusters }));
}

/** The sums of one draw for the columns from `first` on, up to `LANES` of them. */
function writeSums(
  columns: readonly Float64Array[],
  out: readonly Float64Array[],
  first: number,
  weights: Float64Array,
  draw: number,
): void {
  const a = columns[first] ?? weights;
  const b = columns[first + 1] ?? a;
  const c = columns[first + 2] ?? a;
  const d = columns[first + 3] ?? a;
  // Not by destructuring an array of zeros: this loop would take three times as long.
  let sumA = 0;
  let sumB = 0;
  let sumC = 0;
  let sumD = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = at(weights, i);
    sumA += weight * at(a, i);
    sumB += weight * at(b, i);
    sumC += weight * at(c, i);
    sumD += weight * at(d, i);
  }
  write(out[first], draw, sumA);
  write(out[first + 1], draw, sumB);
  write(out[first + 2], draw, sumC);
  write(out[first + 3], draw, sumD);
}

function write(values: Float64Array | undefined, i: number, value: number): void {
  if (values !== undefined) values[i] = value;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
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

function withoutEmptyClusters({ sums, counts }: ClusterTotals): ClusterTotals {
  const isUsed = (_: number, i: number): boolean => at(counts, i) !== 0;
  return { sums: sums.filter(isUsed), counts: counts.filter(isUsed) };
}
