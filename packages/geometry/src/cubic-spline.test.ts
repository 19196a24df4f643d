import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubicSplinesOn, segmentOf } from './cubic-spline.ts';

interface SplineFixture {
  readonly name: string;
  readonly knots: number[];
  readonly values: number[];
  readonly at: number[];
  readonly expected: number[];
}

const scipy = (
  JSON.parse(
    readFileSync(new URL('../fixtures/scipy_interpolation.json', import.meta.url), 'utf8'),
  ) as { splines: SplineFixture[] }
).splines;

/** The spline through `values`, as a function that is undefined outside the knots. */
function splineThrough(knots: number[], values: number[]): (x: number) => number | undefined {
  const x = Float64Array.from(knots);
  const spline = cubicSplinesOn(x)(Float64Array.from(values));
  return (at) => {
    const segment = segmentOf(x, at);
    return segment === undefined ? undefined : spline.valueIn(segment, at);
  };
}

const unevenKnots = fc
  .array(fc.double({ min: 0.01, max: 2, noNaN: true }), { minLength: 3, maxLength: 40 })
  .map((gaps) => {
    let x = 0;
    return [0, ...gaps.map((gap) => (x += gap))];
  });

describe('a not-a-knot spline', () => {
  it.each(scipy)('agrees with SciPy on $name', ({ knots, values, at, expected }) => {
    const spline = splineThrough(knots, values);
    at.forEach((x, i) => expect(spline(x)).toBeCloseTo(expected[i] ?? NaN, 10));
  });

  it('goes through every value', () => {
    fc.assert(
      fc.property(
        unevenKnots,
        fc.infiniteStream(fc.integer({ min: -9, max: 9 })),
        (knots, stream) => {
          const values = [...stream.take(knots.length)];
          const spline = splineThrough(knots, values);
          knots.forEach((x, i) => expect(spline(x)).toBeCloseTo(values[i] ?? NaN, 9));
        },
      ),
    );
  });

  it('is exact for a cubic, to its very ends', () => {
    const cubic = (x: number): number => 2 - x + 3 * x ** 2 - 0.5 * x ** 3;
    fc.assert(
      fc.property(unevenKnots, fc.double({ min: 0, max: 1, noNaN: true }), (knots, fraction) => {
        const x = fraction * (knots.at(-1) ?? NaN);
        const y = splineThrough(knots, knots.map(cubic))(x) ?? NaN;
        expect(Math.abs(y - cubic(x))).toBeLessThan(
          1e-8 * (1 + Math.abs(cubic(x))) * knots.length ** 3,
        );
      }),
    );
  });

  it('is a line through two knots and a parabola through three', () => {
    expect(splineThrough([0, 2], [1, 5])(0.5)).toBe(2);
    expect(splineThrough([0, 1, 3], [0, 1, 9])(2)).toBeCloseTo(4, 12);
  });

  it('says nothing outside its knots', () => {
    const spline = splineThrough([0, 1, 2, 3], [0, 1, 4, 9]);
    for (const x of [-1e-9, 3.000001, NaN]) expect(spline(x)).toBeUndefined();
    expect(spline(0)).toBe(0);
    expect(spline(3)).toBeCloseTo(9, 12);
  });

  it('stays exact over 20 000 uneven knots', () => {
    const knots = Array.from({ length: 20_000 }, (_, i) => i * 0.01 + 0.004 * Math.sin(i));
    const spline = splineThrough(knots, knots.map(Math.sin));
    for (const x of [0.003, 57.123, 199.98]) expect(spline(x)).toBeCloseTo(Math.sin(x), 9);
  });

  it.each([
    ['a single knot', [0], [1], 'at least 2 knots'],
    ['knots that repeat', [0, 1, 1], [0, 0, 0], 'index 2'],
    ['a knot that is not a number', [0, NaN, 1], [0, 0, 0], 'index 1'],
    ['fewer values than knots', [0, 1, 2], [0, 0], '3 knots, but 2 values'],
  ])('refuses %s', (_, knots, values, message) => {
    expect(() => splineThrough(knots, values)).toThrow(message);
  });
});

describe('segmentOf', () => {
  it('is the segment that starts at or before x', () => {
    const knots = Float64Array.of(0, 1, 2, 5);
    expect([0, 0.5, 1, 4.9, 5].map((x) => segmentOf(knots, x))).toEqual([0, 0, 1, 2, 2]);
  });
});
