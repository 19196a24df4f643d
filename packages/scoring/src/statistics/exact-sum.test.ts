import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from './exact-sum.ts';

function sumOf(values: readonly number[]): number {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value();
}

describe('ExactSum', () => {
  it('is 0 before anything is added', () => expect(sumOf([])).toBe(0));

  it('keeps what a plain sum loses', () => {
    expect(1e16 + 1 - 1e16).toBe(0);
    expect(sumOf([1e16, 1, -1e16])).toBe(1);
    expect(sumOf(Array<number>(10).fill(0.1))).toBe(1);
    expect(sumOf([1e100, 1, -1e100, 1e-100])).toBe(1);
  });

  it('rounds a half to even, unless something smaller tips it', () => {
    const ulp = 2 ** -52;
    expect(sumOf([1, ulp / 2])).toBe(1);
    expect(sumOf([1, ulp / 2, 2 ** -200])).toBe(1 + ulp);
    expect(sumOf([1 + ulp, ulp / 2])).toBe(1 + 2 * ulp);
    expect(sumOf([1 + ulp, ulp / 2, -(2 ** -200)])).toBe(1 + ulp);
  });

  it('is exact: integers over a common power of two add up as BigInt does', () => {
    const integer = fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n });
    const term = fc.tuple(integer, fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(term), (terms) => {
        const exact = terms.reduce((total, [i, shift]) => total + (i << BigInt(shift)), 0n);
        expect(sumOf(terms.map(([i, shift]) => Number(i) * 2 ** shift)) + 0).toBe(Number(exact));
      }),
    );
  });

  it('is the same, to the last bit, in any order', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(values, (list) => {
        const sorted = list.toSorted((a, b) => a - b);
        expect(sumOf(sorted) + 0).toBe(sumOf(list) + 0);
        expect(sumOf(list.toReversed()) + 0).toBe(sumOf(list) + 0);
      }),
    );
  });
});
