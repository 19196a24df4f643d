import type { DriveFacts } from './drive.ts';
import type { Paths, StoredSamples } from './stored-windows.ts';
import type { TeacherReasons, TeacherSample } from './teacher-row.ts';

/** ScoreColumn that may be missing: `valid` is 0 where one is, undefined when none is. */
export interface ScoreColumn {
  readonly values: Float64Array;
  readonly valid: Uint8Array | undefined;
}

/** Samples that are exported, by columns: what was stored, and what was found for them. */
export interface TeacherSamples extends StoredSamples {
  /** As `TeacherSample` explains them, one value per sample. */
  readonly index: Int32Array;
  readonly actionsFrom: readonly TeacherSample['actionsFrom'][];
  /** Side by side with the values of `accel` and `curvature`, of which none is null. */
  readonly accelNormalised: Float32Array;
  readonly curvatureNormalised: Float32Array;
  readonly adeM: Float64Array;
  readonly fdeM: Float64Array;
  /** Null when the recipe leaves reasons out. */
  readonly reasons: readonly TeacherReasons[] | null;
}

/** Some windows of one shard of an export by columns: `TeacherRow` says what the values are. */
export interface TeacherWindows {
  readonly split: string;
  readonly rows: number;
  readonly windowId: readonly string[];
  readonly driveId: readonly string[];
  readonly t0Us: Float64Array;
  readonly v0Mps: Float64Array;
  readonly history: Paths;
  readonly future: Paths;
  readonly facts: readonly DriveFacts[];
  readonly navigation: readonly (string | null)[];
  /** The samples of row i are [sampleOffsets[i], sampleOffsets[i + 1]) of `samples`. */
  readonly sampleOffsets: Int32Array;
  readonly samples: TeacherSamples;
  /** One column per metric id of the export; empty when the recipe leaves scores out. */
  readonly scores: readonly ScoreColumn[];
}
