import { describe, expect, it } from 'vitest';
import { plannerL2 } from './planner-l2.ts';
import { idsOf, scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';

/** The first sample is off by 0.1 m per step, so by 1 m after 1 s of steps of 0.1 s. */
const drifting = windowOf(
  Array.from({ length: 64 }, (_, t) => [t, 0]),
  [Array.from({ length: 64 }, (_, t) => [t, (t + 1) / 10])],
);

describe('l2', () => {
  const score = scoresOf(plannerL2, drifting);

  it('of UniAD is the distance at the time', () => {
    expect([1, 2, 3].map((s) => score(`l2_first@${s}.0s[uniad]`))).toEqual([1, 2, 3]);
  });

  it('of ST-P3 is the mean over steps of half a second: about half of UniAD', () => {
    expect(score('l2_first@1.0s[stp3]')).toBe((0.5 + 1) / 2);
    expect(score('l2_first@3.0s[stp3]')).toBe((0.5 + 1 + 1.5 + 2 + 2.5 + 3) / 6);
  });

  it('needs half a second to be whole steps for ST-P3, and times that the answer reaches', () => {
    expect(scoresOf(plannerL2, drifting, 0.5)('l2_first@3.0s[stp3]')).toBeCloseTo(0.35, 12);
    expect(idsOf(plannerL2, 1, 15)).toEqual(['l2_first@1.0s[uniad]', 'l2_first@1.0s[stp3]']);
    const odd = plannerL2.prepare({ samples: 1, horizonSteps: 10, stepS: 1 });
    expect(odd.metrics.map(({ id }) => id)).toEqual(
      [1, 2, 3].map((s) => `l2_first@${s}.0s[uniad]`),
    );
  });
});
