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

/** Columns that are worked on at once. */
const LANES = 4;

/** All clusters of all columns hold something, so no draw is a mean of nothing. */
function intervalsOf(
  columns: readonly ClusterTotals[],
  { draws = BOOTSTRAP.draws, seed = BOOTSTRAP.seed, confidence = BOOTSTRAP.confidence }: Resampling,
): MeanInterval[] {
  const clusters = columns[0]?.counts.length ?? 0;
  const weights = new Uint16Array(draws * clusters);
  let draw = 0;
  for (const ofDraw of bootstrapWeights({ clusters, draws, seed })) {
    weights.set(ofDraw, draw++ * clusters);
  }
  const [counts, countsOf] = distinct(columns.map((column) => column.counts));
  const drawnCounts = sumsOfDraws(counts, weights, draws);
  const intervals: MeanInterval[] = [];
  for (let first = 0; first < columns.length; first += LANES) {
    const sums = columns.slice(first, first + LANES).map((column) => column.sums);
    sumsOfDraws(sums, weights, draws).forEach((means, i) => {
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

/** What each column adds up to in each draw. `weights` are those of the first draw, then those of the second, ... */
function sumsOfDraws(
  columns: readonly Float64Array[],
  weights: Uint16Array,
  draws: number,
): Float64Array[] {
  const sums = columns.map(() => new Float64Array(draws));
  for (let i = 0; i < columns.length; i += LANES) {
    for (let draw = 0; draw < draws; draw += 2) sumTwoDraws(columns, sums, i, weights, draw);
  }
  return sums;
}

/**
 * Two draws of four columns: what is read is then used four times and twice, which is three times as fast as one sum
 * after the other. Of an odd number of draws the last is worked out twice.
 */
function sumTwoDraws(
  columns: readonly Float64Array[],
  out: readonly Float64Array[],
  first: number,
  weights: Uint16Array,
  draw: number,
): void {
  const a = columns[first] ?? NO_COUNTS;
  const b = columns[first + 1] ?? a;
  const c = columns[first + 2] ?? a;
  const d = columns[first + 3] ?? a;
  const clusters = a.length;
  const other = Math.min(draw + 1, weights.length / clusters - 1);
  let p = draw * clusters;
  let q = other * clusters;
  // Not by destructuring arrays of zeros: this loop would take three times as long.
  let a0 = 0;
  let b0 = 0;
  let c0 = 0;
  let d0 = 0;
  let a1 = 0;
  let b1 = 0;
  let c1 = 0;
  let d1 = 0;
  for (let i = 0; i < clusters; i++) {
    const w0 = weights[p++] ?? 0;
    const w1 = weights[q++] ?? 0;
    const ai = at(a, i);
    const bi = at(b, i);
    const ci = at(c, i);
    const di = at(d, i);
    a0 += w0 * ai;
    b0 += w0 * bi;
    c0 += w0 * ci;
    d0 += w0 * di;
    a1 += w1 * ai;
    b1 += w1 * bi;
    c1 += w1 * ci;
    d1 += w1 * di;
  }
  write(out[first], draw, a0, other, a1);
  write(out[first + 1], draw, b0, other, b1);
  write(out[first + 2], draw, c0, other, c1);
  write(out[first + 3], draw, d0, other, d1);
}

function write(
  values: Float64Array | undefined,
  i: number,
  value: number,
  j: number,
  other: number,
): void {
  if (values === undefined) return;
  values[i] = value;
  values[j] = other;
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
