import { DrivesweepError } from '@drivesweep/contracts';
import { CAMERA_NAMES } from './camera.ts';
import type { CameraName } from './camera.ts';
import { SCENARIOS } from './scene.ts';
import type { Scenario } from './scene.ts';

export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** What to generate. Everything but the numbers of drives and of drives per chunk changes what a drive is. */
export interface GenerateOptions {
  /** Dataset camera names; default the four of Alpamayo. */
  readonly cameras?: readonly string[];
  /** Pixels, even; default 480 x 270. */
  readonly width?: number;
  readonly height?: number;
  /** From the first camera frame to the last; default 20 s. A window needs 8 s. */
  readonly durationS?: number;
  /** Default all; drive n has scenario n modulo their number. */
  readonly scenarios?: readonly string[];
  /** Put every drive into this split; default by hash of the drive id: 70 % train, 15 % val, 15 % test. */
  readonly split?: string;
  /** Number of the first drive, so that a second call continues a dataset; default 0. */
  readonly firstDrive?: number;
  readonly drivesPerChunk?: number;
  /** Path or name of the encoder; default `ffmpeg`. */
  readonly ffmpeg?: string;
}

export interface CheckedOptions {
  readonly cameras: readonly CameraName[];
  readonly width: number;
  readonly height: number;
  readonly durationS: number;
  readonly scenarios: readonly [Scenario, ...Scenario[]];
  readonly split: Split | null;
  readonly firstDrive: number;
  readonly drivesPerChunk: number;
}

/** Checks options and fills in the defaults. Errors: USAGE, naming the option, what it was and what was expected. */
export function checkOptions(
  options: GenerateOptions,
  seed: number,
  drives: number,
): CheckedOptions {
  wholeNumber('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  wholeNumber('drives', drives, 1, 100_000);
  const width = wholeNumber('width', options.width ?? 480, 64, 3840);
  const height = wholeNumber('height', options.height ?? 270, 36, 2160);
  if (width % 2 !== 0 || height % 2 !== 0) {
    throw new DrivesweepError('USAGE', `width x height: ${width}x${height} must both be even`, {
      hint: 'H.264 with 4:2:0 colours stores two by two pixels together.',
    });
  }
  const durationS = options.durationS ?? 20;
  if (!Number.isFinite(durationS) || durationS < 2 || durationS > 600) {
    throw new DrivesweepError('USAGE', `duration: ${durationS} s is not between 2 and 600 s`);
  }
  const cameras = names('cameras', options.cameras ?? CAMERA_NAMES, CAMERA_NAMES);
  const scenarios = names('scenarios', options.scenarios ?? SCENARIOS, SCENARIOS);
  const split = options.split === undefined ? null : names('split', [options.split], SPLITS)[0];
  return {
    cameras,
    width,
    height,
    durationS,
    scenarios,
    split,
    firstDrive: wholeNumber('firstDrive', options.firstDrive ?? 0, 0, 1e9),
    drivesPerChunk: wholeNumber('drivesPerChunk', options.drivesPerChunk ?? 20, 1, 100),
  };
}

function wholeNumber(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new DrivesweepError('USAGE', `${name}: ${value} is not a whole number in ${low}..${high}`);
}

function names<const T extends string>(
  option: string,
  given: readonly string[],
  known: readonly T[],
): [T, ...T[]] {
  const found = given.map((name) => {
    const match = known.find((one) => one === name);
    if (match !== undefined) return match;
    const hint = `Known: ${known.join(', ')}.`;
    throw new DrivesweepError('USAGE', `${option}: no such name: ${name}`, { hint });
  });
  const [first, ...rest] = found;
  if (first === undefined) throw new DrivesweepError('USAGE', `${option}: at least one is needed`);
  if (new Set(found).size < found.length) {
    throw new DrivesweepError('USAGE', `${option}: a name is given twice: ${given.join(', ')}`);
  }
  return [first, ...rest];
}
