import { describe, expect, it } from 'vitest';
import { lnOfUnit, unitCircle } from './exact-math.ts';

/** Rounded from 200 bits (mpmath). */
const LN: [word: number, ln: number][] = [
  [0x00000000, -22.18070977791825],
  [0x00000001, -21.487562597358306],
  [0x00000002, -21.082097489250142],
  [0x3fffffff, -1.3862943611198906],
  [0x7fffffff, -0.6931471805599453],
  [0x80000000, -0.693147180094284],
  [0xb504f333, -0.3465735902720865],
  [0xb504f334, -0.34657358994281423],
  [0xfffffffe, -2.328306436809747e-10],
  [0x12345678, -2.6435116786695185],
  [0xdeadbeef, -0.13944754284374591],
];
const CIRCLE: [word: number, cos: number, sin: number][] = [
  [0x00000000, 1, 0],
  [0x00000001, 1, 1.4629180792671596e-9],
  [0x1fffffff, 0.7071067822209868, 0.7071067801521083],
  [0x20000000, 0.7071067811865476, 0.7071067811865476],
  [0x40000000, 0, 1],
  [0x60000000, -0.7071067811865476, 0.7071067811865476],
  [0x80000000, -1, 0],
  [0xc0000000, 0, -1],
  [0xe0000000, 0.7071067811865476, -0.7071067811865476],
  [0xffffffff, 1, -1.4629180792671596e-9],
  [0x12345678, 0.9018325267871867, 0.4320857480045345],
  [0xdeadbeef, 0.6838077365031464, -0.7296622365851501],
];

/** Spread over all words, the ends included. */
const WORDS = Array.from({ length: 20_001 }, (_, i) => Math.round((i / 20_000) * 0xffffffff));
const ULP_OF_1 = 2 ** -52;

describe('lnOfUnit', () => {
  it.each(LN)('of %d is %d', (word, expected) => {
    expect(Math.abs(lnOfUnit(word) / expected - 1)).toBeLessThanOrEqual(2 * ULP_OF_1);
  });

  it('is exactly 0 at the largest word: nothing is drawn from ln 0', () => {
    expect(lnOfUnit(0xffffffff)).toBe(0);
  });

  it('agrees with Math.log everywhere', () => {
    const worst = Math.max(
      ...WORDS.map((word) => {
        const expected = Math.log((word + 1) / 2 ** 32);
        return expected === 0 ? 0 : Math.abs(lnOfUnit(word) / expected - 1);
      }),
    );
    expect(worst).toBeLessThanOrEqual(2 * ULP_OF_1);
  });
});

describe('unitCircle', () => {
  it.each(CIRCLE)('at %d is (%d, %d)', (word, cos, sin) => {
    const [x, y] = unitCircle(word);
    expect(Math.abs(x - cos)).toBeLessThanOrEqual(ULP_OF_1);
    expect(Math.abs(y - sin)).toBeLessThanOrEqual(ULP_OF_1);
  });

  it('agrees with Math.cos and Math.sin everywhere, but for what rounding the angle costs these', () => {
    for (const word of WORDS) {
      const angle = (2 * Math.PI * word) / 2 ** 32;
      const [cos, sin] = unitCircle(word);
      expect(Math.abs(cos - Math.cos(angle))).toBeLessThan(1e-15);
      expect(Math.abs(sin - Math.sin(angle))).toBeLessThan(1e-15);
    }
  });
});
