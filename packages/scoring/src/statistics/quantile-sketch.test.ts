import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf } from './quantile-buckets.ts';
import { QUANTILE_RELATIVE_ERROR, QuantileSketch } from './quantile-sketch.ts';

const SHARES = [0.5, 0.9, 0.95, 1];

function quantiles(values: readonly number[], shares = SHARES): number[] {
  const sketch = new QuantileSketch();
  for (let i = 0; i < values.length; i += 3) {
    const buckets = values.slice(i, i + 3).map(bucketOf);
    sketch.addAll(Int16Array.from([...buckets, 1, 1]), buckets.length);
  }
  return sketch.quantiles(shares, { min: Math.min(...values), max: Math.max(...values) });
}

/** By sorting: the smallest value that at least this share of the values are not above. */
function sorted(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.ceil(share * values.length - 1e-9) - 1] ?? NaN;
}

describe('quantiles of a sketch', () => {
  it('are those of sorting, within half a percent', () => {
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, 1, -1),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        quantiles(values).forEach((quantile, i) => {
          const exact = sorted(values, SHARES[i] ?? NaN);
          const error = QUANTILE_RELATIVE_ERROR * Math.abs(exact) + 1e-9;
          expect(Math.abs(quantile - exact)).toBeLessThanOrEqual(error);
        });
      }),
    );
  });

  it('of zeros and ones are exactly zero or one', () => {
    const flags = (ones: number) => [
      ...Array<number>(100 - ones).fill(0),
      ...Array<number>(ones).fill(1),
    ];
    expect(quantiles(flags(50))).toEqual([0, 1, 1, 1]);
    expect(quantiles(flags(10))).toEqual([0, 0, 1, 1]);
    expect(quantiles(flags(5))).toEqual([0, 0, 0, 1]);
    expect(quantiles([0, 0.5, 0.5, 1])).toEqual([0.5, 1, 1, 1]);
  });

  it('of 1 ... 10: the 5th, the 9th and the 10th', () => {
    const [median, p90, p95] = quantiles([10, 1, 9, 2, 8, 3, 7, 4, 6, 5]);
    expect(median).toBeCloseTo(5, 1);
    expect(p90).toBeCloseTo(9, 1);
    expect(p95).toBe(10);
  });

  it('put negative values below zero, the largest of them first from the end', () => {
    const [p25, p50, p75] = quantiles([-8, -2, 0, 4], [0.25, 0.5, 0.75]);
    expect([p25, p50, p75]).toEqual([-8, -2, 0]);
  });

  it('never lie beyond the smallest and the largest value', () => {
    expect(quantiles([3.3])).toEqual([3.3, 3.3, 3.3, 3.3]);
    expect(quantiles([1e300])).toEqual([1e300, 1e300, 1e300, 1e300]);
    expect(quantiles([1e-12])).toEqual([1e-12, 1e-12, 1e-12, 1e-12]);
  });

  it('of nothing are nothing', () => {
    expect(new QuantileSketch().quantiles(SHARES, { min: Infinity, max: -Infinity })).toEqual([]);
  });

  it('do not depend on the order of the values', () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        expect(quantiles(values.toReversed())).toEqual(quantiles(values));
      }),
    );
  });
});
