import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapMean,
  bootstrapMeans,
  bootstrapWeights,
  percentileInterval,
} from './bootstrap.ts';
import type { ClusterTotals, MeanInterval } from './bootstrap.ts';
import { createRandom } from './random.ts';

const totals = (sums: readonly number[], counts: readonly number[]): ClusterTotals => ({
  sums: Float64Array.from(sums),
  counts: Float64Array.from(counts),
});

function interval(sums: readonly number[], counts: readonly number[], draws = 2000): MeanInterval {
  const found = bootstrapMean({ ...totals(sums, counts), draws });
  if (found === null) throw new Error('no interval');
  return found;
}

describe('the interval of a mean over clusters', () => {
  it('of two clusters is their two means: half of the draws take both, a quarter one of them twice', () => {
    expect(interval([1, 6], [1, 2])).toEqual({ low: 1, high: 3, clusters: 2 });
  });

  it('of a constant is that constant, however the windows lie in clusters', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2 }), (counts) => {
        const sums = counts.map((count) => count * 0.25);
        const { low, high } = interval(sums, counts, 50);
        expect([low, high]).toEqual([0.25, 0.25]);
      }),
    );
  });

  it('needs two clusters that hold something', () => {
    expect(bootstrapMean(totals([], []))).toBeNull();
    expect(bootstrapMean(totals([5], [3]))).toBeNull();
    expect(bootstrapMean(totals([5, 0, 0], [3, 0, 0]))).toBeNull();
  });

  it('does not change by clusters that hold nothing', () => {
    const full = interval([1, 6, 2], [1, 2, 2]);
    expect(interval([0, 1, 0, 6, 2, 0], [0, 1, 0, 2, 2, 0])).toEqual(full);
  });

  it('counts a drive with many windows for as much as it holds: a ratio of sums, not a mean of means', () => {
    // One drive of 98 windows at 1, 30 drives of one window at 3.
    const sums = [98, ...Array<number>(30).fill(3)];
    const counts = [98, ...Array<number>(30).fill(1)];
    const { low, high } = interval(sums, counts);
    expect(low).toBeLessThan(188 / 128);
    expect(high).toBe(3);
  });

  it('is the same for the same seed and another for another', () => {
    const data = totals([1, 2, 3, 4, 5, 9], [1, 1, 1, 1, 1, 1]);
    expect(bootstrapMean({ ...data, seed: 5 })).toEqual(bootstrapMean({ ...data, seed: 5 }));
    const draws = 99;
    const ends = [0, 1, 2, 3].map((seed) => bootstrapMean({ ...data, seed, draws })?.low);
    expect(new Set(ends).size).toBeGreaterThan(1);
  });

  it('is wider for more confidence', () => {
    const data = totals([1, 2, 3, 4, 5, 9], [1, 1, 1, 1, 1, 1]);
    const width = (confidence: number) => {
      const { low, high } = bootstrapMean({ ...data, confidence }) ?? { low: 0, high: 0 };
      return high - low;
    };
    expect(width(0.99)).toBeGreaterThan(width(0.95));
    expect(width(0.95)).toBeGreaterThan(width(0.5));
  });

  it('holds the true mean about as often as it says: 200 data sets of 50 drives that differ', () => {
    const { uint32 } = createRandom(20);
    const uniform = () => uint32() / 2 ** 32;
    const held = Array.from({ length: 200 }, () => {
      const drives = Array.from({ length: 50 }, () => {
        const offset = uniform() - 0.5;
        const count = 1 + Math.floor(uniform() * 10);
        const values = Array.from({ length: count }, () => 2 + offset + (uniform() - 0.5));
        return { sum: values.reduce((a, b) => a + b, 0), count };
      });
      const sums = drives.map(({ sum }) => sum);
      const { low, high } = interval(
        sums,
        drives.map(({ count }) => count),
        400,
      );
      return low <= 2 && 2 <= high;
    }).filter(Boolean).length;
    // 95 % of 200 is 190 +- 3; the percentile interval of 50 clusters is known to be a little short.
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(199);
  });
});

describe('intervals of many means', () => {
  it('are those of each by itself', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 });
    const means = fc.array(
      counts.map((list) =>
        totals(
          list.map((n, i) => n * i),
          list,
        ),
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(means, (list) => {
        const alone = list.map((mean) => bootstrapMean({ ...mean, draws: 40 }));
        expect(bootstrapMeans(list, { draws: 40 })).toEqual(alone);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the weights of a resample', () => {
  it('are as many drives as there are, drawn with replacement', () => {
    const drawn = Array.from(bootstrapWeights({ clusters: 5, draws: 3, seed: 1 }), (weights) =>
      Array.from(weights),
    );
    expect(drawn).toEqual([
      [0, 0, 3, 1, 1],
      [0, 2, 1, 0, 2],
      [0, 1, 2, 2, 0],
    ]);
  });
});

describe('a percentile interval', () => {
  it('lies between the k-th smallest and the k-th largest draw', () => {
    const draws = Float64Array.from({ length: 99 }, (_, i) => 99 - i);
    expect(percentileInterval(draws, 0.9)).toEqual({ low: 5, high: 95 });
    expect(percentileInterval(Float64Array.of(3, 1, 2), 0.95)).toEqual({ low: 1, high: 3 });
  });
});
