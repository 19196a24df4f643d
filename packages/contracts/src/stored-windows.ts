import type { DriveFacts } from './drive.ts';
import type { RowStatus } from './rows.ts';

/** Lists end to end: list i is [offsets[i], offsets[i + 1]) of `values`. One that is null is empty. */
export interface Lists<T> {
  readonly offsets: Int32Array;
  readonly values: T;
  /** 0 where a list is null; undefined when none is. */
  readonly valid: Uint8Array | undefined;
}

/** Paths end to end: path i is [offsets[i], offsets[i + 1]) of each array. Metres and radians, ego frame at t0. */
export interface Paths {
  readonly offsets: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly yaw: Float32Array;
}

/** Columns of samples that may be left out when a part is read, as parts call them. */
export const SAMPLE_COLUMNS = [
  'x',
  'y',
  'z',
  'yaw',
  'accel',
  'curvature',
  'trace',
  'token_ids',
  'logprobs',
  'finish_reason',
  'top_k',
  'top_token_ids',
  'top_logprobs',
] as const;
export type SampleColumn = (typeof SAMPLE_COLUMNS)[number];

/** The most likely tokens at each place of texts: those of token i of a text are [i * k, (i + 1) * k) of its lists. */
export interface TopTokenLists {
  /** 0 where there are none. */
  readonly k: Int32Array;
  readonly ids: Lists<Int32Array>;
  readonly logprobs: Lists<Float32Array>;
}

/** Samples of many windows by columns. Texts are lists of UTF-8 bytes. */
export interface StoredSamples {
  readonly paths: Paths;
  /** m/s^2 and 1/m; null when the policy did not answer with actions. */
  readonly accel: Lists<Float32Array>;
  readonly curvature: Lists<Float32Array>;
  readonly trace: Lists<Uint8Array>;
  readonly tokenIds: Lists<Int32Array>;
  readonly logprobs: Lists<Float32Array>;
  readonly topTokens: TopTokenLists;
  readonly finishReason: Lists<Uint8Array>;
  /** NaN where there is none. */
  readonly probability: Float64Array;
}

/** The windows of a prediction part by columns, as exports look at them: what is only passed on is never taken apart. */
export interface StoredWindows {
  readonly rows: number;
  readonly windowId: readonly string[];
  readonly driveId: readonly string[];
  /** NaN where there is no t0. */
  readonly t0Us: Float64Array;
  readonly status: readonly RowStatus[];
  /** NaN unless ok, and so empty paths. */
  readonly v0Mps: Float64Array;
  readonly facts: readonly DriveFacts[];
  readonly history: Paths;
  readonly future: Paths;
  /** The samples of row i are [sampleOffsets[i], sampleOffsets[i + 1]) of `samples`. */
  readonly sampleOffsets: Int32Array;
  readonly samples: StoredSamples;
}
