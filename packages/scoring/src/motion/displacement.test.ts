import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displacement } from './displacement.ts';
import { readFixture, scoresOf as familyScores } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

type Points = readonly (readonly number[])[];

const scoresOf = (window: WindowToScore, stepS?: number): ((id: string) => number) =>
  familyScores(displacement, window, stepS);

/** Ten steps along x, 1 m each; every sample is off to the side by the metres given for its first and second half. */
function sideways(...offsetsM: (readonly [number, number])[]): WindowToScore {
  const future = Array.from({ length: 10 }, (_, t) => [t + 1, 0]);
  const samples = offsetsM.map(([early, late]) =>
    future.map(([x], t) => [x ?? NaN, t < 5 ? early : late]),
  );
  return windowOf(future, samples);
}

describe('ade and fde', () => {
  it('are 0 for a sample that is the future itself', () => {
    const score = scoresOf(sideways([0, 0]));
    for (const id of [
      'ade_first@0.5s',
      'fde_first@1.0s',
      'min_ade_1@1.0s[full]',
      'miss_1@1.0s[2m]',
    ]) {
      expect(score(id)).toBe(0);
    }
  });

  it('are mean and last distance up to the horizon, of the first sample', () => {
    const score = scoresOf(sideways([1, 3], [0, 0]));
    expect(score('ade_first@0.5s')).toBe(1);
    expect(score('fde_first@0.5s')).toBe(1);
    expect(score('ade_first@1.0s')).toBe(2);
    expect(score('fde_first@1.0s')).toBe(3);
  });

  it('average over the samples', () => {
    const score = scoresOf(sideways([1, 3], [0, 0], [2, 6]));
    expect(score('ade_mean_3@0.5s')).toBe(1);
    expect(score('ade_mean_3@1.0s')).toBe(2);
    expect(score('fde_mean_3@1.0s')).toBe(3);
  });

  it('measure 3-4-5 triangles in the plane and do not look at z', () => {
    const window = windowOf([[0, 0]], [[[3, 4]]]);
    window.future.z[0] = 100;
    expect(scoresOf(window)('ade_first@0.1s')).toBe(5);
  });
});

describe('the best of K', () => {
  // The second sample is best at first, the first one over the whole answer.
  const score = scoresOf(sideways([2, 2], [1, 4]));

  it('[full] keeps the sample with the lowest whole ADE at every horizon', () => {
    expect(score('min_ade_2@1.0s[full]')).toBe(2);
    expect(score('min_ade_2@0.5s[full]')).toBe(2);
    expect(score('min_fde_2@0.5s[full]')).toBe(2);
  });

  it('[prefix] chooses again at every horizon', () => {
    expect(score('min_ade_2@1.0s[prefix]')).toBe(2);
    expect(score('min_ade_2@0.5s[prefix]')).toBe(1);
    expect(score('min_fde_2@0.5s[prefix]')).toBe(1);
  });

  it('[full] min_fde is the end of the sample with the lowest ADE, not the lowest end', () => {
    const crossing = scoresOf(sideways([0, 3], [4, 0.5]));
    expect(crossing('min_fde_2@1.0s[full]')).toBe(3);
    expect(crossing('min_fde_2@1.0s[prefix]')).toBe(0.5);
  });

  it('takes the first of equals', () => {
    const tied = scoresOf(sideways([3, 1], [1, 3]));
    expect(tied('min_fde_2@1.0s[full]')).toBe(1);
  });
});

describe('miss', () => {
  it('is strict: exactly 2 m is a hit', () => {
    expect(scoresOf(sideways([0, 2]))('miss_1@1.0s[2m]')).toBe(0);
    expect(scoresOf(sideways([0, 2.000001]))('miss_1@1.0s[2m]')).toBe(1);
  });

  it('is saved by any one sample, and for the first only by the first', () => {
    const score = scoresOf(sideways([0, 5], [0, 0]));
    expect(score('miss_2@1.0s[2m]')).toBe(0);
    expect(score('miss_first@1.0s[2m]')).toBe(1);
  });
});

describe('agrees with the public code of Alpamayo', () => {
  interface Case {
    readonly name: string;
    readonly K: number;
    readonly pred_xyz: Points[][][];
    readonly gt_xyz: Points[];
    readonly expect: {
      readonly sample_ade_xy: number[][][];
      readonly minade: Record<string, number[]>;
      readonly derived: {
        readonly fde: number[][][];
        readonly argmin_ade: number[][];
        readonly minfde: number[][];
        readonly per_horizon_min_prefix_ade: Record<string, number[][]>;
      };
    };
  }
  const { cases } = readFixture('alpamayo_distance_metrics') as { cases: Case[] };
  const windows = cases.flatMap((c) =>
    c.gt_xyz.map((future, b) => ({ ...c, future, b, samples: c.pred_xyz[b]?.[0] ?? [] })),
  );

  it.each(windows)('on $name, element $b', ({ K, b, future, samples, expect: expected }) => {
    const score = scoresOf(windowOf(future, samples));
    const close = (id: string, value: number | undefined): void => {
      expect(Math.abs(score(id) - (value ?? NaN)), id).toBeLessThan(1e-12);
    };
    close('ade_first@6.4s', expected.sample_ade_xy[b]?.[0]?.[0]);
    close('fde_first@6.4s', expected.derived.fde[b]?.[0]?.[0]);
    const ades = expected.sample_ade_xy[b]?.[0] ?? [];
    close(`ade_mean_${K}@6.4s`, ades.reduce((sum, ade) => sum + ade, 0) / K);
    close(`min_ade_${K}@6.4s[full]`, expected.minade['min_ade']?.[b]);
    for (const horizon of ['0.5', '1.0', '3.0', '5.0']) {
      close(`min_ade_${K}@${horizon}s[full]`, expected.minade[`min_ade/by_t=${horizon}`]?.[b]);
    }
    for (const [steps, minima] of Object.entries(expected.derived.per_horizon_min_prefix_ade)) {
      close(`min_ade_${K}@${(Number(steps) / 10).toFixed(1)}s[prefix]`, minima[b]?.[0]);
    }
    close(`min_fde_${K}@6.4s[prefix]`, expected.derived.minfde[b]?.[0]);
    const best = expected.derived.argmin_ade[b]?.[0] ?? NaN;
    close(`min_fde_${K}@6.4s[full]`, expected.derived.fde[b]?.[0]?.[best]);
  });
});

describe('agrees with Argoverse 2', () => {
  interface Case {
    readonly name: string;
    readonly forecast: Points[];
    readonly gt: Points;
  }
  const av2 = readFixture('av2_forecasting') as {
    ade_fde: (Case & { ade: number[]; fde: number[] })[];
    miss: (Case & { threshold_m: number; missed: boolean[] })[];
    random: (Case & { ade: number[]; fde: number[]; missed_2m: boolean[] })[];
  };
  const end = (gt: Points): string => `${(gt.length / 10).toFixed(1)}s`;

  it.each([...av2.ade_fde, ...av2.random])(
    'on ADE and FDE of $name',
    ({ forecast, gt, ade, fde }) => {
      forecast.forEach((sample, k) => {
        const score = scoresOf(windowOf(gt, [sample]));
        expect(score(`ade_first@${end(gt)}`)).toBeCloseTo(ade[k] ?? NaN, 9);
        expect(score(`fde_first@${end(gt)}`)).toBeCloseTo(fde[k] ?? NaN, 9);
      });
      const score = scoresOf(windowOf(gt, forecast));
      const id = `min_fde_${forecast.length}@${end(gt)}[prefix]`;
      expect(score(id)).toBeCloseTo(Math.min(...fde), 9);
    },
  );

  const at2m = av2.miss.filter(({ threshold_m }) => threshold_m === 2);
  it.each([...at2m, ...av2.random.map((c) => ({ ...c, missed: c.missed_2m }))])(
    'on misses of $name',
    ({ forecast, gt, missed }) => {
      forecast.forEach((sample, k) => {
        expect(scoresOf(windowOf(gt, [sample]))(`miss_first@${end(gt)}[2m]`) === 1).toBe(missed[k]);
      });
      const score = scoresOf(windowOf(gt, forecast));
      expect(score(`miss_${forecast.length}@${end(gt)}[2m]`) === 1).toBe(missed.every(Boolean));
    },
  );
});

describe('agrees with AlpaSim', () => {
  interface MinAde {
    readonly time_deltas_s: number[];
    readonly gt: { readonly t_us: number[]; readonly xyh: Points };
    readonly responses: {
      readonly now_us: number;
      readonly query_us: number;
      readonly samples: Points[];
    }[];
    readonly metrics: Record<string, { readonly values: number[] }>;
  }
  const { min_ade: c } = readFixture('alpasim_min_ade') as { min_ade: MinAde };

  it.each(c.time_deltas_s)('on minADE at %d s, chosen again per horizon', (horizonS) => {
    c.responses.forEach((response, i) => {
      const first = c.gt.t_us.indexOf(response.query_us);
      const skipped = (response.query_us - response.now_us) / 100_000;
      const window = windowOf(
        c.gt.xyh.slice(first, first + 25),
        response.samples.map((points) => points.slice(skipped, skipped + 25)),
      );
      const value = scoresOf(window)(`min_ade_3@${horizonS.toFixed(1)}s[prefix]`);
      const expected = c.metrics[`min_ade@${horizonS.toFixed(1)}s(gt)`]?.values[i] ?? NaN;
      expect(Math.abs(value - expected)).toBeLessThan(1e-6);
    });
  });
});

describe('agrees with nuScenes', () => {
  interface Case {
    readonly name: string;
    readonly pred: Points[];
    readonly gt: Points;
    readonly mean_distances: number[];
    readonly final_distances: number[];
    readonly min_ade_k: number[];
    readonly min_fde_k: number[];
  }
  const { cases } = readFixture('nuscenes_prediction') as { cases: Case[] };

  it.each(cases)('on $name', (c) => {
    const K = c.pred.length;
    const score = scoresOf(windowOf(c.gt, c.pred), 0.5);
    expect(score('ade_first@2.5s')).toBeCloseTo(c.mean_distances[0] ?? NaN, 9);
    expect(score('fde_first@2.5s')).toBeCloseTo(c.final_distances[0] ?? NaN, 9);
    expect(score(`min_ade_${K}@2.5s[prefix]`)).toBeCloseTo(c.min_ade_k.at(-1) ?? NaN, 9);
    expect(score(`min_fde_${K}@2.5s[prefix]`)).toBeCloseTo(c.min_fde_k.at(-1) ?? NaN, 9);
  });
});

describe('for any window', () => {
  const metres = fc.double({ min: -50, max: 50, noNaN: true });
  const points = fc.array(fc.tuple(metres, metres), { minLength: 30, maxLength: 30 });
  const futureAndSamples = fc.tuple(points, fc.array(points, { minLength: 2, maxLength: 6 }));
  const ids = (K: number, metric: string): string[] =>
    ['0.5s', '1.0s', '3.0s'].map((h) => metric.replace('_K@', `_${K}@`).replace('@H', `@${h}`));

  it('a rigid motion of everything changes nothing', () => {
    fc.assert(
      fc.property(futureAndSamples, metres, metres, metres, ([future, samples], dx, dy, turn) => {
        const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
        const move = (path: Points): Points =>
          path.map(([x = NaN, y = NaN]) => [dx + cos * x - sin * y, dy + sin * x + cos * y]);
        const before = scoresOf(windowOf(future, samples));
        const after = scoresOf(windowOf(move(future), samples.map(move)));
        for (const metric of ['ade_first@H', 'ade_mean_K@H', 'min_ade_K@H[prefix]']) {
          for (const id of ids(samples.length, metric)) {
            expect(after(id)).toBeCloseTo(before(id), 8);
          }
        }
      }),
    );
  });

  it('[prefix] is never above [full], and they meet at the whole horizon', () => {
    fc.assert(
      fc.property(futureAndSamples, ([future, samples]) => {
        const score = scoresOf(windowOf(future, samples));
        const K = samples.length;
        for (const error of ['min_ade', 'min_fde']) {
          const full = ids(K, `${error}_K@H[full]`);
          ids(K, `${error}_K@H[prefix]`).forEach((id, h) => {
            expect(score(id)).toBeLessThanOrEqual(score(full[h] ?? ''));
          });
        }
        expect(score(`min_ade_${K}@3.0s[prefix]`)).toBe(score(`min_ade_${K}@3.0s[full]`));
      }),
    );
  });

  it('another sample never makes the best worse, and the best is never above the mean or the first', () => {
    fc.assert(
      fc.property(futureAndSamples, ([future, samples]) => {
        const K = samples.length;
        const all = scoresOf(windowOf(future, samples));
        const fewer = scoresOf(windowOf(future, samples.slice(0, -1)));
        for (const metric of ['min_ade_K@H[prefix]', 'min_fde_K@H[prefix]']) {
          const before = ids(K - 1, metric);
          ids(K, metric).forEach((id, h) =>
            expect(all(id)).toBeLessThanOrEqual(fewer(before[h] ?? '')),
          );
        }
        expect(all(`min_ade_${K}@3.0s[full]`)).toBeLessThanOrEqual(all('ade_first@3.0s'));
        expect(all(`min_ade_${K}@3.0s[full]`)).toBeLessThanOrEqual(
          all(`ade_mean_${K}@3.0s`) + 1e-9,
        );
      }),
    );
  });

  it('the order of the samples does not matter to the best of them', () => {
    fc.assert(
      fc.property(futureAndSamples, ([future, samples]) => {
        const forward = scoresOf(windowOf(future, samples));
        const backward = scoresOf(windowOf(future, samples.toReversed()));
        for (const metric of ['min_ade_K@H[prefix]', 'min_fde_K@H[prefix]']) {
          for (const id of ids(samples.length, metric)) expect(backward(id)).toBe(forward(id));
        }
        const whole = `min_ade_${samples.length}@3.0s[full]`;
        expect(backward(whole)).toBe(forward(whole));
      }),
    );
  });
});
