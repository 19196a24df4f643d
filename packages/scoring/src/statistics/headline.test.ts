import { describe, expect, it } from 'vitest';
import { createWindowScorer } from '../metric-families.ts';
import { headlineOf } from './headline.ts';

const idsFor = (samples: number, horizonSteps = 64) =>
  headlineOf(createWindowScorer({ samples, horizonSteps, stepS: 0.1 }).metrics).map(({ id }) => id);

describe('the headline', () => {
  it('begins with displacement over the whole answer, the best of K first', () => {
    expect(idsFor(6).slice(0, 6)).toEqual([
      'min_ade_6@6.4s[full]',
      'ade_first@6.4s',
      'fde_first@6.4s',
      'ade_mbr_6@6.4s[medoid]',
      'miss_6@6.4s[2m]',
      'corner_distance_6@6.4s[4x3x2m,pointwise]',
    ]);
  });

  it('does not say the same again under the names of K = 1', () => {
    expect(idsFor(1).slice(0, 4)).toEqual([
      'ade_first@6.4s',
      'fde_first@6.4s',
      'miss_first@6.4s[2m]',
      'corner_distance_first@6.4s[4x3x2m]',
    ]);
    expect(idsFor(1).filter((id) => /^(min|miss_1|ade_mbr|corner_distance_1)/.test(id))).toEqual(
      [],
    );
  });

  it('says whether the motion can be driven and hits nobody', () => {
    expect(idsFor(6)).toEqual(
      expect.arrayContaining([
        'comfortable_first@6.4s[nuplan]',
        'accel_out_of_bounds_first@6.4s[9.8]',
        'curvature_out_of_bounds_first@6.4s[0.2]',
        'collision_first@6.4s[boxes]',
        'ttc_ahead_first@4.0s[navsim]',
      ]),
    );
  });

  it('names each metric once', () => {
    const ids = idsFor(6, 30);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
