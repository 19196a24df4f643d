import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Workbench } from './workbench.ts';

describe('Workbench', () => {
  it('keeps the values of series when memory grows under them', () => {
    const bench = new Workbench();
    const series = bench.series(3, 2);
    series.put(0, Float64Array.of(1, 2, 3));
    series.put(1, Float64Array.of(4, 5, 6));
    bench.series(100_000, 6);
    expect([...series.values]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('gives an odd number of lanes one more, so that two at a time always fit', () => {
    expect(new Workbench().series(4, 3).lanes).toBe(4);
  });

  it('keeps whole numbers when memory grows under them, and puts the next series behind them', () => {
    const bench = new Workbench();
    const wholes = bench.wholes(5);
    wholes.values().set([1, 2, 3, 4, 65_535]);
    bench.series(100_000, 2).put(0, Float64Array.of(7));
    expect([...wholes.values()]).toEqual([1, 2, 3, 4, 65_535]);
  });

  it('copies into a lane and out of it from any step on', () => {
    const series = new Workbench().series(4, 2);
    series.put(1, Float64Array.of(7, 8), 1, 2);
    expect([...series.take(1, new Float64Array(3), 1)]).toEqual([7, 8, 0]);
  });

  it('has memories that do not know each other', () => {
    const [a, b] = [new Workbench().series(1, 2), new Workbench().series(1, 2)];
    a.put(0, Float64Array.of(5));
    expect([...b.values]).toEqual([0, 0]);
  });
});

/** Cosine and sine by the kernel, and whether it answered for them. */
function cosSin(angles: readonly number[]): { cos: number[]; sin: number[]; isGood: boolean } {
  const bench = new Workbench();
  const [angle, cos, sin] = [0, 1, 2].map(() => bench.series(1, angles.length));
  if (angle === undefined || cos === undefined || sin === undefined) throw new Error('no series');
  angle.values.set(angles);
  const good = bench.kernels.cosSin(angle.address, cos.address, sin.address, angle.size);
  return {
    cos: [...cos.values].slice(0, angles.length),
    sin: [...sin.values].slice(0, angles.length),
    isGood: good === 1,
  };
}

describe('cosSin', () => {
  const ULP_OF_ONE = 2 ** -52;
  const worst = (values: readonly number[], expected: readonly number[]): number =>
    Math.max(...values.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));

  it('is within one unit in the last place of 1 of what JavaScript says, in every quadrant', () => {
    const angles = fc.array(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { minLength: 1 });
    const headings = fc.array(fc.double({ min: -7, max: 7, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(fc.oneof(angles, headings), (list) => {
        const { cos, sin, isGood } = cosSin(list);
        expect(isGood).toBe(true);
        expect(worst(cos, list.map(Math.cos))).toBeLessThanOrEqual(ULP_OF_ONE);
        expect(worst(sin, list.map(Math.sin))).toBeLessThanOrEqual(ULP_OF_ONE);
      }),
      { numRuns: 500 },
    );
  });

  it('is exact at quarter turns, where the answer is 1 or -1', () => {
    const { cos, sin } = cosSin([0, Math.PI / 2, Math.PI, -Math.PI / 2]);
    expect(cos[0]).toBe(1);
    expect(sin[0]).toBe(0);
    expect([sin[1], cos[2], sin[3]]).toEqual([1, -1, -1]);
    for (const nearly0 of [cos[1], sin[2], cos[3]]) expect(nearly0).toBeCloseTo(0, 15);
  });

  it.each([NaN, Infinity, 1.1e5])('says that it cannot answer for %d', (angle) => {
    expect(cosSin([0.1, angle, 0.2, 0.3]).isGood).toBe(false);
  });
});

describe('the kernels of angles', () => {
  it('unwrap a lane that turns around, and leave the one beside it as it is', () => {
    const bench = new Workbench();
    const yaw = bench.series(4, 2);
    yaw.put(0, Float64Array.of(3, -3, -2.9, 3.1));
    yaw.put(1, Float64Array.of(0.5, 0.25, 0, -0.25));
    bench.kernels.unwrap(yaw.address, yaw.address, yaw.steps, yaw.lanes);
    const turned = yaw.take(0, new Float64Array(4));
    [3, 2 * Math.PI - 3, 2 * Math.PI - 2.9, 3.1].forEach((expected, t) => {
      expect(turned[t]).toBeCloseTo(expected, 14);
    });
    expect([...yaw.take(1, new Float64Array(4))]).toEqual([0.5, 0.25, 0, -0.25]);
  });

  it('give the rate of a turn through pi as that of any other', () => {
    const bench = new Workbench();
    const [yaw, rate] = [bench.series(3, 2), bench.series(3, 2)];
    yaw.put(0, Float64Array.of(3.1, -3.1, -3));
    yaw.put(1, Float64Array.of(0, 0.5, 1));
    bench.kernels.turnRates(yaw.address, rate.address, 3, 2, 10);
    const turning = rate.take(0, new Float64Array(3));
    expect(turning[0]).toBeCloseTo(10 * (2 * Math.PI - 6.2), 12);
    expect(turning[1]).toBeCloseTo(1, 12);
    expect(turning[2]).toBe(turning[1]);
    expect([...rate.take(1, new Float64Array(3))]).toEqual([5, 5, 5]);
  });
});

describe('the kernels of series', () => {
  it('say of every lane by itself whether it stays between two bounds, which are outside', () => {
    const bench = new Workbench();
    const series = bench.series(2, 4);
    [
      [1, 2],
      [0, 1],
      [1, 3],
      [-1, 4],
    ].forEach((values, lane) => {
      series.put(lane, Float64Array.from(values));
    });
    const flags = bench.series(1, 4);
    bench.kernels.areBetween(series.address, 2, 4, 0, 3, flags.address);
    expect([...flags.values]).toEqual([1, 0, 0, 0]);
    bench.kernels.areBetween(series.address, 2, 4, -0.5, 3.5, flags.address);
    expect([...flags.values]).toEqual([1, 1, 1, 0]);
  });

  it('count what is beyond a bound on either side', () => {
    const bench = new Workbench();
    const [series, counts] = [bench.series(3, 2), bench.series(1, 2)];
    series.put(0, Float64Array.of(-5, 4, 4.5));
    series.put(1, Float64Array.of(4, 4, -4));
    bench.kernels.countBeyond(series.address, 3, 2, 4, counts.address);
    expect([...counts.values]).toEqual([2, 0]);
  });

  it('measure how far lanes are from others', () => {
    const bench = new Workbench();
    const [x, y, u, v] = [
      bench.series(2, 2),
      bench.series(2, 2),
      bench.series(2, 2),
      bench.series(2, 2),
    ];
    x.put(0, Float64Array.of(3, 0));
    y.put(0, Float64Array.of(4, 1));
    u.put(1, Float64Array.of(2, 2));
    const out = bench.series(1, 2);
    bench.kernels.meanDistances(x.address, y.address, u.address, v.address, 2, 2, out.address);
    expect([...out.values]).toEqual([3, 2]);
  });

  it('round halves to even and keep what is on the grid', () => {
    const bench = new Workbench();
    const series = bench.series(2, 2);
    series.values.set([0.125, 0.375, -0.25, 10.6]);
    bench.kernels.roundTo(series.address, series.size, 4);
    expect([...series.values]).toEqual([0, 0.5, -0.25, 10.5]);
  });
});
