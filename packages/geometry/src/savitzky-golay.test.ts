import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Workbench } from '@drivesweep/kernels';
import { createLaneFilter, polynomialWeights } from './savitzky-golay.ts';
import type { SavitzkyGolay } from './savitzky-golay.ts';

interface ScipyCase {
  readonly n: number;
  readonly dt: number;
  readonly y: number[];
  readonly out: Record<
    | 'accel_smooth_w8_p2_d0'
    | 'jerk_w15_p2_d1_on_smoothed'
    | 'yawrate_w5_p2_d1'
    | 'yawaccel_w5_p3_d2',
    number[]
  >;
}
const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/scipy_savgol.json', import.meta.url), 'utf8'),
) as { cases: ScipyCase[] };

const filtered = (filter: SavitzkyGolay, series: readonly number[], stepS = 1): number[] => {
  const bench = new Workbench();
  const [before, after] = [bench.series(series.length, 2), bench.series(series.length, 2)];
  before.put(1, Float64Array.from(series));
  createLaneFilter(bench, filter, series.length, stepS)(before, after);
  return [...after.take(1, new Float64Array(series.length))];
};
const rounded = (values: number[]): number[] =>
  values.map((value) => Math.round(value * 1e8) / 1e8);

describe.each(cases)('agrees with SciPy on $n values', ({ y, dt, out }) => {
  const smooth = { window: 8, order: 2, derivative: 0 };
  it.each<[string, number[], number[]]>([
    ['even window', filtered(smooth, y, dt), out.accel_smooth_w8_p2_d0],
    [
      'first derivative, long window',
      filtered({ window: 15, order: 2, derivative: 1 }, rounded(filtered(smooth, y, dt)), dt),
      out.jerk_w15_p2_d1_on_smoothed,
    ],
    [
      'first derivative, short window',
      filtered({ window: 5, order: 2, derivative: 1 }, y, dt),
      out.yawrate_w5_p2_d1,
    ],
    [
      'second derivative',
      filtered({ window: 5, order: 3, derivative: 2 }, y, dt),
      out.yawaccel_w5_p3_d2,
    ],
  ])('with an %s', (_, found, expected) => {
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThanOrEqual(1e-8);
    });
  });
});

describe('a Savitzky-Golay filter', () => {
  it('gives a parabola and its derivatives back, to the ends', () => {
    const parabola = Array.from({ length: 20 }, (_, i) => 1 + 2 * i + 3 * i * i);
    const slope = parabola.map((_, i) => 2 + 6 * i);
    for (const window of [5, 9, 15]) {
      filtered({ window, order: 2, derivative: 0 }, parabola).forEach((value, i) => {
        expect(value).toBeCloseTo(parabola[i] ?? NaN, 9);
      });
      filtered({ window, order: 3, derivative: 1 }, parabola).forEach((value, i) => {
        expect(value).toBeCloseTo(slope[i] ?? NaN, 9);
      });
      for (const value of filtered({ window, order: 2, derivative: 2 }, parabola, 0.1)) {
        expect(value).toBeCloseTo(600, 6);
      }
    }
  });

  it('reads an even window half a step late in the middle, as SciPy', () => {
    const line = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(rounded(filtered({ window: 4, order: 1, derivative: 0 }, line))).toEqual([
      0, 1, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9, 10,
    ]);
  });

  it('smooths with the textbook weights (-3, 12, 17, 12, -3) / 35', () => {
    const weights = polynomialWeights({ window: 5, order: 2, derivative: 0 }, 2);
    [-3, 12, 17, 12, -3].forEach((w, i) => expect(weights[i]).toBeCloseTo(w / 35, 14));
  });

  it('is linear', () => {
    const series = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(series, series, (a, b) => {
        const filter = { window: 8, order: 2, derivative: 1 };
        const sum = filtered(
          filter,
          a.map((value, i) => value + (b[i] ?? NaN)),
        );
        const [fa, fb] = [filtered(filter, a), filtered(filter, b)];
        sum.forEach((value, i) => expect(value).toBeCloseTo((fa[i] ?? NaN) + (fb[i] ?? NaN), 9));
      }),
    );
  });

  it('cuts its window to a short series, and refuses one with too few points for its order', () => {
    expect(filtered({ window: 15, order: 2, derivative: 1 }, [0, 1, 4])).toHaveLength(3);
    expect(() => filtered({ window: 5, order: 3, derivative: 2 }, [1, 2, 3])).toThrow(
      'order 3 needs more than 3 points',
    );
  });
});
