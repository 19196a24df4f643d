import type { EgoPath } from '@drivesweep/geometry';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { DriveFacts } from '@drivesweep/contracts';
import type { EgoBoxToScore, ObstacleToScore, SampleToScore } from '@drivesweep/scoring';
import {
  fieldsOf,
  invalid,
  listOf,
  numberAt,
  numbersOf,
  optional,
  placeOf,
  positiveOf,
  textOf,
} from './prediction-fields.ts';
import type { Fields } from './prediction-fields.ts';
import { assertEndsAtOrigin, speedAtT0Mps } from './prediction-to-score.ts';
import type {
  PredictionRecord,
  PredictionToScore,
  RefusedPrediction,
} from './prediction-to-score.ts';

/**
 * One line of predictions that were made elsewhere:
 *
 *   {"window_id", "dt_s", "history": {"x", "y", "yaw"}, "future": {"x", "y", "yaw"},
 *    "samples": [{"x", "y", "yaw", "trace", "probability"}],
 *    "obstacles": [{"id", "class", "length", "width", "t_s", "x", "y", "yaw"}]}
 *
 * Arrays in the ego frame at t0, SI units; history ends at t0, future and samples start one step after it. `z`, `trace`,
 * `probability` and `obstacles` may be absent, and so may `drive_id` (which drive the window is of), `facts` (an object
 * of texts to slice by), `v0_mps` (else estimated from the history) and `ego` (`length`, `width`, `rear_axle_to_centre`).
 * Other fields are not looked at.
 */
export function readPredictionLine(text: string, line: number): PredictionRecord {
  let windowId: string | null = null;
  try {
    const fields = fieldsOf('', parseJson(text));
    const given = optional(fields, 'window_id');
    windowId = typeof given === 'string' ? given : null;
    return { kind: 'prediction', line, prediction: predictionOf(fields) };
  } catch (thrown) {
    return refusedBy(thrown, line, windowId);
  }
}

/** What is wrong with one window as its record; what is no fault of a window is thrown again. */
export function refusedBy(
  thrown: unknown,
  line: number,
  windowId: string | null,
): RefusedPrediction {
  const { code, kind, message } = asDrivesweepError(thrown);
  if (kind !== 'window') throw thrown;
  return { kind: 'refused', line, windowId, status: 'error', code, message };
}

/** Python writes NaN and Infinity, which are not JSON: they become null, and are refused by name where they stand. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const repaired = text.replace(/([:[,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, '$1null');
    try {
      return JSON.parse(repaired);
    } catch {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DrivesweepError('PREDICTION_INVALID', `not JSON: ${reason}`, { cause });
    }
  }
}

/** @throws PREDICTION_INVALID, PREDICTION_SHAPE, PREDICTION_NOT_FINITE */
export function predictionOf(fields: Fields): PredictionToScore {
  const windowId = textOf(fields, 'window_id');
  const stepS = positiveOf(fields, 'dt_s');
  const history = pathOf(fieldsOf('history', fields.values['history']));
  const future = pathOf(fieldsOf('future', fields.values['future']));
  assertEndsAtOrigin(history);
  const samples = samplesOf(fields);
  const steps = samples[0]?.x.length ?? 0;
  if (future.x.length < steps) {
    throw new DrivesweepError(
      'PREDICTION_SHAPE',
      `future.x: expected ${steps} steps or more, as the samples have, got ${future.x.length}`,
    );
  }
  const obstacles = obstaclesOf(fields);
  const v0 = optional(fields, 'v0_mps');
  const v0Mps = v0 === undefined ? speedAtT0Mps(history, stepS) : numberAt('v0_mps', v0);
  const drive = optional(fields, 'drive_id');
  return {
    windowId,
    driveId: drive === undefined ? driveOfWindow(windowId) : textOf(fields, 'drive_id'),
    facts: factsOf(fields),
    stepS,
    window: { history, future, v0Mps, samples, obstacles, egoBox: egoBoxOf(fields) },
  };
}

/** Window ids of sweeps are `<drive>@<t0 in microseconds>`. */
export function driveOfWindow(windowId: string): string | null {
  return /^(.+)@(?:-?\d+|none)$/.exec(windowId)?.[1] ?? null;
}

function pathOf(fields: Fields): EgoPath {
  const x = numbersOf(fields, 'x');
  if (x.length === 0) {
    throw new DrivesweepError('PREDICTION_SHAPE', `${placeOf(fields, 'x')}: expected poses, got 0`);
  }
  return {
    x,
    y: numbersOf(fields, 'y', x.length),
    z:
      optional(fields, 'z') === undefined
        ? new Float64Array(x.length)
        : numbersOf(fields, 'z', x.length),
    yaw: numbersOf(fields, 'yaw', x.length),
  };
}

function samplesOf(fields: Fields): SampleToScore[] {
  const samples = listOf(fields, 'samples').map((value, k) => {
    const sample = fieldsOf(`samples[${k}]`, value);
    return { ...pathOf(sample), probability: probabilityOf(sample), trace: traceOf(sample) };
  });
  const steps = samples[0]?.x.length ?? 0;
  if (samples.length === 0) {
    throw new DrivesweepError('PREDICTION_SHAPE', 'samples: expected 1 or more, got 0');
  }
  samples.forEach(({ x }, k) => {
    if (x.length === steps) return;
    throw new DrivesweepError(
      'PREDICTION_SHAPE',
      `samples[${k}].x: expected ${steps} steps as samples[0] has, got ${x.length}`,
    );
  });
  return samples;
}

function probabilityOf(sample: Fields): number | null {
  const value = optional(sample, 'probability');
  if (value === undefined) return null;
  const place = placeOf(sample, 'probability');
  const probability = numberAt(place, value);
  if (probability >= 0 && probability <= 1) return probability;
  throw invalid(place, 'a number from 0 to 1', probability);
}

function traceOf(sample: Fields): string | null {
  const value = optional(sample, 'trace');
  if (value === undefined || typeof value === 'string') return value ?? null;
  throw invalid(placeOf(sample, 'trace'), 'text', value);
}

/** Absent: nobody knows who was there. Empty: nobody was. */
function obstaclesOf(fields: Fields): ObstacleToScore[] | undefined {
  if (optional(fields, 'obstacles') === undefined) return undefined;
  return listOf(fields, 'obstacles').map((value, i) => {
    const obstacle = fieldsOf(`obstacles[${i}]`, value);
    const tS = numbersOf(obstacle, 't_s');
    return {
      trackId: idOf(obstacle),
      className: textOf(obstacle, 'class'),
      lengthM: positiveOf(obstacle, 'length'),
      widthM: positiveOf(obstacle, 'width'),
      tS,
      x: numbersOf(obstacle, 'x', tS.length),
      y: numbersOf(obstacle, 'y', tS.length),
      yaw: numbersOf(obstacle, 'yaw', tS.length),
    };
  });
}

function egoBoxOf(fields: Fields): EgoBoxToScore | undefined {
  const value = optional(fields, 'ego');
  if (value === undefined) return undefined;
  const ego = fieldsOf('ego', value);
  return {
    lengthM: positiveOf(ego, 'length'),
    widthM: positiveOf(ego, 'width'),
    rearAxleToCentreM: numberAt('ego.rear_axle_to_centre', ego.values['rear_axle_to_centre']),
  };
}

/** Track ids are numbers in some datasets. */
function idOf(obstacle: Fields): string {
  const id = obstacle.values['id'];
  return typeof id === 'number' ? String(id) : textOf(obstacle, 'id');
}

function factsOf(fields: Fields): DriveFacts {
  const value = optional(fields, 'facts');
  if (value === undefined) return {};
  const facts = fieldsOf('facts', value);
  return Object.fromEntries(Object.keys(facts.values).map((name) => [name, textOf(facts, name)]));
}
