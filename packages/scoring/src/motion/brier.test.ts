import { describe, expect, it } from 'vitest';
import { brier, brierFde } from './brier.ts';
import { createWindowScorer } from '../metric-families.ts';
import { readFixture, scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

type Points = readonly (readonly number[])[];

const likely = (
  window: WindowToScore,
  probabilities: readonly (number | null)[],
): WindowToScore => ({
  ...window,
  samples: window.samples.map((sample, k) => ({
    ...sample,
    probability: probabilities[k] ?? null,
  })),
});

/** Two samples that end 1 m and 3 m off. */
const window = windowOf([[0, 0]], [[[1, 0]], [[3, 0]]]);

describe('brier_min_fde', () => {
  it('adds the square of the doubt in the nearest sample', () => {
    expect(scoresOf(brier, likely(window, [0.25, 0.75]))('brier_min_fde_2@0.1s')).toBe(1.5625);
    expect(scoresOf(brier, likely(window, [1, 0]))('brier_min_fde_2@0.1s')).toBe(1);
  });

  it('is undefined without probabilities for all samples', () => {
    for (const probabilities of [[], [0.5, null]]) {
      const score = scoresOf(brier, likely(window, probabilities));
      expect(score('brier_min_fde_2@0.1s')).toBeNaN();
      expect(score('brier_min_fde_2@0.1s[normalised]')).toBeNaN();
    }
  });

  it('needs a distribution, or makes one', () => {
    const score = scoresOf(brier, likely(window, [0.1, 0.3]));
    expect(score('brier_min_fde_2@0.1s')).toBeNaN();
    expect(score('brier_min_fde_2@0.1s[normalised]')).toBeCloseTo(1 + 0.75 ** 2, 12);
    const none = scoresOf(brier, likely(window, [0, 0]));
    expect(none('brier_min_fde_2@0.1s[normalised]')).toBeNaN();
  });
});

describe('agrees with Argoverse 2', () => {
  interface Case {
    readonly name: string;
    readonly forecast: Points[];
    readonly gt: Points;
    readonly probabilities: number[];
  }
  const av2 = readFixture('av2_forecasting') as {
    brier: (Case & { brier_fde: number[] })[];
    random: (Case & { fde: number[]; brier_fde_normalized: number[] })[];
    errors: { name: string; probabilities: number[] }[];
  };

  it.each(av2.brier)('on $name', ({ forecast, gt, probabilities, brier_fde }) => {
    const end = gt.at(-1) ?? [];
    forecast.forEach((points, k) => {
      const [x = NaN, y = NaN] = points.at(-1) ?? [];
      const fde = Math.hypot(x - (end[0] ?? NaN), y - (end[1] ?? NaN));
      expect(brierFde(fde, probabilities[k] ?? NaN)).toBeCloseTo(brier_fde[k] ?? NaN, 9);
    });
    const score = scoresOf(brier, likely(windowOf(gt, forecast), probabilities));
    const id = `brier_min_fde_${forecast.length}@${(gt.length / 10).toFixed(1)}s`;
    expect(score(id)).toBeCloseTo(brier_fde[0] ?? NaN, 9);
  });

  it.each(av2.random)('on $name, normalised, for the nearest end', (c) => {
    const score = scoresOf(brier, likely(windowOf(c.gt, c.forecast), c.probabilities));
    const nearest = c.fde.indexOf(Math.min(...c.fde));
    expect(score('brier_min_fde_6@6.4s[normalised]')).toBeCloseTo(
      c.brier_fde_normalized[nearest] ?? NaN,
      9,
    );
  });

  it('in refusing a probability that is none', () => {
    const probabilities = av2.errors[0]?.probabilities ?? [];
    const samples = probabilities.map(() => [[0, 0]]);
    const { score } = createWindowScorer({ samples: 6, horizonSteps: 1, stepS: 0.1 });
    expect(() => score(likely(windowOf([[0, 0]], samples), probabilities))).toThrow(
      'samples[0].probability is 9',
    );
    expect(() => score(likely(windowOf([[0, 0]], samples), [NaN]))).toThrow('is NaN');
  });
});
