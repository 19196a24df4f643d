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
const LARGEST = 2 ** HIGHEST_OCTAVE;
const LOWEST = LOWEST_OCTAVE * BUCKETS_PER_OCTAVE;
const HIGHEST = HIGHEST_OCTAVE * BUCKETS_PER_OCTAVE;
const LAST_BUCKET = HIGHEST - LOWEST + 1;

/** The bucket of a finite value: 0 for zero, else ascending with the value, the same below zero with a minus. */
export function bucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= SMALLEST)) return 0;
  let bucket = LAST_BUCKET;
  if (magnitude < LARGEST) {
    DOUBLE[0] = magnitude;
    bucket = BUCKET_OF_BIN[((WORDS[HIGH_WORD] ?? 0) >>> BIN_SHIFT) - FIRST_BIN] ?? 0;
    if (magnitude >= (ENDS[bucket] ?? Infinity)) bucket++;
  }
  return value < 0 ? -bucket : bucket;
}

/** What `bucketOf` is to find, by a logarithm, which takes ten times as long; SMALLEST <= magnitude. */
export function bucketByLogarithm(magnitude: number): number {
  const power = Math.round(Math.log2(magnitude) * BUCKETS_PER_OCTAVE);
  return Math.min(power, HIGHEST) - LOWEST + 1;
}

/** The middle of a bucket, of those below zero too. */
export function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const power = Math.abs(bucket) - 1 + LOWEST;
  return Math.sign(bucket) * 2 ** (power / BUCKETS_PER_OCTAVE);
}

/**
 * Octaves are cut into 256 bins by the first bits of the mantissa: a bin is narrower than a bucket, so that a value is in
 * the bucket in which its bin begins, or in the next one.
 */
const BIN_SHIFT = 12;
const BINS_PER_OCTAVE = 2 ** (20 - BIN_SHIFT);
const FIRST_BIN = (1023 + LOWEST_OCTAVE) * BINS_PER_OCTAVE;

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
/** Where sign, exponent and the first bits of the mantissa are: last where the least significant byte comes first. */
const HIGH_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

const BUCKET_OF_BIN = Int16Array.from(
  { length: (HIGHEST_OCTAVE - LOWEST_OCTAVE) * BINS_PER_OCTAVE },
  (_, bin) => {
    const octave = LOWEST_OCTAVE + Math.floor(bin / BINS_PER_OCTAVE);
    return bucketByLogarithm(2 ** octave * (1 + (bin % BINS_PER_OCTAVE) / BINS_PER_OCTAVE));
  },
);
/** Per bucket the smallest value of the next one. */
const ENDS = Float64Array.from({ length: LAST_BUCKET }, (_, bucket) =>
  bucket === 0 ? SMALLEST : endOf(bucket),
);

/** Starts where the end should be and goes on double by double: rounding moves it by a few of them. */
function endOf(bucket: number): number {
  const power = bucket - 1 + LOWEST + 0.5;
  let end = 2 ** (power / BUCKETS_PER_OCTAVE);
  const step = 2 ** (Math.floor(power / BUCKETS_PER_OCTAVE) - 52);
  while (bucketByLogarithm(end) > bucket) end -= step;
  while (bucketByLogarithm(end) <= bucket) end += step;
  return end;
}
