import { describe, expect, it } from 'vitest';
import { SCORING_ID, scoringIdOf } from './scoring-id.ts';

const description = { version: 'scoring/1', samples: 6, metrics: ['ade_first@3.0s'] };

describe('scoringIdOf', () => {
  it('is the same for the same description, whatever the order of its fields', () => {
    const reordered = { metrics: ['ade_first@3.0s'], samples: 6, version: 'scoring/1' };
    expect(scoringIdOf(description)).toBe(scoringIdOf(reordered));
    expect(scoringIdOf(description)).toMatch(SCORING_ID);
  });

  it.each([
    ['the version of the metrics', { ...description, version: 'scoring/2' }],
    ['K', { ...description, samples: 1 }],
    ['the list of metrics', { ...description, metrics: [] }],
  ])('is another for another value of %s', (_what, other) => {
    expect(scoringIdOf(other)).not.toBe(scoringIdOf(description));
  });
});
