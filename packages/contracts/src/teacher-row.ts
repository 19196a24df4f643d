import type { DriveFacts } from './drive.ts';

export const TEACHER_SCHEMA_VERSION = 'teacher/1';

type Numbers = ArrayLike<number>;

/** A path as it is stored: ego frame at t0, metres and radians, one pose per step. */
export interface TeacherPath {
  readonly x: Numbers;
  readonly y: Numbers;
  readonly z: Numbers;
  readonly yaw: Numbers;
}

/** A decision that a trace states; `start` and `end` are UTF-16 offsets into the trace. */
export interface TeacherDecision {
  readonly axis: string;
  readonly decision: string;
  readonly direction: string | null;
  readonly start: number;
  readonly end: number;
}

/** A cause that a trace states. */
export interface TeacherCause {
  readonly category: string;
  readonly object: string | null;
  readonly place: string | null;
  readonly motion: string | null;
  readonly start: number;
  readonly end: number;
}

/** What a plan does over a stretch of time after t0. */
export interface TeacherMetaAction {
  readonly axis: string;
  readonly action: string;
  readonly startS: number;
  readonly endS: number;
}

/** What the reasons of a sample are, and what they are worth. */
export interface TeacherReasons {
  readonly decisions: readonly TeacherDecision[];
  readonly causes: readonly TeacherCause[];
  readonly metaActions: readonly TeacherMetaAction[];
  readonly verdicts: readonly { readonly rule: string; readonly outcome: string }[];
}

/** The most likely tokens at each place of a text: those of token i are [i * k, (i + 1) * k), the most likely first. */
export interface TeacherTopTokens {
  readonly k: number;
  readonly ids: Numbers;
  /** Of `ids`, by the distribution of the `logprobs` of the drawn tokens. */
  readonly logprobs: Numbers;
}

/** One sample that is exported. */
export interface TeacherSample extends TeacherPath {
  /** Which of the K it is: the seed of the sweep, the window and this decide its random numbers. */
  readonly index: number;
  /** m/s^2 and 1/m, one per step. */
  readonly accel: Numbers;
  readonly curvature: Numbers;
  /** `policy`: as it answered; `path`: found from its path by the inverse of the unicycle. */
  readonly actionsFrom: 'policy' | 'path';
  readonly accelNormalised: Numbers;
  readonly curvatureNormalised: Numbers;
  readonly trace: string | null;
  readonly tokenIds: Numbers | null;
  readonly logprobs: Numbers | null;
  /** Null when the teacher does not tell them. */
  readonly topTokens: TeacherTopTokens | null;
  readonly finishReason: string | null;
  readonly probability: number | null;
  /** Mean and last distance to the recorded future, metres. */
  readonly adeM: number;
  readonly fdeM: number;
  /** Null when the recipe leaves reasons out. */
  readonly reasons: TeacherReasons | null;
}

/** One window of a teacher export. */
export interface TeacherRow {
  readonly windowId: string;
  readonly driveId: string;
  readonly t0Us: number;
  readonly split: string;
  readonly v0Mps: number;
  readonly history: TeacherPath;
  readonly future: TeacherPath;
  readonly facts: DriveFacts;
  /** The text that the teacher was told where to go; null when it was told nothing. */
  readonly navigation: string | null;
  readonly samples: readonly TeacherSample[];
  /** Aligned with the metric ids of the export; empty when the recipe leaves scores out. */
  readonly scores: readonly (number | null)[];
}

/** What all rows of an export have in common, and every row says: the teacher, the data and what they stand under. */
export interface TeacherProvenance {
  readonly sweepId: string;
  readonly seed: number;
  readonly stepUs: number;
  readonly teacher: string;
  readonly teacherVersion: string;
  readonly teacherBundleSha256: string;
  readonly teacherLicence: string;
  /** Sampling parameters as JSON. */
  readonly teacherSampling: string;
  readonly dataset: string;
  readonly datasetRevision: string | null;
  readonly datasetFingerprint: string;
  readonly dataLicence: string;
  /** What the teacher was shown: one image per camera and offset, the last at or before t0 + offset. */
  readonly cameras: readonly { readonly camera: string; readonly offsetUs: number }[];
}
