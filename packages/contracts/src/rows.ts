import type { EgoPath } from '@drivesweep/geometry';
import type { DriveFacts, EgoBox } from './drive.ts';
import type { ErrorCode } from './errors.ts';
import type { PolicySample } from './policy.ts';

export const PREDICTION_SCHEMA_VERSION = 'predictions/1';
export const SCORE_SCHEMA_VERSION = 'scores/1';

export type RowStatus = 'ok' | 'error' | 'skipped';

interface RowIdentity {
  readonly windowId: string;
  readonly driveId: string;
  /** Null only for the one row of a drive whose times cannot be known. */
  readonly t0Us: number | null;
  readonly facts: DriveFacts;
}

/** One track near a window: an oriented box at its own times, in the ego frame at t0 (z, roll and pitch left out). */
export interface WindowObstacle {
  readonly trackId: string;
  readonly className: string;
  readonly lengthM: number;
  readonly widthM: number;
  /** Seconds relative to t0, strictly increasing, whole microseconds. */
  readonly tS: Float64Array;
  /** Centre and heading of the box, metres and radians, one per time. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly yaw: Float64Array;
}

/** A window that the policy answered. */
export interface OkPrediction extends RowIdentity {
  readonly status: 'ok';
  readonly history: EgoPath;
  readonly future: EgoPath;
  readonly v0Mps: number;
  /** Null when the drive has no labels of obstacles that can be read; empty when it has and nobody is near. */
  readonly obstacles: readonly WindowObstacle[] | null;
  /** Null when the dataset does not say. */
  readonly egoBox: EgoBox | null;
  readonly samples: readonly PolicySample[];
}

/** A window that was not answered, and why. */
export interface FailedPrediction extends RowIdentity {
  readonly status: 'error' | 'skipped';
  readonly code: ErrorCode;
  readonly message: string;
}

/** One row per window, whatever happened to it. */
export type PredictionRow = OkPrediction | FailedPrediction;

/** One row per window: the value of every metric that applies, by id; null where it does not. */
export type ScoreRow = RowIdentity & {
  readonly status: RowStatus;
  readonly code: ErrorCode | null;
  /** Aligned with the list of metric ids of the part; empty unless ok. */
  readonly values: readonly (number | null)[];
};

/** Written into the metadata of every part. */
export interface PartMetadata {
  readonly schemaVersion: string;
  readonly sweepId: string;
  readonly shardId: string;
  readonly bundleSha256: string;
  readonly provider: string;
  /** Time between poses, so that a part says all that scoring needs; absent in parts of older versions. */
  readonly stepUs?: number | undefined;
  readonly software: Readonly<Record<string, string>>;
}
