import { integrateUnicycle } from '@drivesweep/geometry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createWindowScorer,
  METRIC_CARDS,
  metricIds,
  SCORING_VERSION,
  scoreWindow,
  scoringDescription,
} from './metric-families.ts';
import { SMALL_BOX, track } from './test-traffic.ts';
import { windowOf } from './test-window.ts';
import type { SampleToScore, WindowToScore } from './window.ts';

const ALPAMAYO = { samples: 6, horizonSteps: 64, stepS: 0.1 };
const ONE_STEP = { samples: 1, horizonSteps: 1, stepS: 0.1 };
const WINDOW = windowOf([[1, 0]], [[[1, 1]]]);

describe('metric ids', () => {
  it('say error, number of samples, horizon and selection', () => {
    const ids = metricIds(ALPAMAYO);
    for (const id of [
      'ade_first@6.4s',
      'fde_first@0.5s',
      'ade_mean_6@1.0s',
      'fde_mean_6@5.0s',
      'min_ade_6@3.0s[full]',
      'min_ade_6@3.0s[prefix]',
      'min_fde_6@6.4s[full]',
      'min_fde_6@6.4s[prefix]',
      'miss_6@6.4s[2m]',
      'miss_first@6.4s[2m]',
    ]) {
      expect(ids).toContain(id);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('carry the 1 of K = 1', () => {
    expect(metricIds(ONE_STEP)).toContain('min_ade_1@0.1s[full]');
  });

  it('each belong to exactly one card, which has its unit', () => {
    for (const { pattern, unit } of createWindowScorer(ALPAMAYO).metrics) {
      const cards = METRIC_CARDS.filter((card) => card.pattern === pattern);
      expect(cards.map((card) => card.unit)).toEqual([unit]);
    }
  });
});

describe('scoreWindow', () => {
  it('gives one value per id, every one in the range of its card', () => {
    const scores = scoreWindow(WINDOW, ONE_STEP);
    expect([...scores.slice(0, 10)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(scores).toHaveLength(metricIds(ONE_STEP).length);
  });

  it('fills the array that it is given, and the next window leaves nothing behind', () => {
    const { score, metrics } = createWindowScorer(ONE_STEP);
    const out = new Float64Array(metrics.length);
    expect(score(windowOf([[1, 0]], [[[9, 0]]]), out)).toBe(out);
    expect(out[0]).toBe(8);
    expect(score(WINDOW)).toEqual(scoreWindow(WINDOW, ONE_STEP));
  });

  it('refuses a window that cannot be scored instead of giving it a number', () => {
    expect(() => scoreWindow(windowOf([[1, 0]], [[[NaN, 0]]]), ONE_STEP)).toThrow(
      'samples[0].x[0] is NaN',
    );
  });
});

describe('scoringDescription', () => {
  it('names the version, the parameters and every id', () => {
    expect(scoringDescription(ALPAMAYO)).toEqual({
      version: SCORING_VERSION,
      ...ALPAMAYO,
      metrics: metricIds(ALPAMAYO),
    });
  });
});

describe('every metric, of any window', () => {
  const K = 3;
  const { metrics, score } = createWindowScorer({ ...ALPAMAYO, samples: K });
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const actions = fc.record({ accel: number(-4, 3), curvature: number(-0.1, 0.1) });
  const TRACES = [
    'Stop and keep lane, because the lead vehicle has stopped.',
    'Nudge to the left to pass the pedestrian on the right.',
    'Perhaps turn since the vehicle has turned.',
    'Lorem ipsum.',
    null,
  ];
  const anyWindow = fc
    .record({
      v0Mps: number(0, 25),
      future: actions,
      samples: fc.array(actions, { minLength: K, maxLength: K }),
      traces: fc.array(fc.constantFrom(...TRACES), { minLength: K, maxLength: K }),
      probabilities: fc.option(fc.array(number(0, 1), { minLength: K, maxLength: K })),
      others: fc.option(
        fc.array(fc.tuple(number(-30, 60), number(-10, 10), number(-3, 3), number(-10, 20)), {
          maxLength: 4,
        }),
      ),
    })
    .map(({ v0Mps, future, samples, traces, probabilities, others }): WindowToScore => {
      const drive = ({ accel, curvature }: typeof future) =>
        integrateUnicycle({
          v0Mps,
          accel: new Float64Array(64).fill(accel),
          curvature: new Float64Array(64).fill(curvature),
          stepS: 0.1,
        });
      const history = integrateUnicycle({
        v0Mps,
        accel: new Float64Array(16),
        curvature: new Float64Array(16),
        stepS: 0.1,
      });
      return {
        history: { ...history, x: history.x.map((x) => x - (history.x[15] ?? NaN)) },
        future: drive(future),
        v0Mps,
        samples: samples.map((sample, k): SampleToScore => ({
          ...drive(sample),
          probability: probabilities?.[k] ?? null,
          trace: traces[k] ?? null,
        })),
        egoBox: SMALL_BOX,
        ...(others === null
          ? {}
          : {
              obstacles: others.map(([x, y, yaw, vx]) => track({ at: [x, y], mps: [vx, 0], yaw })),
            }),
      };
    });

  const isIn: Record<string, (value: number) => boolean> = {
    '0 or 1': (value) => value === 0 || value === 1,
    '0, 0.5 or 1': (value) => [0, 0.5, 1].includes(value),
    '0 ... 1': (value) => value >= 0 && value <= 1 + 1e-12,
    '-1 ... 0': (value) => value >= -1 - 1e-12 && value <= 0,
    '>= 0': (value) => value >= 0 && value < Infinity,
    any: Number.isFinite,
  };

  it('is undefined or in the range of its card', () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        const values = score(window);
        metrics.forEach(({ id, pattern }, i) => {
          const value = values[i] ?? NaN;
          const range = METRIC_CARDS.find((card) => card.pattern === pattern)?.range ?? '';
          const isRight = Number.isNaN(value) || isIn[range]?.(value) === true;
          expect(isRight, `${id} is ${value}, not ${range}`).toBe(true);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is the same to the last bit when asked again, after another window too', () => {
    fc.assert(
      fc.property(anyWindow, anyWindow, (window, other) => {
        const before = [...score(window)];
        score(other);
        expect([...score(window)]).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it('that is not about the first or the most probable sample does not depend on their order', () => {
    const isOrdered = (id: string): boolean => /first|selection_gap|_top_|mbr|brier/.test(id);
    fc.assert(
      fc.property(anyWindow, (window) => {
        const forward = score(window);
        const backward = score({ ...window, samples: window.samples.toReversed() });
        metrics.forEach(({ id }, i) => {
          const [before = NaN, after = NaN] = [forward[i], backward[i]];
          if (isOrdered(id) || Object.is(before, after)) return;
          expect(after, id).toBeCloseTo(before, 9);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('has a value somewhere: none is undefined for every window', () => {
    const [full] = fc.sample(
      anyWindow.filter(
        ({ obstacles, samples }) =>
          samples.every(({ probability }) => probability !== null) && (obstacles?.length ?? 0) > 0,
      ),
      { numRuns: 1, seed: 7 },
    );
    if (full === undefined) throw new Error('no window');
    const [first] = full.samples;
    if (first === undefined) throw new Error('no sample');
    const likely = {
      ...full,
      samples: full.samples.map((sample, k) => ({
        ...(k === 1 ? first : sample),
        probability: 1 / K,
        trace: 'Stop and keep lane, because a pedestrian is crossing.',
      })),
    };
    const values = score(likely);
    const undefinedIds = metrics.filter((_, i) => Number.isNaN(values[i]));
    expect(undefinedIds.map(({ id }) => id)).toEqual([]);
  });
});
