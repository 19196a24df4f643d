/**
 * Quantiles of a stream of numbers in bounded memory: values are counted in buckets whose middles are the powers of
 * 2^(1/70), so that every value is within 0.5 % of the middle of its bucket (the idea of DDSketch: Masson, Rim and Lee
 * 2019, with the middle instead of the edge at a power, so that 0, 1, 1/2 and 2 come out exactly). Counts are whole
 * numbers: neither the order of the values nor how they were split changes anything.
 */
const BUCKETS_PER_OCTAVE = 70;
/** Smaller values are zero: 1e-9, a nanometre. Larger ones than 2^40 share a bucket. */
const SMALLEST = 2 ** -30;
const LOWEST = -30 * BUCKETS_PER_OCTAVE;
const HIGHEST = 40 * BUCKETS_PER_OCTAVE;

/** Half a bucket: 2^(1/140) - 1 is 0.00496. */
export const QUANTILE_RELATIVE_ERROR = 0.005;

/** The bucket of a finite value: 0 for zero, else ascending with the value, the same below zero with a minus. */
export function bucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= SMALLEST)) return 0;
  const power = Math.round(Math.log2(magnitude) * BUCKETS_PER_OCTAVE);
  const bucket = Math.min(power, HIGHEST) - LOWEST + 1;
  return value < 0 ? -bucket : bucket;
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const power = Math.abs(bucket) - 1 + LOWEST;
  return Math.sign(bucket) * 2 ** (power / BUCKETS_PER_OCTAVE);
}

/** Counts of buckets. An array over those in use, which grows at either end. */
export class QuantileSketch {
  #counts = new Uint32Array();
  /** Bucket of the first count. */
  #first = 0;

  /** @param buckets of values, from `bucketOf`: many sketches may take the same values */
  addAll(buckets: Int16Array): void {
    for (let i = 0; i < buckets.length; i++) this.add(buckets[i] ?? 0);
  }

  /** @param bucket of the value, from `bucketOf` */
  add(bucket: number): void {
    let i = bucket - this.#first;
    if (i < 0 || i >= this.#counts.length) {
      this.#makeRoomFor(bucket);
      i = bucket - this.#first;
    }
    this.#counts[i] = (this.#counts[i] ?? 0) + 1;
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
