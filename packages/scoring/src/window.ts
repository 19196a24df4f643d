import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { ScoringError } from './errors.ts';
import { assertObstacles } from './obstacle.ts';
import type { EgoBoxToScore, ObstacleToScore } from './obstacle.ts';

/** What every window of a sweep has in common. */
export interface ScoringParameters {
  /** K, the number of samples per window. */
  readonly samples: number;
  readonly horizonSteps: number;
  readonly stepS: number;
}

/** One of the K answers; a policy's sample as it is. */
export interface SampleToScore extends EgoPath {
  /** Null when the policy does not say how likely the sample is. */
  readonly probability: number | null;
  /** Absent or null when the policy states no reasons. */
  readonly trace?: string | null | undefined;
}

/** A window that was answered. Paths are in the ego frame at t0, one pose per step; future and samples start one step after t0. */
export interface WindowToScore {
  readonly history: EgoPath;
  readonly future: EgoPath;
  readonly v0Mps: number;
  readonly samples: readonly SampleToScore[];
  /** Absent or null when the drive has no labels of obstacles; empty when it has, and nothing is near. */
  readonly obstacles?: readonly ObstacleToScore[] | null | undefined;
  /** Absent or null when the dataset does not say how large the vehicle is. */
  readonly egoBox?: EgoBoxToScore | null | undefined;
}

/** @throws ScoringError SCORING_PARAMETERS */
export function assertParameters({ samples, horizonSteps, stepS }: ScoringParameters): void {
  for (const [name, value] of Object.entries({ samples, horizonSteps })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ScoringError(
        'SCORING_PARAMETERS',
        `${name} must be a whole number >= 1, got ${value}`,
      );
    }
  }
  if (!(stepS > 0 && Number.isFinite(stepS))) {
    throw new ScoringError('SCORING_PARAMETERS', `stepS must be > 0 and finite, got ${stepS}`);
  }
}

/**
 * Checks that a window can be scored: K samples, every path long enough, every number finite.
 * Longer futures and samples are allowed; what lies past the horizon is not looked at.
 * @throws ScoringError SCORING_SHAPE, SCORING_NOT_FINITE or SCORING_RANGE
 */
export function assertScorable(window: WindowToScore, parameters: ScoringParameters): void {
  const { samples, horizonSteps } = parameters;
  if (window.samples.length !== samples) {
    throw new ScoringError(
      'SCORING_SHAPE',
      `samples: expected ${samples}, got ${window.samples.length}`,
    );
  }
  if (!Number.isFinite(window.v0Mps)) {
    throw new ScoringError('SCORING_NOT_FINITE', `v0Mps is ${window.v0Mps}`);
  }
  assertPath('history', window.history, window.history.x.length);
  assertPath('future', window.future, horizonSteps);
  for (let k = 0; k < samples; k++) {
    assertPath('samples', window.samples[k], horizonSteps, k);
    assertProbability(window.samples[k]?.probability ?? null, k);
  }
  assertObstacles(window.obstacles, window.egoBox);
}

function assertProbability(probability: number | null, k: number): void {
  if (probability === null || (probability >= 0 && probability <= 1)) return;
  throw new ScoringError('SCORING_RANGE', `samples[${k}].probability is ${probability}`);
}

const FIELDS = ['x', 'y', 'z', 'yaw'] as const;

function assertPath(name: string, path: EgoPath | undefined, steps: number, k?: number): void {
  if (isScorable(path ?? {}, steps)) return;
  for (const field of FIELDS) {
    const values = path?.[field];
    const place = `${name}${k === undefined ? '' : `[${k}]`}.${field}`;
    if (values === undefined || values.length < steps) {
      throw new ScoringError(
        'SCORING_SHAPE',
        `${place}: expected ${steps} steps, got ${values?.length ?? 0}`,
      );
    }
    const step = values.findIndex((value) => !Number.isFinite(value));
    if (step === -1 || step >= steps) continue;
    throw new ScoringError('SCORING_NOT_FINITE', `${place}[${step}] is ${at(values, step)}`);
  }
}

/**
 * One addition per value instead of one branch: x - x is 0 for every finite x and NaN otherwise, as it is for what lies
 * behind the end of an axis that is too short. The four sums do not wait for each other.
 */
function isScorable({ x, y, z, yaw }: Partial<EgoPath>, steps: number): boolean {
  if (x === undefined || y === undefined || z === undefined || yaw === undefined) return false;
  let ofX = 0;
  let ofY = 0;
  let ofZ = 0;
  let ofYaw = 0;
  for (let t = 0; t < steps; t++) {
    ofX += at(x, t) - at(x, t);
    ofY += at(y, t) - at(y, t);
    ofZ += at(z, t) - at(z, t);
    ofYaw += at(yaw, t) - at(yaw, t);
  }
  return ofX + ofY + ofZ + ofYaw === 0;
}
