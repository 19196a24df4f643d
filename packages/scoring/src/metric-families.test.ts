import { describe, expect, it } from 'vitest';
import {
  createWindowScorer,
  METRIC_CARDS,
  metricIds,
  SCORING_VERSION,
  scoreWindow,
  scoringDescription,
} from './metric-families.ts';
import { windowOf } from './test-window.ts';

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
