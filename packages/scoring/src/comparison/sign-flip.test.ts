import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../statistics/random.ts';
import { EXACT_CLUSTERS, signFlipP } from './sign-flip.ts';

const p = (sums: readonly number[], { flips = 10_000, seed = 0 } = {}) =>
  signFlipP(sums, { flips, random: createRandom(seed) });

describe('the sign-flip test', () => {
  it('counts, with few clusters, every flip that is as far from 0', () => {
    // +-1 +-2 +-3: 6 and -6 are as far as 6, of 8 flips
    expect(p([1, 2, 3])).toBe(2 / 8);
    // seen is 2: +-6, +-4, +-2 twice... only 0 twice (1+2-3 and its mirror) is nearer
    expect(p([-1, 0, 3])).toBe(8 / 8);
    expect(p([1, -2, 3])).toBe(6 / 8);
    // Seven drives that all go one way: as low as seven drives can get
    expect(p([1, 2, 3, 4, 5, 6, 7])).toBe(2 / 128);
  });

  it('says 1 where nothing differs, and where there is nothing', () => {
    expect(p([0, 0, 0])).toBe(1);
    expect(p(Array.from({ length: 20 }, () => 0))).toBe(1);
    expect(p([])).toBe(1);
    expect(p([5])).toBe(1);
  });

  it('does not take rounding for a difference', () => {
    // 0.1 + 0.2 - 0.3 is 5.6e-17 and not 0, but so is its mirror: all flips are as far as 0 is
    expect(p([0.1, 0.2, -0.3])).toBe(1);
    expect(p([0.1, 0.2, 0.3])).toBe(2 / 8);
  });

  it('draws flips when there are too many to try, and counts what was seen as one of them', () => {
    const oneWay = Array.from({ length: 40 }, () => 1);
    expect(p(oneWay, { flips: 999 })).toBe(1 / 1000);
  });

  it('comes near the exact p by drawing', () => {
    // One cluster of 0 more changes nothing but the way: p of 13 clusters is exact, of 14 drawn.
    const sums = [3, -1, 4, -1, 5, -9, 2, 6, -5, 3, 5, 8, 9];
    expect(sums).toHaveLength(EXACT_CLUSTERS);
    const exact = p(sums);
    // Standard deviation sqrt(p (1 - p) / 10,000) is at most 0.005.
    expect(Math.abs(p([...sums, 0]) - exact)).toBeLessThan(0.02);
    expect(p([...sums, 0])).not.toBe(exact);
  });

  it('is the same for the same seed, and with all signs turned', () => {
    const cluster = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 20 }), (sums) => {
        const options = { flips: 200, seed: 3 };
        expect(
          p(
            sums.map((sum) => -sum),
            options,
          ),
        ).toBe(p(sums, options));
      }),
      { numRuns: 50 },
    );
  });
});
