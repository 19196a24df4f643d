import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  it.each([
    ['sampels', 'samples'],
    ['Seed', 'seed'],
    ['horizon-steps', 'horizon_steps'],
    ['datset', 'dataset'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestName(typed, ['samples', 'seed', 'horizon_steps', 'dataset'])).toBe(meant);
  });

  it('guesses nothing when nothing is near', () => {
    expect(nearestName('frobnicate', ['samples', 'seed'])).toBeUndefined();
  });
});
