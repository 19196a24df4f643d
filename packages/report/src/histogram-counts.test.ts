import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHistogram } from './histogram-counts.ts';
import type { HistogramCounts } from './histogram-counts.ts';

function histogramOf(values: readonly number[], maxBins?: number): HistogramCounts | null {
  const histogram = createHistogram(maxBins);
  for (const value of values) histogram.add(value);
  return histogram.counts();
}

describe('a histogram of unknown range', () => {
  it('doubles the width of its bins until all values fit', () => {
    const found = histogramOf([0, 1, 2, 3.5, 3.9, NaN], 4);
    expect(found).toEqual({ width: 1, first: 0, counts: [1, 1, 1, 2] });
  });

  it('has bins on both sides of zero', () => {
    expect(histogramOf([-1.5, 0.5], 4)).toEqual({ width: 1, first: -2, counts: [1, 0, 1] });
  });

  it('of nothing is nothing', () => {
    expect(histogramOf([NaN])).toBeNull();
  });

  it('does not depend on the order, loses no value and keeps to its size', () => {
    const values = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 64 }), (some, bins) => {
        const found = histogramOf(some, bins);
        expect(histogramOf([...some].reverse(), bins)).toEqual(found);
        expect(found?.counts.reduce((a, b) => a + b, 0)).toBe(some.length);
        expect(found?.counts.length).toBeLessThanOrEqual(bins);
      }),
    );
  });
});
