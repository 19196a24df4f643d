import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from './holm.ts';

describe('the correction of Holm', () => {
  it('multiplies the smallest by all, the next by one less, in whatever order they come', () => {
    // 0.01 * 4, 0.02 * 3, 0.03 * 2 = 0.06 too, 0.5 * 1
    expect(holm([0.03, 0.01, 0.5, 0.02])).toEqual([0.06, 0.04, 0.5, 0.06]);
  });

  it('never lets a larger p end below a smaller one', () => {
    // 0.02 * 3 = 0.06; 0.021 * 2 = 0.042 is lifted; 0.022 * 1 is lifted
    expect(holm([0.02, 0.021, 0.022])).toEqual([0.06, 0.06, 0.06]);
  });

  it('stays within 1, and leaves a single test as it is', () => {
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([])).toEqual([]);
  });

  it('is never smaller than p and never larger than Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        holm(ps).forEach((corrected, test) => {
          const p = ps[test] ?? NaN;
          expect(corrected).toBeGreaterThanOrEqual(p);
          expect(corrected).toBeLessThanOrEqual(Math.min(1, p * ps.length));
        });
      }),
    );
  });
});
