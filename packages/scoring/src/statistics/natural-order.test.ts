import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNaturally } from './natural-order.ts';

describe('natural order', () => {
  it('takes whole numbers as numbers', () => {
    const names = ['standing', '30+ m/s', '10-15 m/s', '5-10 m/s', '0.5-5 m/s', '5'];
    expect(names.toSorted(compareNaturally)).toEqual([
      '0.5-5 m/s',
      '5',
      '5-10 m/s',
      '10-15 m/s',
      '30+ m/s',
      'standing',
    ]);
  });

  it('is an order: one way only, and through a third', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '0', '1', '9', '-'),
      maxLength: 5,
    });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareNaturally(a, b))).toBe(0 - Math.sign(compareNaturally(b, a)));
        expect(compareNaturally(a, b) === 0).toBe(a === b);
        if (compareNaturally(a, b) < 0 && compareNaturally(b, c) < 0) {
          expect(compareNaturally(a, c)).toBeLessThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
