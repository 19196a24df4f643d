import { integrateUnicycle, isWithinBounds } from '@drivesweep/geometry';
import { describe, expect, it } from 'vitest';
import { feasibility } from './feasibility.ts';
import { readFixture, scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { SampleToScore, WindowToScore } from '../window.ts';

interface Driving {
  readonly accel: number;
  readonly curvature: number;
}

/** Samples that the unicycle drives from 10 m/s with the given constant actions, for 6.4 s. */
function driven(...actions: Driving[]): WindowToScore {
  const samples = actions.map(({ accel, curvature }): SampleToScore => ({
    ...integrateUnicycle({
      v0Mps: 10,
      accel: new Float64Array(64).fill(accel),
      curvature: new Float64Array(64).fill(curvature),
      stepS: 0.1,
    }),
    probability: null,
  }));
  const still = Array.from({ length: 64 }, () => [0, 0]);
  return { ...windowOf(still, []), samples };
}
const score = (window: WindowToScore, id: string): number => scoresOf(feasibility, window)(id);

describe('out of bounds', () => {
  it('is nothing of a calm drive, which the unicycle drives again to the centimetre', () => {
    const calm = driven({ accel: 0.5, curvature: 0.01 });
    expect(score(calm, 'accel_out_of_bounds_first@6.4s[9.8]')).toBe(0);
    expect(score(calm, 'curvature_out_of_bounds_first@6.4s[0.2]')).toBe(0);
    expect(score(calm, 'unicycle_residual_ade_first@6.4s')).toBeLessThan(0.01);
  });

  it('is every step of an acceleration that no car has', () => {
    expect(score(driven({ accel: 12, curvature: 0 }), 'accel_out_of_bounds_first@6.4s[9.8]')).toBe(
      1,
    );
    expect(score(driven({ accel: 9.7, curvature: 0 }), 'accel_out_of_bounds_first@6.4s[9.8]')).toBe(
      0,
    );
  });

  it('tells the bound of the code from that of the release', () => {
    const tight = driven({ accel: 0, curvature: -0.25 });
    expect(score(tight, 'curvature_out_of_bounds_first@6.4s[0.2]')).toBeGreaterThan(0.8);
    expect(score(tight, 'curvature_out_of_bounds_first@6.4s[0.33]')).toBe(0);
  });

  it('averages over the samples', () => {
    const both = driven({ accel: 12, curvature: 0 }, { accel: 0, curvature: 0 });
    expect(score(both, 'accel_out_of_bounds_mean_2@6.4s[9.8]')).toBe(0.5);
    expect(score(both, 'accel_out_of_bounds_first@6.4s[9.8]')).toBe(1);
  });
});

describe('residual', () => {
  it('is large for a path that no wheel rolls along: sideways', () => {
    const window = driven({ accel: 0, curvature: 0 });
    window.samples[0]?.y.forEach((_, t, y) => (y[t] = t / 10));
    expect(score(window, 'unicycle_residual_ade_first@6.4s')).toBeGreaterThan(2);
  });

  it('is undefined for answers of less than 3 steps', () => {
    const short = windowOf(
      [
        [1, 0],
        [2, 0],
      ],
      [
        [
          [1, 0],
          [2, 0],
        ],
      ],
    );
    const scores = scoresOf(feasibility, short);
    expect(scores('unicycle_residual_ade_first@0.2s')).toBeNaN();
    expect(scores('accel_out_of_bounds_mean_1@0.2s[9.8]')).toBeNaN();
  });
});

describe('bounds', () => {
  const { bounds_check } = readFixture('alpamayo_comfort_reward') as {
    bounds_check: { accel_at_5: number; kappa_at_5: number; within: boolean }[];
  };
  it.each(bounds_check)('are themselves within, as upstream: $accel_at_5, $kappa_at_5', (check) => {
    const accel = new Float64Array(64);
    const curvature = new Float64Array(64);
    accel[5] = check.accel_at_5;
    curvature[5] = check.kappa_at_5;
    const bounds = { accelMps2: 9.8, curvaturePerM: 0.2 };
    expect(isWithinBounds({ accel, curvature }, bounds)).toBe(check.within);
  });
});
