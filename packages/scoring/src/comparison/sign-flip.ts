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
  const farthest = total(sums, (sum) => Math.abs(sum));
  const bound = Math.abs(total(sums, (sum) => sum)) - SAME * farthest;
  return sums.length <= EXACT_CLUSTERS ? exactP(sums, bound) : randomP(sums, bound, options);
}

function exactP(sums: ArrayLike<number>, bound: number): number {
  const flips = 2 ** sums.length;
  let asFar = 0;
  for (let flip = 0; flip < flips; flip++) {
    const flipped = total(sums, (sum, cluster) => ((flip >>> cluster) & 1 ? -sum : sum));
    if (Math.abs(flipped) >= bound) asFar++;
  }
  return asFar / flips;
}

function randomP(sums: ArrayLike<number>, bound: number, { flips, random }: Flips): number {
  let asFar = 0;
  for (let flip = 0; flip < flips; flip++) {
    let bits = 0;
    let flipped = 0;
    for (let cluster = 0; cluster < sums.length; cluster++) {
      bits = cluster % 32 === 0 ? random.uint32() : bits >>> 1;
      const sum = sums[cluster] ?? 0;
      flipped += bits & 1 ? -sum : sum;
    }
    if (Math.abs(flipped) >= bound) asFar++;
  }
  return (1 + asFar) / (1 + flips);
}

function total(sums: ArrayLike<number>, of: (sum: number, cluster: number) => number): number {
  let sum = 0;
  for (let cluster = 0; cluster < sums.length; cluster++) sum += of(sums[cluster] ?? 0, cluster);
  return sum;
}
