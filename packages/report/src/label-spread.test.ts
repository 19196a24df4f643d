import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './label-spread.ts';

describe('labels along a line', () => {
  it('stay where they want to be when they do not meet', () => {
    expect(spread([30, 10], 10, 0, 100)).toEqual([30, 10]);
  });

  it('make way for each other in their order', () => {
    expect(spread([50, 50, 51], 10, 0, 100)).toEqual([50, 60, 70]);
  });

  it('are pushed back from the end', () => {
    expect(spread([98, 99], 10, 0, 100)).toEqual([90, 100]);
  });

  it('are always apart and inside when there is room', () => {
    const wanted = fc.array(fc.integer({ min: -50, max: 150 }), { maxLength: 8 });
    fc.assert(
      fc.property(wanted, (some) => {
        const placed = spread(some, 10, 0, 100).sort((a, b) => a - b);
        placed.forEach((at, i) => {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThanOrEqual(100);
          if (i > 0) expect(at - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(10);
        });
      }),
    );
  });
});
