import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bitmap } from './bitmap.ts';

describe('Bitmap', () => {
  it('tells a bit that is new from one that was set', () => {
    const bits = new Bitmap(10);
    expect(bits.add(9)).toBe(true);
    expect(bits.add(9)).toBe(false);
    expect([bits.has(9), bits.has(8), bits.count]).toEqual([true, false, 1]);
  });

  it('refuses a bit that it does not have', () => {
    expect(() => new Bitmap(8).add(8)).toThrow(RangeError);
  });

  it('finds what a plain search finds', () => {
    const some = fc.uniqueArray(fc.nat(39));
    fc.assert(
      fc.property(some, some, fc.nat(40), (set, within, from) => {
        const [bits, mask] = [bitsOf(set), bitsOf(within)];
        const wanted = Array.from({ length: 40 }, (_, n) => n).filter((n) => n >= from);
        const first = (found: number[]) => found[0] ?? -1;
        expect(bits.nextClear(from)).toBe(first(wanted.filter((n) => !set.includes(n))));
        expect(bits.nextClear(from, mask)).toBe(
          first(wanted.filter((n) => !set.includes(n) && within.includes(n))),
        );
      }),
    );
  });
});

function bitsOf(indices: readonly number[]): Bitmap {
  const bits = new Bitmap(40);
  for (const index of indices) bits.add(index);
  return bits;
}
