import { middleOf } from './quantile-buckets.ts';

/** Half a bucket: 2^(1/140) - 1 is 0.00496. */
export const QUANTILE_RELATIVE_ERROR = 0.005;

/**
 * Quantiles of a stream of numbers in bounded memory: values are counted in buckets. Counts are whole numbers: neither
 * the order of the values nor how they were split changes anything. An array over the buckets in use, which grows at
 * either end.
 */
export class QuantileSketch {
  #counts = new Uint32Array();
  /** Bucket of the first count. */
  #first = 0;

  /**
   * @param buckets of values, from `bucketOf`; the first `count` are added
   */
  addAll(buckets: Int16Array, count: number): void {
    if (count === 0) return;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let i = 0; i < count; i++) {
      const bucket = buckets[i] ?? 0;
      if (bucket < lowest) lowest = bucket;
      if (bucket > highest) highest = bucket;
    }
    this.#makeRoomFor(lowest);
    this.#makeRoomFor(highest);
    const counts = this.#counts;
    const first = this.#first;
    // As little as can be: each count is somewhere else in memory, and many of them have to be on their way at once.
    for (let i = 0; i < count; i++) {
      const place = (buckets[i] ?? 0) - first;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /**
   * For each share (0 < share <= 1, ascending) a value that at least that share of the values are not above: the
   * smallest there is (the inverse of the distribution function; of an even number of values the lower middle one is the
   * median), within 0.5 % of itself, or 1e-9.
   * @param bounds the smallest and the largest value, exactly: no quantile lies beyond them
   * @returns one per share; nothing when nothing was added
   */
  quantiles(
    shares: readonly number[],
    { min, max }: { readonly min: number; readonly max: number },
  ): number[] {
    const n = this.#counts.reduce((sum, count) => sum + count, 0);
    if (n === 0) return [];
    let i = -1;
    let passed = 0;
    return shares.map((share) => {
      // The rank is a whole number; the subtraction takes away what rounding may have added to it.
      const rank = Math.max(1, Math.ceil(share * n - 1e-9));
      while (passed < rank) passed += this.#counts[++i] ?? Infinity;
      return Math.min(max, Math.max(min, middleOf(this.#first + i)));
    });
  }

  #makeRoomFor(bucket: number): void {
    const used = this.#counts.length;
    if (bucket >= this.#first && bucket < this.#first + used) return;
    const spare = Math.max(16, used >> 1);
    const last = this.#first + used - 1;
    const first = used === 0 ? bucket - spare : Math.min(this.#first, bucket - spare);
    const end = used === 0 ? bucket + spare : Math.max(last, bucket + spare);
    const counts = new Uint32Array(end - first + 1);
    // Where nothing was counted yet there is nothing to copy.
    if (used > 0) counts.set(this.#counts, this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }
}
