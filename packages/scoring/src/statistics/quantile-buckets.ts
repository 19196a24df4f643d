/**
 * The buckets of a `QuantileSketch`: their middles are the powers of 2^(1/70), so that every value is within 0.5 % of
 * the middle of its bucket (the idea of DDSketch: Masson, Rim and Lee 2019, with the middle instead of the edge at a
 * power, so that 0, 1, 1/2 and 2 come out exactly).
 */
const BUCKETS_PER_OCTAVE = 70;
const LOWEST_OCTAVE = -30;
const HIGHEST_OCTAVE = 40;
/** Smaller values are zero: 1e-9, a nanometre. Larger ones than 2^40 share a bucket. */
const SMALLEST = 2 ** LOWEST_OCTAVE;
const LOWEST = LOWEST_OCTAVE * BUCKETS_PER_OCTAVE;
const HIGHEST = HIGHEST_OCTAVE * BUCKETS_PER_OCTAVE;
const LAST_BUCKET = HIGHEST - LOWEST + 1;

/** The bucket of a finite value: 0 for zero, else ascending with the value, the same below zero with a minus. */
export function bucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= SMALLEST)) return 0;
  const power = Math.round(Math.log2(magnitude) * BUCKETS_PER_OCTAVE);
  const bucket = Math.min(power, HIGHEST) - LOWEST + 1;
  return value < 0 ? -bucket : bucket;
}

/** The middle of a bucket, of those below zero too. */
export function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const power = Math.abs(bucket) - 1 + LOWEST;
  return Math.sign(bucket) * 2 ** (power / BUCKETS_PER_OCTAVE);
}

/**
 * The same without a logarithm, for the kernel `splitColumn`. Octaves are cut into bins by the first 8 bits of the
 * mantissa: a bin is narrower than a bucket, so that a value is in the bucket in which its bin begins, or in the next one.
 */
interface BucketTables {
  /** Of each bin from 2^-30 to 2^40 the bucket in which it begins. */
  readonly bins: Uint16Array;
  /** Of each bucket the smallest value that is beyond it. */
  readonly ends: Float64Array;
}

const BINS_PER_OCTAVE = 256;

export const BUCKET_TABLES: BucketTables = {
  bins: Uint16Array.from(
    { length: (HIGHEST_OCTAVE - LOWEST_OCTAVE) * BINS_PER_OCTAVE },
    (_, bin) => {
      const octave = LOWEST_OCTAVE + Math.floor(bin / BINS_PER_OCTAVE);
      return bucketOf(2 ** octave * (1 + (bin % BINS_PER_OCTAVE) / BINS_PER_OCTAVE));
    },
  ),
  ends: Float64Array.from({ length: LAST_BUCKET + 1 }, (_, bucket) => endOf(bucket)),
};

/** Starts where the end should be and goes on double by double: rounding moves it by a few of them. */
function endOf(bucket: number): number {
  if (bucket === 0) return SMALLEST;
  if (bucket === LAST_BUCKET) return Infinity;
  const power = bucket - 1 + LOWEST + 0.5;
  let end = 2 ** (power / BUCKETS_PER_OCTAVE);
  const step = 2 ** (Math.floor(power / BUCKETS_PER_OCTAVE) - 52);
  while (bucketOf(end) > bucket) end -= step;
  while (bucketOf(end) <= bucket) end += step;
  return end;
}
