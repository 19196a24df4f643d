import { describe, expect, it } from 'vitest';
import { sweepFileSchema } from './sweep-file.ts';

const smallest = {
  name: 'comma-constant-velocity',
  policy: 'kinematic:constant-velocity',
  dataset: { layout: 'comma2k19', uri: '../shared/data/comma2k19' },
  windows: { every_s: 0.1 },
};

/** The messages of all mistakes, by the path of their field. */
function mistakes(file: unknown): Record<string, string> {
  const result = sweepFileSchema.safeParse(file);
  const issues = result.error?.issues ?? [];
  return Object.fromEntries(issues.map((issue) => [issue.path.join('.'), issue.message]));
}

describe('a sweep file', () => {
  it('needs a name, a policy, a dataset and windows, and has defaults for the rest', () => {
    expect(sweepFileSchema.parse(smallest)).toEqual({
      ...smallest,
      drives: {},
      samples: 1,
      seed: 0,
      history_steps: 16,
      horizon_steps: 64,
      rate_hz: 10,
      accept_licences: [],
    });
  });

  it('takes one value where a list may stand', () => {
    const file = { ...smallest, drives: { split: 'val' }, windows: { at_us: 5_100_000 } };
    const parsed = sweepFileSchema.parse(file);
    expect(parsed.drives.split).toEqual(['val']);
    expect(parsed.windows.at_us).toEqual([5_100_000]);
  });

  it.each([
    ['an unknown field', { ...smallest, sample: 6 }, ''],
    [
      'an unknown layout',
      { ...smallest, dataset: { layout: 'kitti', uri: 'x' } },
      'dataset.layout',
    ],
    ['no rule for t0', { ...smallest, windows: {} }, 'windows'],
    ['two rules for t0', { ...smallest, windows: { every_s: 1, at_us: 5 } }, 'windows'],
    ['a negative step', { ...smallest, windows: { every_s: -1 } }, 'windows.every_s'],
    ['an empty navigation text', { ...smallest, navigation: ' ' }, 'navigation'],
    ['no samples', { ...smallest, samples: 0 }, 'samples'],
    ['a rate without whole microseconds', { ...smallest, rate_hz: 7 }, 'rate_hz'],
    [
      'a budget of two kinds',
      { ...smallest, error_budget: { count: 1, fraction: 0.1 } },
      'error_budget',
    ],
  ])('refuses %s and says where', (_, file, path) => {
    expect(Object.keys(mistakes(file))).toEqual([path]);
  });
});
