import { describe, expect, it } from 'vitest';
import { checkOptions } from './options.ts';
import type { GenerateOptions } from './options.ts';

const check = (options: GenerateOptions = {}, seed = 1, drives = 1) =>
  checkOptions(options, seed, drives);

it('gives the four cameras of Alpamayo at 480 x 270 for 20 s, all scenarios, by default', () => {
  expect(check()).toMatchObject({
    cameras: [
      'camera_cross_left_120fov',
      'camera_front_wide_120fov',
      'camera_cross_right_120fov',
      'camera_front_tele_30fov',
    ],
    ...{ width: 480, height: 270, durationS: 20, split: null, firstDrive: 0 },
  });
  expect(check().scenarios).toHaveLength(7);
});

describe('refuses, naming the option and what was given', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['an odd size', () => check({ width: 481 }), /481x270/],
    ['a tiny size', () => check({ height: 10 }), /height: 10/],
    ['a camera that there is not', () => check({ cameras: ['camera_up'] }), /camera_up/],
    ['no camera', () => check({ cameras: [] }), /cameras/],
    [
      'a camera twice',
      () => check({ cameras: ['camera_front_tele_30fov', 'camera_front_tele_30fov'] }),
      /twice/,
    ],
    ['a scenario that there is not', () => check({ scenarios: ['parade'] }), /parade/],
    ['a split that there is not', () => check({ split: 'dev' }), /dev/],
    ['a drive that is too short', () => check({ durationS: 1 }), /duration: 1 s/],
    ['a duration that is no number', () => check({ durationS: Number.NaN }), /NaN/],
    ['a seed that is no whole number', () => check({}, 0.5), /seed: 0.5/],
    ['no drives', () => check({}, 1, 0), /drives: 0/],
    ['chunks of more than the original has', () => check({ drivesPerChunk: 101 }), /101/],
  ];
  it.each(cases)('%s', (_name, attempt, message) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string }),
    );
  });
});
