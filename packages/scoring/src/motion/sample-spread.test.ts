import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleSpread } from './sample-spread.ts';
import { scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

/** Ten steps in which the future stands still; each sample is off to the left by its first distance, then its second. */
const window = (...offsetsM: (readonly [number, number])[]): WindowToScore =>
  windowOf(
    Array.from({ length: 10 }, () => [0, 0]),
    offsetsM.map(([early, late]) =>
      Array.from({ length: 10 }, (_, t) => [0, t < 5 ? early : late]),
    ),
  );
const score = (of: WindowToScore, id: string): number => scoresOf(sampleSpread, of)(id);

describe('pairwise distance', () => {
  const three = window([0, 0], [0, 3], [0, 6]);

  it('is the mean over pairs, over the steps or at the end', () => {
    expect(score(three, 'fpd_3@1.0s')).toBe((3 + 6 + 3) / 3);
    expect(score(three, 'apd_3@1.0s')).toBe(2);
    expect(score(three, 'apd_3@0.5s')).toBe(0);
  });

  it('flags a collapse below 0.1 m', () => {
    expect(score(three, 'collapsed_3@1.0s[apd<0.1m]')).toBe(0);
    expect(score(window([0, 0], [0.09, 0.09]), 'collapsed_2@1.0s[apd<0.1m]')).toBe(1);
    expect(score(window([0, 0], [0.11, 0.11]), 'collapsed_2@1.0s[apd<0.1m]')).toBe(0);
  });

  it('does not exist of a single sample', () => {
    const one = window([1, 1]);
    for (const id of ['apd_1@1.0s', 'fpd_1@1.0s', 'energy_1@1.0s', 'collapsed_1@1.0s[apd<0.1m]']) {
      expect(score(one, id)).toBeNaN();
    }
    expect(score(one, 'ade_mbr_1@1.0s[medoid]')).toBe(1);
  });
});

describe('energy score', () => {
  it('is the mean distance to the future less half of that between samples', () => {
    expect(score(window([0, 1], [0, -3]), 'energy_2@1.0s')).toBe((1 + 3) / 2 - 4 / 2);
    expect(score(window([0, 2], [0, 2]), 'energy_2@1.0s')).toBe(2);
  });

  it('is on average lower for samples around the truth than for one that guesses the middle', () => {
    // The truth is at -1 or 1, the samples at -1 and 1, or both at 0.
    const spread = score(window([0, 0], [0, -2]), 'energy_2@1.0s');
    const collapsed = score(window([0, 1], [0, 1]), 'energy_2@1.0s');
    expect(spread).toBeLessThan(collapsed);
  });
});

describe('the medoid', () => {
  it('is the sample nearest to the others', () => {
    expect(score(window([0, 0], [2, 2], [3, 3]), 'ade_mbr_3@1.0s[medoid]')).toBe(2);
  });
});

describe('of any samples', () => {
  const metres = fc.double({ min: -30, max: 30, noNaN: true });
  const point = fc.tuple(metres, metres);
  const path = fc.array(point, { minLength: 10, maxLength: 10 });

  it('nothing depends on their order, or on where all of it is and which way it points', () => {
    fc.assert(
      fc.property(
        path,
        fc.array(path, { minLength: 3, maxLength: 5 }),
        metres,
        metres,
        (future, samples, dx, turn) => {
          const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
          const move = (p: [number, number][]): [number, number][] =>
            p.map(([x, y]) => [dx + cos * x - sin * y, sin * x + cos * y]);
          const K = samples.length;
          const before = scoresOf(sampleSpread, windowOf(future, samples));
          const moved = scoresOf(sampleSpread, windowOf(move(future), samples.map(move)));
          const turned = scoresOf(sampleSpread, windowOf(future, samples.toReversed()));
          for (const id of [`apd_${K}@1.0s`, `fpd_${K}@0.5s`, `energy_${K}@1.0s`]) {
            expect(moved(id)).toBeCloseTo(before(id), 8);
            expect(turned(id)).toBeCloseTo(before(id), 9);
          }
        },
      ),
    );
  });
});
