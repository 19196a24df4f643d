import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFarAtSomeStep, isWomdMiss, missRates, womdSpeedScale } from './miss-rates.ts';
import { orderByProbability } from '../probability.ts';
import { idsOf, readFixture, scoresOf } from '../test-scores.ts';
import { pathThrough, windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

type Points = readonly (readonly number[])[];

/** 6.4 s in steps of 0.1 s; the future stands still, each sample is off by its own vector from a step on. */
function offBy(...offsets: { ahead?: number; left?: number; from?: number }[]): WindowToScore {
  const future = Array.from({ length: 64 }, () => [0, 0]);
  const samples = offsets.map(({ ahead = 0, left = 0, from = 0 }) =>
    future.map((_, t) => (t < from ? [0, 0] : [ahead, left])),
  );
  return windowOf(future, samples);
}

const withProbabilities = (window: WindowToScore, probabilities: number[]): WindowToScore => ({
  ...window,
  samples: window.samples.map((sample, k) => ({
    ...sample,
    probability: probabilities[k] ?? null,
  })),
});

describe('[max,2m], as nuScenes', () => {
  const at64 = (window: WindowToScore, id: string): number => scoresOf(missRates, window)(id);

  it('counts the worst step, not the last, and the threshold itself', () => {
    const back = windowOf(
      [
        [1, 0],
        [2, 0],
      ],
      [
        [
          [1, 2],
          [2, 0],
        ],
      ],
    );
    expect(scoresOf(missRates, back)('miss_first@0.2s[max,2m]')).toBe(1);
    expect(at64(offBy({ left: 1.999999 }), 'miss_first@6.4s[max,2m]')).toBe(0);
    expect(at64(offBy({ left: 2 }), 'miss_first@6.4s[max,2m]')).toBe(1);
  });

  it('is saved by any one of all K', () => {
    const window = offBy({ left: 5 }, { left: 1 });
    expect(at64(window, 'miss_first@6.4s[max,2m]')).toBe(1);
    expect(at64(window, 'miss_2@6.4s[max,2m]')).toBe(0);
  });

  it('looks at the most probable when there are probabilities, and says nothing when there are none', () => {
    const window = offBy({ left: 5 }, { left: 1 });
    expect(at64(window, 'miss_top_1_of_2@6.4s[max,2m]')).toBeNaN();
    expect(at64(withProbabilities(window, [0.1]), 'miss_top_1_of_2@6.4s[max,2m]')).toBeNaN();
    const likely = (p: number[]): number =>
      at64(withProbabilities(window, p), 'miss_top_1_of_2@6.4s[max,2m]');
    expect(likely([0.6, 0.4])).toBe(1);
    expect(likely([0.4, 0.6])).toBe(0);
    expect(likely([0.5, 0.5])).toBe(0);
  });

  it('has top 1, 5 and 10 where that is fewer than K', () => {
    const top = (K: number): string[] => idsOf(missRates, K, 64).filter((id) => id.includes('top'));
    expect(top(6)).toEqual(['miss_top_1_of_6@6.4s[max,2m]', 'miss_top_5_of_6@6.4s[max,2m]']);
    expect(top(1)).toEqual([]);
  });
});

describe('agrees with nuScenes', () => {
  const { cases } = readFixture('nuscenes_prediction') as {
    cases: {
      name: string;
      pred: Points[];
      gt: Points;
      tolerance: number;
      probabilities: number[][];
      miss_rate_top_k: boolean[][];
    }[];
  };
  const batches = cases.flatMap((c) =>
    c.probabilities.map((p, batch) => ({ ...c, batch, p, missed: c.miss_rate_top_k[batch] ?? [] })),
  );
  it.each(batches)('on $name, batch $batch', ({ pred, gt, tolerance, p, missed }) => {
    const window = withProbabilities(windowOf(gt, pred), p);
    const isMiss = isFarAtSomeStep(gt.length, tolerance);
    const order = orderByProbability(window.samples) ?? [];
    missed.forEach((expected, i) => {
      const top = order.slice(0, i + 1).flatMap((k) => window.samples[k] ?? []);
      expect(top.every((sample) => isMiss(sample, window))).toBe(expected);
    });
  });
});

describe('[womd]', () => {
  const score = (window: WindowToScore, horizon: string, v0Mps: number): number =>
    scoresOf(missRates, { ...window, v0Mps })(`miss_1@${horizon}[womd]`);

  it.each([
    ['3.0s', 1, 2],
    ['5.0s', 1.8, 3.6],
  ])('at %s allows %d m across and %d m along, strictly more is a miss', (horizon, lat, lon) => {
    expect(score(offBy({ left: lat }), horizon, 11)).toBe(0);
    expect(score(offBy({ left: -lat - 1e-6 }), horizon, 11)).toBe(1);
    expect(score(offBy({ ahead: lon }), horizon, 11)).toBe(0);
    expect(score(offBy({ ahead: -lon - 1e-6 }), horizon, 11)).toBe(1);
  });

  it('halves the thresholds when slow, and looks at its own step only', () => {
    expect(score(offBy({ left: 0.6 }), '3.0s', 1)).toBe(1);
    expect(score(offBy({ left: 0.6 }), '3.0s', 11)).toBe(0);
    expect(score(offBy({ left: 9, from: 30 }), '3.0s', 11)).toBe(0);
    expect(score(offBy({ left: 9, from: 29 }), '3.0s', 11)).toBe(1);
  });

  it('turns the error into the heading of the recorded future', () => {
    const window = offBy({ left: 1.5 });
    window.future.yaw.fill(Math.PI / 2);
    expect(score(window, '3.0s', 11)).toBe(0);
  });

  it('exists at the horizons that the answer reaches', () => {
    const womd = (steps: number): string[] =>
      idsOf(missRates, 1, steps).filter((id) => id.includes('_1@') && id.includes('womd'));
    expect(womd(64)).toEqual(['miss_1@3.0s[womd]', 'miss_1@5.0s[womd]']);
    expect(womd(80)).toContain('miss_1@8.0s[womd]');
    expect(womd(29)).toEqual([]);
  });
});

describe('agrees with the Waymo Open Motion Dataset', () => {
  interface Scene {
    readonly track1_gt_center: Points;
    readonly track2_gt_center: Points;
    readonly track1_initial: { readonly vel: [number, number] };
    readonly track2_initial: { readonly vel: [number, number] };
    readonly heading1: number;
    readonly heading2: number;
  }
  interface Case {
    readonly name: string;
    readonly pred1: Points;
    readonly pred2: Points;
    readonly expected_miss_rate: number;
    readonly speed_scale?: Record<
      'lower_bound' | 'upper_bound' | 'scale_lower' | 'scale_upper',
      number
    >;
    readonly track2_velocity?: [number, number];
  }
  const { cases, scene, challenge_config, test_config } = readFixture('waymo_miss_rate') as {
    cases: Case[];
    scene: Scene;
    challenge_config: { steps: { t_s: number; lateral: number; longitudinal: number }[] } & Record<
      'speed_lower_bound' | 'speed_upper_bound' | 'speed_scale_lower' | 'speed_scale_upper',
      number
    >;
    test_config: { lateral: number; longitudinal: number; measurement_index: number };
  };

  it.each(cases)('on $name: a miss of either of two is a miss', (c) => {
    const scale = (velocity: readonly number[]): number =>
      c.speed_scale === undefined
        ? 1
        : womdSpeedScale(Math.hypot(...velocity), {
            lowMps: c.speed_scale.lower_bound,
            highMps: c.speed_scale.upper_bound,
            lowScale: c.speed_scale.scale_lower,
            highScale: c.speed_scale.scale_upper,
          });
    const missed = (
      pred: Points,
      gt: Points,
      yaw: number,
      velocity: readonly number[],
    ): boolean => {
      const future = pathThrough(gt);
      future.yaw.fill(yaw);
      return isWomdMiss(pathThrough(pred), future, test_config.measurement_index, {
        lateralM: test_config.lateral,
        longitudinalM: test_config.longitudinal,
        scale: scale(velocity),
      });
    };
    const { track1_initial, track2_initial } = scene;
    const either =
      missed(c.pred1, scene.track1_gt_center, scene.heading1, track1_initial.vel) ||
      missed(
        c.pred2,
        scene.track2_gt_center,
        scene.heading2,
        c.track2_velocity ?? track2_initial.vel,
      );
    expect(either ? 1 : 0).toBe(c.expected_miss_rate);
  });

  it('has the thresholds and the scale of the challenge', () => {
    const { speed_lower_bound, speed_upper_bound } = challenge_config;
    expect(womdSpeedScale(speed_lower_bound)).toBe(challenge_config.speed_scale_lower);
    expect(womdSpeedScale(speed_upper_bound)).toBe(challenge_config.speed_scale_upper);
    for (const { t_s, lateral, longitudinal } of challenge_config.steps.filter((s) => s.t_s < 6)) {
      const id = `miss_1@${t_s.toFixed(1)}s[womd]`;
      for (const [offset, miss] of [
        [{ left: lateral }, 0],
        [{ ahead: longitudinal }, 0],
        [{ left: lateral + 1e-9 }, 1],
        [{ ahead: longitudinal + 1e-9 }, 1],
      ] as const) {
        expect(scoresOf(missRates, { ...offBy(offset), v0Mps: 12 })(id)).toBe(miss);
      }
    }
  });
});

describe('[nuplan]', () => {
  const score = (window: WindowToScore, id: string): number => scoresOf(missRates, window)(id);

  it('allows 6 m up to 3 s and 8 m up to 5 s', () => {
    expect(score(offBy({ left: 6 }), 'miss_first@3.0s[nuplan]')).toBe(0);
    expect(score(offBy({ left: 6.001 }), 'miss_first@3.0s[nuplan]')).toBe(1);
    expect(score(offBy({ left: 8 }), 'miss_first@5.0s[nuplan]')).toBe(0);
    expect(score(offBy({ left: 8.001 }), 'miss_first@5.0s[nuplan]')).toBe(1);
  });

  it('looks at whole seconds only', () => {
    expect(score(offBy({ left: 9, from: 30 }), 'miss_first@3.0s[nuplan]')).toBe(0);
    expect(score(offBy({ left: 9, from: 29 }), 'miss_first@3.0s[nuplan]')).toBe(1);
  });
});

describe('of any samples', () => {
  const metres = fc.double({ min: -9, max: 9, noNaN: true });
  const anyOffsets = fc.array(fc.record({ ahead: metres, left: metres }), {
    minLength: 2,
    maxLength: 5,
  });

  it('one more never makes a miss of a hit, and their order does not matter', () => {
    fc.assert(
      fc.property(anyOffsets, (offsets) => {
        const K = offsets.length;
        const all = scoresOf(missRates, offBy(...offsets));
        const fewer = scoresOf(missRates, offBy(...offsets.slice(1)));
        const turned = scoresOf(missRates, offBy(...offsets.toReversed()));
        for (const rule of ['6.4s[max,2m]', '3.0s[womd]', '5.0s[womd]', '3.0s[nuplan]']) {
          expect(all(`miss_${K}@${rule}`)).toBeLessThanOrEqual(fewer(`miss_${K - 1}@${rule}`));
          expect(all(`miss_${K}@${rule}`)).toBe(turned(`miss_${K}@${rule}`));
        }
      }),
    );
  });
});
