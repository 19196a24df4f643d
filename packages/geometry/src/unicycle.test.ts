import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapAngle } from './angle.ts';
import type { EgoPath } from './types.ts';
import {
  ALPAMAYO_R1_ACTIONS,
  denormaliseActions,
  estimateV0Mps,
  integrateUnicycle,
  isWithinBounds,
  normaliseActions,
} from './unicycle.ts';
import type { ActionNormalisation, UnicycleMotion } from './unicycle.ts';

interface Expected {
  readonly future_xy: [number, number][];
  readonly future_yaw: number[];
}
interface UnicycleFixture {
  readonly name: string;
  readonly config: Record<'accel_mean' | 'accel_std' | 'curvature_mean' | 'curvature_std', number>;
  readonly history_xyz: [number, number, number][];
  readonly history_yaw: number[];
  readonly action: [number, number][];
  readonly expect: Expected & {
    readonly v0_estimated: number;
    readonly with_given_v0: Expected & { readonly v0: number };
  };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/alpamayo_unicycle.json', import.meta.url), 'utf8'),
) as { cases: UnicycleFixture[] };

/** Drives for 1.5 s at `speed(t)` along `heading(t)`, integrated finely; the last pose is at the origin. */
function historyOf(
  speed: (t: number) => number,
  heading: (t: number) => number,
  steps = 16,
): EgoPath {
  const substeps = 1000;
  const [x, y] = [new Float64Array(steps), new Float64Array(steps)];
  for (let i = 1; i < steps; i++) {
    let [dx, dy] = [0, 0];
    for (let j = 0; j < substeps; j++) {
      const t = (i - steps + (j + 0.5) / substeps) * 0.1;
      dx += speed(t) * Math.cos(heading(t)) * (0.1 / substeps);
      dy += speed(t) * Math.sin(heading(t)) * (0.1 / substeps);
    }
    x[i] = (x[i - 1] ?? NaN) + dx;
    y[i] = (y[i - 1] ?? NaN) + dy;
  }
  const yaw = Float64Array.from(x, (_, i) => wrapAngle(heading((i + 1 - steps) * 0.1)));
  return { x, y, z: new Float64Array(steps), yaw };
}

function constantsOf({ config }: UnicycleFixture): ActionNormalisation {
  return {
    accelMean: Math.fround(config.accel_mean),
    accelStd: Math.fround(config.accel_std),
    curvatureMean: Math.fround(config.curvature_mean),
    curvatureStd: Math.fround(config.curvature_std),
  };
}

function expectMotion({ x, y, z, yaw }: UnicycleMotion, expected: Expected): void {
  expect(x).toHaveLength(expected.future_xy.length);
  expected.future_xy.forEach(([ex, ey], t) => {
    expect(Math.abs((x[t] ?? NaN) - ex)).toBeLessThan(1e-9);
    expect(Math.abs((y[t] ?? NaN) - ey)).toBeLessThan(1e-9);
    expect(Math.abs((yaw[t] ?? NaN) - (expected.future_yaw[t] ?? NaN))).toBeLessThan(1e-9);
    expect(z[t]).toBe(0);
  });
}

describe.each(cases)('$name, as Alpamayo computes it', (fixture) => {
  const actions = denormaliseActions(fixture.action.flat(), constantsOf(fixture));
  const history: EgoPath = {
    x: Float64Array.from(fixture.history_xyz, ([x]) => x),
    y: Float64Array.from(fixture.history_xyz, ([, y]) => y),
    z: Float64Array.from(fixture.history_xyz, ([, , z]) => z),
    yaw: Float64Array.from(fixture.history_yaw),
  };

  it('starts at the same speed', () => {
    expect(Math.abs(estimateV0Mps(history, 0.1) - fixture.expect.v0_estimated)).toBeLessThan(1e-6);
  });

  it('gives the same future, with that speed and with a given one', () => {
    const v0Mps = estimateV0Mps(history, 0.1);
    expectMotion(integrateUnicycle({ v0Mps, ...actions, stepS: 0.1 }), fixture.expect);
    const given = fixture.expect.with_given_v0;
    expectMotion(integrateUnicycle({ v0Mps: given.v0, ...actions, stepS: 0.1 }), given);
  });
});

describe('estimateV0Mps', () => {
  it.each([0, 3, 30, -2])('finds %d m/s on a straight road', (speed) => {
    const v0 = estimateV0Mps(
      historyOf(
        () => speed,
        () => 0,
      ),
      0.1,
    );
    expect(Math.abs(v0 - speed)).toBeLessThanOrEqual(1e-4 * Math.abs(speed));
  });

  it('finds the last speed, not the mean, of a car that brakes', () => {
    expect(
      estimateV0Mps(
        historyOf(
          (t) => 10 - 4 * t,
          () => 0,
        ),
        0.1,
      ),
    ).toBeCloseTo(10, 2);
  });

  it('works through a heading that crosses pi', () => {
    const crossing = historyOf(
      () => 8,
      (t) => Math.PI + 0.5 * (t + 0.7),
    );
    expect(estimateV0Mps(crossing, 0.1)).toBeCloseTo(8, 1);
  });

  it('does not depend on where the history is or which way it points', () => {
    const history = historyOf(
      (t) => 9 + t,
      (t) => 0.3 * t,
    );
    const v0 = estimateV0Mps(history, 0.1);
    const metres = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(metres, metres, fc.double({ min: -3, max: 3, noNaN: true }), (dx, dy, turn) => {
        const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
        const moved: EgoPath = {
          ...history,
          x: history.x.map((x, i) => dx + cos * x - sin * (history.y[i] ?? NaN)),
          y: history.y.map((y, i) => dy + cos * y + sin * (history.x[i] ?? NaN)),
          yaw: history.yaw.map((yaw) => wrapAngle(yaw + turn)),
        };
        expect(estimateV0Mps(moved, 0.1)).toBeCloseTo(v0, 9);
      }),
    );
  });

  it.each([4, 5, 40])('takes a history of %d poses', (steps) => {
    expect(
      estimateV0Mps(
        historyOf(
          () => 10,
          () => 0,
          steps,
        ),
        0.1,
      ),
    ).toBeCloseTo(10, 2);
  });

  it('refuses what it cannot answer from', () => {
    expect(() =>
      estimateV0Mps(
        historyOf(
          () => 10,
          () => 0,
          3,
        ),
        0.1,
      ),
    ).toThrow('at least 4 poses');
    const broken = historyOf(
      () => 10,
      () => 0,
    );
    broken.y[7] = NaN;
    expect(() => estimateV0Mps(broken, 0.1)).toThrow('not finite');
  });
});

describe('integrateUnicycle', () => {
  it('brakes to a stop and, as upstream, on into reverse', () => {
    const accel = new Float64Array(20).fill(-2);
    const { x, speedMps } = integrateUnicycle({
      v0Mps: 2,
      accel,
      curvature: new Float64Array(20),
      stepS: 0.1,
    });
    expect(speedMps[9]).toBeCloseTo(0, 12);
    expect(x[9]).toBeCloseTo(1, 12);
    expect(speedMps[19]).toBeCloseTo(-2, 12);
    expect(x[19]).toBeCloseTo(0, 12);
  });

  it('drives a circle of the radius that its curvature says', () => {
    const { x, y, yaw } = integrateUnicycle({
      v0Mps: 5,
      accel: new Float64Array(64),
      curvature: new Float64Array(64).fill(0.05),
      stepS: 0.1,
    });
    expect(Math.hypot(x[63] ?? NaN, (y[63] ?? NaN) - 20)).toBeCloseTo(20, 2);
    expect(yaw[63]).toBeCloseTo(1.6, 12);
  });

  it('keeps the yaw of more than half a circle in (-pi, pi]', () => {
    const { yaw } = integrateUnicycle({
      v0Mps: 5,
      accel: new Float64Array(64),
      curvature: new Float64Array(64).fill(0.125),
      stepS: 0.1,
    });
    expect(yaw[63]).toBeCloseTo(4 - 2 * Math.PI, 12);
  });

  it('refuses columns that do not belong together', () => {
    const accel = new Float64Array(3);
    expect(() =>
      integrateUnicycle({ v0Mps: 1, accel, curvature: new Float64Array(2), stepS: 0.1 }),
    ).toThrow('3 accelerations, but 2 curvatures');
  });
});

describe('denormaliseActions', () => {
  it('uses the released constants as float32', () => {
    const { accel, curvature } = denormaliseActions([0, 0, 1, -1]);
    expect(accel[0]).toBe(Math.fround(0.02902694707164455));
    expect(accel[0]).not.toBe(0.02902694707164455);
    expect(curvature[1]).toBe(ALPAMAYO_R1_ACTIONS.curvatureMean - ALPAMAYO_R1_ACTIONS.curvatureStd);
  });

  it('refuses half an action', () => {
    expect(() => denormaliseActions([1, 2, 3])).toThrow('pairs, got 3');
  });
});

describe('normaliseActions', () => {
  it('gives back what was denormalised', () => {
    const normalised = [0.5, -1, 2, 0.25];
    const again = normaliseActions(denormaliseActions(normalised));
    normalised.forEach((value, i) => expect(again[i]).toBeCloseTo(value, 12));
  });
});

describe('isWithinBounds', () => {
  it.each([
    [9.8, 0.33, true],
    [-9.8, -0.33, true],
    [9.800001, 0, false],
    [0, -0.330001, false],
    [NaN, 0, false],
  ])('of %d m/s^2 and %d per metre, which are the bounds or not', (a, k, expected) => {
    const actions = { accel: Float64Array.of(0, a), curvature: Float64Array.of(0, k) };
    expect(isWithinBounds(actions)).toBe(expected);
  });
});
