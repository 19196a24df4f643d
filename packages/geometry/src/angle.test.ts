import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap, wrapAngle } from './angle.ts';

const anyAngle = fc.double({ min: -1e3, max: 1e3, noNaN: true });

describe('wrapAngle', () => {
  it.each([
    [0, 0],
    [Math.PI, Math.PI],
    [-Math.PI, Math.PI],
    [3 * Math.PI, Math.PI],
    [2 * Math.PI, 0],
    [-1.5 * Math.PI, 0.5 * Math.PI],
  ])('turns %d into %d', (rad, expected) => expect(wrapAngle(rad)).toBeCloseTo(expected, 12));

  it('always lands in (-pi, pi] and keeps the direction', () => {
    fc.assert(
      fc.property(anyAngle, (rad) => {
        const wrapped = wrapAngle(rad);
        expect(wrapped).toBeGreaterThan(-Math.PI);
        expect(wrapped).toBeLessThanOrEqual(Math.PI);
        expect(Math.cos(wrapped)).toBeCloseTo(Math.cos(rad), 9);
        expect(Math.sin(wrapped)).toBeCloseTo(Math.sin(rad), 9);
      }),
    );
  });

  it('leaves an angle in range as it is, to the last bit', () => {
    for (const rad of [3.141592653589793, -3.1415926535897927, 1e-300]) {
      expect(wrapAngle(rad)).toBe(rad);
    }
  });

  it('does not hide what is not a number', () => {
    expect(wrapAngle(NaN)).toBeNaN();
    expect(wrapAngle(Infinity)).toBeNaN();
  });
});

describe('unwrap', () => {
  it('takes the jump out of a turn through pi', () => {
    const [a, b, c] = unwrap(Float64Array.of(3, -3, -2.9));
    expect(a).toBe(3);
    expect(b).toBeCloseTo(2 * Math.PI - 3, 12);
    expect(c).toBeCloseTo(2 * Math.PI - 2.9, 12);
  });

  it('gives back what was wrapped, when no step is larger than pi', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1 }),
        (steps) => {
          const headings: number[] = [];
          for (const step of steps) headings.push((headings.at(-1) ?? 0) + step);
          const first = headings[0] ?? NaN;
          const unwrapped = unwrap(Float64Array.from(headings, wrapAngle));
          unwrapped.forEach((rad, i) => {
            expect(rad - wrapAngle(first)).toBeCloseTo((headings[i] ?? NaN) - first, 6);
          });
        },
      ),
    );
  });
});
