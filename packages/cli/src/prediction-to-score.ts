import { estimateV0Mps } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { DrivesweepError } from '@drivesweep/contracts';
import type { DriveFacts, ErrorCode } from '@drivesweep/contracts';
import type { WindowToScore } from '@drivesweep/scoring';

/** A window that was answered elsewhere, in the form that scoring takes. */
export interface PredictionToScore {
  readonly windowId: string;
  /** Null where nothing says which drive the window is of: then it counts as a drive of its own. */
  readonly driveId: string | null;
  readonly facts: DriveFacts;
  readonly stepS: number;
  readonly window: WindowToScore;
}

/** A window of a file that cannot be scored, and why. */
export interface RefusedPrediction {
  readonly kind: 'refused';
  readonly line: number;
  /** Null where not even that can be read. */
  readonly windowId: string | null;
  readonly status: 'error' | 'skipped';
  readonly code: ErrorCode;
  readonly message: string;
}

/** One window of a file. */
export type PredictionRecord =
  | { readonly kind: 'prediction'; readonly line: number; readonly prediction: PredictionToScore }
  | RefusedPrediction;

/** Poses that Alpamayo's estimate of the speed needs. */
const POSES_OF_ESTIMATE = 4;
/** The history ends at t0, so its last pose is the origin: what is further away is in another frame. */
const ORIGIN_WITHIN_M = 0.5;
const ORIGIN_WITHIN_RAD = 0.1;

/**
 * The speed at t0 from a history in the ego frame at t0, m/s: Alpamayo's estimate from 4 poses on, the last step along
 * the heading for 2 or 3.
 * @throws PREDICTION_SHAPE for fewer than 2 poses
 */
export function speedAtT0Mps(history: EgoPath, stepS: number): number {
  const poses = history.x.length;
  if (poses < 2) {
    throw new DrivesweepError(
      'PREDICTION_SHAPE',
      `history: expected 2 poses or more, got ${poses}`,
    );
  }
  if (poses >= POSES_OF_ESTIMATE) return estimateV0Mps(history, stepS);
  const step = (axis: Float64Array) => (axis[poses - 1] ?? NaN) - (axis[poses - 2] ?? NaN);
  const yaw = history.yaw[poses - 1] ?? NaN;
  return (step(history.x) * Math.cos(yaw) + step(history.y) * Math.sin(yaw)) / stepS;
}

/** @throws PREDICTION_INVALID when the last pose of the history is not the origin of the frame */
export function assertEndsAtOrigin(history: EgoPath): void {
  const [x, y, yaw] = [history.x, history.y, history.yaw].map((axis) => axis.at(-1) ?? NaN);
  const near = Math.hypot(x ?? NaN, y ?? NaN) <= ORIGIN_WITHIN_M;
  if (near && Math.abs(yaw ?? NaN) <= ORIGIN_WITHIN_RAD) return;
  throw new DrivesweepError(
    'PREDICTION_INVALID',
    `history: its last pose is x ${x} m, y ${y} m, yaw ${yaw} rad, expected 0, 0, 0: the pose at t0`,
    { hint: 'give all paths in the frame of the vehicle at t0, the history up to t0 itself' },
  );
}
