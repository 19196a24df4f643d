import { at } from '@drivesweep/geometry';
import type { Random } from '../statistics/random.ts';

/** With at most this many clusters all flips are tried: 2^13 = 8,192. */
export const EXACT_CLUSTERS = 13;

/** Sums that differ by less than this share of what all of them could add up to are the same sum, rounded differently. */
const SAME = 1e-12;

/** How the random flips are made. */
export interface Flips {
  readonly flips: number;
  readonly random: Pick<Random, 'uint32'>;
}

/**
 * The two-sided sign-flip permutation test of paired differences (Fisher 1935): if A and B were the same, each
 * cluster's sum of differences could as well have had the other sign. p is the share of flips whose total is at least as far from 0 as
 * the one that was seen. A cluster flips as a whole, because its windows depend on each other.
 *
 * Exact for at most `EXACT_CLUSTERS` clusters, then it is at least 2 / 2^clusters: fewer than 6 clusters cannot go under 0.05.
 * With more, random flips, the one that was seen counted as one of them: (1 + as far) / (1 + flips), never 0.
 * @param sums one sum of differences per cluster, finite
 * @returns p in (0, 1]; 1 when there is no cluster
 */
export function signFlipP(sums: ArrayLike<number>, options: Flips): number {
  let [seen, farthest] = [0, 0];
  for (let cluster = 0; cluster < sums.length; cluster++) {
    seen += sums[cluster] ?? 0;
    farthest += Math.abs(sums[cluster] ?? 0);
  }
  const bound = Math.abs(seen) - SAME * farthest;
  return sums.length <= EXACT_CLUSTERS ? exactP(sums, bound) : randomP(sums, bound, options);
}

function exactP(sums: ArrayLike<number>, bound: number): number {
  const totals = flippedTotals(sums, 0, sums.length);
  return totals.filter((total) => Math.abs(total) >= bound).length / totals.length;
}

/** Clusters whose flips are looked up together: 8 random bits are one look-up instead of 8 additions. */
const GROUP = 8;
const FLIPS_OF_GROUP = 2 ** GROUP;
/** Clusters that share one random number of 32 bits. */
const BLOCK = 4 * GROUP;

/** Block by block through all flips, so that the four tables of a block stay in the nearest cache. */
function randomP(sums: ArrayLike<number>, bound: number, { flips, random }: Flips): number {
  const totals = new Float64Array(flips);
  for (let first = 0; first < sums.length; first += BLOCK) {
    const a = flippedTotals(sums, first, GROUP);
    const b = flippedTotals(sums, first + GROUP, GROUP);
    const c = flippedTotals(sums, first + 2 * GROUP, GROUP);
    const d = flippedTotals(sums, first + 3 * GROUP, GROUP);
    for (let flip = 0; flip < flips; flip++) {
      const bits = random.uint32();
      totals[flip] =
        at(totals, flip) +
        at(a, bits & (FLIPS_OF_GROUP - 1)) +
        at(b, (bits >>> GROUP) & (FLIPS_OF_GROUP - 1)) +
        at(c, (bits >>> (2 * GROUP)) & (FLIPS_OF_GROUP - 1)) +
        at(d, bits >>> (3 * GROUP));
    }
  }
  let asFar = 0;
  for (const total of totals) if (Math.abs(total) >= bound) asFar++;
  return (1 + asFar) / (1 + flips);
}

/** The totals of `count` clusters from the first on under all flips: bit c of the index says that cluster c is turned. */
function flippedTotals(sums: ArrayLike<number>, first: number, count: number): Float64Array {
  const totals = new Float64Array(2 ** count);
  for (let cluster = 0; cluster < count; cluster++) {
    const sum = sums[first + cluster] ?? 0;
    const bit = 2 ** cluster;
    for (let flip = 0; flip < bit; flip++) {
      const total = at(totals, flip);
      totals[flip + bit] = total - sum;
      totals[flip] = total + sum;
    }
  }
  return totals;
}
