import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketByLogarithm, bucketOf, middleOf } from './quantile-buckets.ts';

const SMALLEST = 2 ** -30;
const LAST = bucketOf(Number.MAX_VALUE);

/** Without the table. */
function slowBucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (!(magnitude >= SMALLEST)) return 0;
  return Math.sign(value) * bucketByLogarithm(magnitude);
}

/** The doubles around a value, `reach` on either side. */
function* around(value: number, reach: number): Generator<number> {
  const step = 2 ** (Math.floor(Math.log2(value)) - 52);
  for (let n = -reach; n <= reach; n++) yield value + n * step;
}

describe('the bucket of a value', () => {
  it('is what the logarithm says, at every edge of a bucket and the doubles around it', () => {
    let different = 0;
    for (let bucket = 0; bucket <= LAST; bucket++) {
      const edge = middleOf(Math.max(1, bucket)) * 2 ** (0.5 / 70);
      for (const value of around(edge, 40)) {
        if (bucketOf(value) !== slowBucketOf(value)) different++;
        if (bucketOf(-value) !== slowBucketOf(-value)) different++;
      }
    }
    expect(different).toBe(0);
  });

  it('is what the logarithm says, of any value', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const power = fc.double({ min: -31, max: 41, noNaN: true }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(fc.oneof(double, power), fc.boolean(), (magnitude, isBelow) => {
        const value = isBelow ? -magnitude : magnitude;
        expect(bucketOf(value)).toBe(slowBucketOf(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('is that of zero below a nanometre and the last one beyond 2^40', () => {
    const below = SMALLEST * (1 - 2 ** -53);
    expect([0, -0, below, -below, 5e-324].map(bucketOf)).toEqual([0, 0, 0, 0, 0]);
    expect([SMALLEST, -SMALLEST].map(bucketOf)).toEqual([1, -1]);
    expect([2 ** 40, 1e300].map(bucketOf)).toEqual([LAST, LAST]);
    expect(bucketOf(2 ** 40 / 1.02)).toBe(LAST - 2);
  });

  it('has powers of two exactly in its middle', () => {
    for (const power of [2 ** -30, 0.25, 0.5, 1, 2, 1024, -0.5, -2]) {
      expect(middleOf(bucketOf(power))).toBe(power);
    }
  });
});
