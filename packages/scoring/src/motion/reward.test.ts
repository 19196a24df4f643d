import { describe, expect, it } from 'vitest';
import { Workbench } from '@drivesweep/kernels';
import { alpamayoComfortScore, alpamayoReward, createAlpamayoDynamics } from './alpamayo-reward.ts';
import { COMFORT_TERMS, createComfortFlags } from './comfort-bounds.ts';
import type { ComfortTerm } from './comfort-bounds.ts';
import { direct } from '../directed-window.ts';
import { reward } from './reward.ts';
import { largestDifference, readFixture, scoresOf } from '../test-scores.ts';
import { pathThrough, windowOf } from '../test-window.ts';

type Points = readonly (readonly number[])[];

const { cases, aggregated_reward } = readFixture('alpamayo_comfort_reward') as {
  cases: {
    name: string;
    future_xyz: Points;
    future_yaw: number[];
    dynamics: Record<
      | 'ego_yaw_rate'
      | 'ego_dv'
      | 'ego_jerk'
      | 'ego_yaw_accel'
      | 'ego_dv_lon'
      | 'ego_jerk_lon'
      | 'ego_dv_lat',
      number[]
    >;
    comfort: Record<`comfort/${ComfortTerm}`, number>;
    score_minus_one: number;
  }[];
  aggregated_reward: Record<
    'ade' | 'comfort_score_minus_one' | 'traj_l2_weight' | 'comfort_weight' | 'reward',
    number
  >[];
};

describe.each(cases)('$name, as Alpamayo rewards it', (c) => {
  const path = { ...pathThrough(c.future_xyz), yaw: Float64Array.from(c.future_yaw) };
  const steps = path.x.length;
  const bench = new Workbench();
  const dynamics = createAlpamayoDynamics(bench, { length: steps, stepS: 0.1, lanes: 2 });
  dynamics.find([{ ...direct(path), x: new Float64Array(steps) }, direct(path)]);
  const series: [ComfortTerm | 'accel', keyof typeof c.dynamics][] = [
    ['yaw_rate', 'ego_yaw_rate'],
    ['accel', 'ego_dv'],
    ['jerk', 'ego_jerk'],
    ['yaw_accel', 'ego_yaw_accel'],
    ['lon_accel', 'ego_dv_lon'],
    ['lon_jerk', 'ego_jerk_lon'],
    ['lat_accel', 'ego_dv_lat'],
  ];

  it.each(series)('has the same %s', (ours, theirs) => {
    const found = dynamics[ours].take(1, new Float64Array(steps));
    expect(largestDifference(found, c.dynamics[theirs])).toBeLessThan(1e-9);
  });

  it('keeps the same bounds and has the same score', () => {
    const flags = createComfortFlags(bench, 2);
    flags.find(dynamics);
    expect(COMFORT_TERMS.map((_, i) => flags.flagOf(1, i))).toEqual(
      COMFORT_TERMS.map((term) => c.comfort[`comfort/${term}`]),
    );
    expect(alpamayoComfortScore(flags.sumOf(1))).toBeCloseTo(c.score_minus_one, 12);
  });

  it('is scored so as the first of K', () => {
    const window = windowOf(c.future_xyz, [c.future_xyz, c.future_xyz.map(() => [0, 0])]);
    window.samples[0]?.yaw.set(path.yaw);
    const score = scoresOf(reward, window);
    expect(score('comfort_score_first@6.4s[alpamayo_reward]')).toBeCloseTo(c.score_minus_one, 12);
    // The second sample stands still, which is comfortable.
    expect(score('comfort_score_mean_2@6.4s[alpamayo_reward]')).toBeCloseTo(
      c.score_minus_one / 2,
      12,
    );
    expect(score('reward_first@6.4s[alpamayo_reward,0.4,0.1]')).toBeCloseTo(
      0.1 * c.score_minus_one,
      12,
    );
    for (const term of COMFORT_TERMS) {
      expect(score(`comfortable_${term}_first@6.4s[alpamayo_reward]`)).toBe(
        c.comfort[`comfort/${term}`],
      );
    }
  });
});

describe('the comfort of the public metrics', () => {
  const metrics = readFixture('alpamayo_distance_metrics') as {
    cases: {
      name: string;
      K: number;
      pred_xyz: Points[][][];
      pred_yaw: number[][][][];
      gt_xyz: Points[];
      expect: { comfort: Record<`comfort/${ComfortTerm}`, number[]> };
    }[];
  };
  it.each(metrics.cases.flatMap((c) => c.gt_xyz.map((future, b) => ({ ...c, future, b }))))(
    'is the mean over samples of the same flags: $name, element $b',
    ({ K, b, future, pred_xyz, pred_yaw, expect: expected }) => {
      const window = windowOf(future, pred_xyz[b]?.[0] ?? []);
      window.samples.forEach(({ yaw }, k) => yaw.set(pred_yaw[b]?.[0]?.[k] ?? []));
      const mean =
        COMFORT_TERMS.reduce(
          (sum, term) => sum + (expected.comfort[`comfort/${term}`][b] ?? NaN),
          0,
        ) / 6;
      const score = scoresOf(reward, window)(`comfort_score_mean_${K}@6.4s[alpamayo_reward]`);
      expect(score).toBeCloseTo(mean - 1, 12);
    },
  );
});

describe('the reward', () => {
  it.each(aggregated_reward)('for an ADE of $ade and $comfort_score_minus_one', (r) => {
    const weights = { l2: r.traj_l2_weight, comfort: r.comfort_weight };
    expect(alpamayoReward(r.ade, r.comfort_score_minus_one, weights)).toBeCloseTo(r.reward, 12);
  });

  it('is lowest from an ADE of 3 m on', () => {
    expect(alpamayoReward(2.999, 0)).toBeCloseTo(-0.4, 3);
    expect(alpamayoReward(3, 0)).toBe(-1);
  });

  it('fails a plan that ends while it accelerates, as upstream: a = 0.42 m/s^2 is a last jerk of -4.2', () => {
    const speeding = (a: number): number => {
      const points = Array.from({ length: 64 }, (_, t) => [
        5 * (t + 1) * 0.1 + (a / 2) * ((t + 1) * 0.1) ** 2,
        0,
      ]);
      return scoresOf(
        reward,
        windowOf(points, [points]),
      )('comfortable_lon_jerk_first@6.4s[alpamayo_reward]');
    };
    expect(speeding(0.42)).toBe(0);
    expect(speeding(0.41)).toBe(1);
  });

  it('is undefined for a single step', () => {
    const score = scoresOf(reward, windowOf([[1, 0]], [[[1, 0]]]));
    expect(score('reward_first@0.1s[alpamayo_reward,0.4,0.1]')).toBeNaN();
  });
});
