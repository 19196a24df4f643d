import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EgoPath } from './types.ts';
import { estimateV0Mps, integrateUnicycle, isWithinBounds, normaliseActions } from './unicycle.ts';
import type { ActionNormalisation } from './unicycle.ts';
import { createUnicycleInverse } from './unicycle-inverse.ts';

type Xy = [number, number];
interface Forward {
  readonly name: string;
  readonly config: Record<'accel_mean' | 'accel_std' | 'curvature_mean' | 'curvature_std', number> &
    Record<'accel_bounds' | 'curvature_bounds', [number, number]>;
  readonly history_xyz: [number, number, number][];
  readonly history_yaw: number[];
  readonly action: Xy[];
  readonly expect: {
    readonly within_bounds: boolean;
    readonly with_given_v0: { v0: number; future_xy: Xy[]; future_yaw: number[] };
    readonly traj_to_action_given_v0: Xy[];
    readonly traj_to_action_est_v0: Xy[];
  };
}
interface Noisy {
  readonly name: string;
  readonly history_xyz: [number, number, number][];
  readonly history_yaw: number[];
  readonly future_xyz: [number, number, number][];
  readonly future_yaw: number[];
  readonly expect: {
    readonly v0_estimated: number;
    readonly theta_smooth: number[];
    readonly v: number[];
    readonly action: Xy[];
    readonly reconstructed_xy: Xy[];
    readonly reconstruction_ade: number;
  };
}
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
const driven = (fixture('alpamayo_unicycle') as { cases: Forward[] }).cases;
const noisy = (fixture('alpamayo_traj_to_action') as { cases: Noisy[] }).cases;

const pathOf = (points: readonly (readonly number[])[], yaw: readonly number[]): EgoPath => ({
  x: Float64Array.from(points, ([x = NaN]) => x),
  y: Float64Array.from(points, ([, y = NaN]) => y),
  z: new Float64Array(points.length),
  yaw: Float64Array.from(yaw),
});
const largest = (found: ArrayLike<number>, expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? NaN))));

describe.each(driven)('$name, as Alpamayo inverts it', ({ config, expect: expected, ...input }) => {
  const constants: ActionNormalisation = {
    accelMean: Math.fround(config.accel_mean),
    accelStd: Math.fround(config.accel_std),
    curvatureMean: Math.fround(config.curvature_mean),
    curvatureStd: Math.fround(config.curvature_std),
  };
  const given = expected.with_given_v0;
  const path = pathOf(given.future_xy, given.future_yaw);

  it.each<[string, number, Xy[]]>([
    ['a given speed', given.v0, expected.traj_to_action_given_v0],
    [
      'the speed of its history',
      estimateV0Mps(pathOf(input.history_xyz, input.history_yaw), 0.1),
      expected.traj_to_action_est_v0,
    ],
  ])('has the same actions with %s', (_, v0Mps, actions) => {
    const found = normaliseActions(createUnicycleInverse(64, 0.1)(path, v0Mps), constants);
    expect(largest(found, actions.flat())).toBeLessThan(1e-6);
  });

  it('is within bounds or not, as there', () => {
    const bounds = {
      accelMps2: config.accel_bounds[1],
      curvaturePerM: config.curvature_bounds[1],
    };
    const accel = Float64Array.from(
      input.action,
      ([a]) => a * constants.accelStd + constants.accelMean,
    );
    const curvature = Float64Array.from(
      input.action,
      ([, k]) => k * constants.curvatureStd + constants.curvatureMean,
    );
    expect(isWithinBounds({ accel, curvature }, bounds)).toBe(expected.within_bounds);
  });
});

describe.each(noisy)('the noisy path $name', ({ expect: expected, ...input }) => {
  const estimate = createUnicycleInverse(64, 0.1)(
    pathOf(input.future_xyz, input.future_yaw),
    expected.v0_estimated,
  );

  it('is smoothed as Alpamayo smooths it', () => {
    expect(largest(estimate.yaw, expected.theta_smooth)).toBeLessThan(1e-6);
    expect(largest(estimate.speedMps, expected.v)).toBeLessThan(1e-6);
    expect(largest(normaliseActions(estimate, IDENTITY), expected.action.flat())).toBeLessThan(
      1e-6,
    );
  });

  it('is left by as much when driven again', () => {
    const again = integrateUnicycle({ v0Mps: expected.v0_estimated, stepS: 0.1, ...estimate });
    expect(
      largest(
        again.x,
        expected.reconstructed_xy.map(([x]) => x),
      ),
    ).toBeLessThan(1e-6);
    expect(
      largest(
        again.y,
        expected.reconstructed_xy.map(([, y]) => y),
      ),
    ).toBeLessThan(1e-6);
    let sum = 0;
    input.future_xyz.forEach(([x, y], t) => {
      sum += Math.hypot((again.x[t] ?? NaN) - x, (again.y[t] ?? NaN) - y);
    });
    expect(sum / 64).toBeCloseTo(expected.reconstruction_ade, 9);
  });
});

const IDENTITY = { accelMean: 0, accelStd: 1, curvatureMean: 0, curvatureStd: 1 };

describe('the inverse', () => {
  it('finds a constant acceleration and curvature, but for the ridge', () => {
    const accel = new Float64Array(64).fill(1);
    const curvature = new Float64Array(64).fill(0.02);
    const path = integrateUnicycle({ v0Mps: 10, accel, curvature, stepS: 0.1 });
    const found = createUnicycleInverse(64, 0.1)(path, 10);
    for (let t = 0; t < 64; t++) {
      expect(found.accel[t]).toBeCloseTo(1, 1);
      expect(found.curvature[t]).toBeCloseTo(0.02, 3);
    }
  });

  it('sees no curvature where nothing moves', () => {
    const still = pathOf(
      Array.from({ length: 10 }, () => [0, 0]),
      Array.from({ length: 10 }, () => 0),
    );
    const { accel, curvature } = createUnicycleInverse(10, 0.1)(still, 0);
    expect([...accel, ...curvature].every((value) => value === 0)).toBe(true);
  });

  it('mirrors with the path: left becomes right', () => {
    const turn = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(turn, fc.double({ min: 1, max: 20, noNaN: true }), (curvature, v0Mps) => {
        const accel = new Float64Array(20);
        const path = integrateUnicycle({
          v0Mps,
          accel,
          curvature: Float64Array.from(curvature),
          stepS: 0.1,
        });
        const mirrored = { ...path, y: path.y.map((y) => -y), yaw: path.yaw.map((yaw) => -yaw) };
        const left = Array.from(createUnicycleInverse(20, 0.1)(path, v0Mps).curvature);
        const right = createUnicycleInverse(20, 0.1)(mirrored, v0Mps).curvature;
        expect(
          largest(
            right,
            left.map((k) => -k),
          ),
        ).toBeLessThan(1e-9);
      }),
    );
  });

  it('refuses what it cannot answer from', () => {
    expect(() => createUnicycleInverse(2, 0.1)).toThrow('at least 3 steps');
    const inverse = createUnicycleInverse(3, 0.1);
    const points = [
      [1, 0],
      [2, 0],
      [3, 0],
    ];
    expect(() => inverse(pathOf(points, [0, NaN, 0]), 10)).toThrow('not finite or too short');
    expect(() => inverse(pathOf(points, [0, 0, 0]), NaN)).toThrow('not finite or too short');
    expect(() => inverse(pathOf(points.slice(1), [0, 0]), 10)).toThrow('not finite or too short');
  });
});
