import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOfWeights, sampleChoice } from './sample-choice.ts';
import { scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

/** Four steps in which the future stands still; each sample stands off to the left by its own distance. */
const standing = (...offsetsM: number[]): WindowToScore =>
  windowOf(
    Array.from({ length: 4 }, () => [0, 0]),
    offsetsM.map((m) => Array.from({ length: 4 }, () => [0, m])),
  );
const score = (window: WindowToScore, id: string): number => scoresOf(sampleChoice, window)(id);
const curve = (offsetsM: number[]): number[] =>
  offsetsM.map((_, i) =>
    score(standing(...offsetsM), `ade_best_${i + 1}_of_${offsetsM.length}@0.4s`),
  );

describe('ade_best_k_of_K', () => {
  it('is the mean of the lowest over all choices: of 1, 2 and 4 m', () => {
    // One: (1 + 2 + 4) / 3. Two: {1, 2} and {1, 4} give 1, {2, 4} gives 2. Three: 1.
    const [one, two, three] = curve([4, 1, 2]);
    expect(one).toBeCloseTo(7 / 3, 12);
    expect(two).toBeCloseTo(4 / 3, 12);
    expect(three).toBe(1);
  });

  const metres = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), {
    minLength: 1,
    maxLength: 8,
  });

  it('goes from the mean down to the lowest and never up, whatever the order of the samples', () => {
    fc.assert(
      fc.property(metres, (offsets) => {
        const values = curve(offsets);
        expect(values[0]).toBeCloseTo(offsets.reduce((a, b) => a + b, 0) / offsets.length, 9);
        expect(values.at(-1)).toBeCloseTo(Math.min(...offsets), 12);
        values.slice(1).forEach((value, i) => {
          expect(value).toBeLessThanOrEqual((values[i] ?? NaN) + 1e-9);
        });
        curve(offsets.toReversed()).forEach((value, i) =>
          expect(value).toBeCloseTo(values[i] ?? NaN, 9),
        );
      }),
    );
  });

  it('weighs every choice once, also for 64 samples', () => {
    for (const picked of [1, 2, 17, 63, 64]) {
      const sum = bestOfWeights(64, picked).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
    expect([...bestOfWeights(4, 2)]).toEqual([3 / 6, 2 / 6, 1 / 6, 0]);
  });
});

describe('ade_mbr[mean_path]', () => {
  it('is that of the sample nearest to the mean path, without looking at the future', () => {
    // The mean is 4 m off; the sample at 3 m is nearest to it.
    expect(score(standing(0, 3, 9), 'ade_mbr_3@0.4s[mean_path]')).toBe(3);
  });
});

describe('selection gap', () => {
  it('is the share of its error that the first sample would lose', () => {
    expect(score(standing(4, 1), 'selection_gap_2@0.4s')).toBe(0.75);
    expect(score(standing(1, 4), 'selection_gap_2@0.4s')).toBe(0);
  });

  it('is undefined when there is no error to lose', () => {
    expect(score(standing(0, 4), 'selection_gap_2@0.4s')).toBeNaN();
  });
});
