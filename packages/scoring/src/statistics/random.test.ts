import { describe, expect, it } from 'vitest';
import { createRandom, randomFrom } from './random.ts';

const take = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, () => draw());

describe('a seeded generator', () => {
  it('is xoshiro128**: the numbers that other implementations give for the state 1, 2, 3, 4', () => {
    expect(take(10, randomFrom([1, 2, 3, 4]).uint32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('gives the same numbers for the same seed, today and later', () => {
    expect(take(3, createRandom(0).uint32)).toEqual([3809008728, 1133695204, 53579671]);
    expect(take(3, createRandom(0).uint32)).toEqual(take(3, createRandom(2 ** 32).uint32));
  });

  it('gives other numbers for the next seed', () => {
    const [zero, one] = [createRandom(0), createRandom(1)];
    const same = take(1000, () => zero.uint32() === one.uint32()).filter(Boolean);
    expect(same.length).toBe(0);
  });

  it('draws every value below n about as often', () => {
    const { below } = createRandom(7);
    const times = [0, 0, 0, 0, 0, 0, 0];
    for (const value of take(70_000, () => below(7))) times[value] = (times[value] ?? 0) + 1;
    // 10,000 +- 93 each: five standard deviations either way.
    for (const count of times) expect(Math.abs(count - 10_000)).toBeLessThan(465);
  });

  it('counts what it would draw one by one, and goes on behind it', () => {
    for (const n of [1, 2, 7, 1024]) {
      const [one, many] = [createRandom(n), createRandom(n)];
      const expected = new Uint16Array(n);
      for (let draw = 0; draw < 500; draw++) {
        const drawn = one.below(n);
        expected[drawn] = (expected[drawn] ?? 0) + 1;
      }
      const counts = new Uint16Array(n);
      many.countBelow(counts, 200);
      many.countBelow(counts, 300);
      expect(counts).toEqual(expected);
      expect(many.uint32()).toBe(one.uint32());
    }
  });
});
