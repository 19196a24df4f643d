import type { EgoPath } from '@drivesweep/geometry';
import type { ErrorCode } from './errors.ts';
import type { FrameFormat } from './frames.ts';
import type { PolicyRef } from './sweep-spec.ts';

/** What a policy must be given for one window. */
export interface PolicyNeeds {
  /** Null when the policy does not look. */
  readonly cameras: CameraNeeds | null;
  /** Poses of history, the last at t0; null when it can answer from any number. */
  readonly historySteps: number | null;
  /** Steps that it answers with; null when it can answer any number. */
  readonly horizonSteps: number | null;
  /** Null when it can answer at any step. */
  readonly stepUs: number | null;
  /** Numbers of samples that it can answer with; null for any. */
  readonly samples: readonly number[] | null;
  /** Largest number of windows in one call of `infer`. */
  readonly maxBatch: number;
  /**
   * True when an answer is the same bits whatever else is in the batch: only then may windows of several shards
   * share a batch, because how shards meet depends on timing. Absent means false.
   */
  readonly rowsIndependent?: boolean;
  /** True when it takes a text that says where to go; it answers windows without one too. Absent means false. */
  readonly navigation?: boolean;
}

export interface CameraNeeds {
  /** Dataset camera names, in the order of the first axis of `frames`. */
  readonly names: readonly string[];
  /** Times of the frames relative to t0, ascending, for example [-300000, -200000, -100000, 0]. */
  readonly offsetsUs: readonly number[];
  readonly format: FrameFormat;
}

export interface PolicyInput {
  readonly windowId: string;
  readonly history: EgoPath;
  /** Speed at t0 by Alpamayo's estimate from the history, m/s. */
  readonly v0Mps: number;
  /** u8 [cameras * frames, channels, height, width], camera-major, oldest first; null when the policy does not look. */
  readonly frames: Uint8Array | null;
  /** Where to go, in words (`turn left in 40 m`); null or absent when the sweep says nothing about this window. */
  readonly navigation?: string | null;
}

export interface InferParameters {
  readonly samples: number;
  readonly seed: number;
  readonly horizonSteps: number;
  readonly stepUs: number;
}

/** The most likely tokens at each place of a text, so that a student can learn from more than the one that was drawn. */
export interface TopTokens {
  /** How many per token of the text. */
  readonly k: number;
  /** Those of token i are [i * k, (i + 1) * k), the most likely first; all different. */
  readonly ids: Int32Array;
  /** Of `ids`: natural logarithm of the same distribution as `logprobs`, before temperature and nucleus. */
  readonly logprobs: Float64Array;
}

/** One of the K answers to one window. Arrays of the ego frame at t0, one value per future step. */
export interface PolicySample {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly yaw: Float64Array;
  /** m/s^2 and 1/m per step, when the policy answers with actions. */
  readonly accel: Float64Array | null;
  readonly curvature: Float64Array | null;
  /** What the policy says for itself; empty when it wrote a text that holds nothing, null when it cannot write. */
  readonly trace: string | null;
  /** Of the whole text with its end token, when the policy writes one. */
  readonly tokenIds: Int32Array | null;
  /** Natural logarithm per token, before temperature and nucleus. */
  readonly logprobs: Float64Array | null;
  /** Null when the policy does not say which other tokens it thought of. */
  readonly topTokens: TopTokens | null;
  /** `truncated`: the text never came to its end token. */
  readonly finishReason: 'stop' | 'truncated' | null;
  readonly probability: number | null;
  /** Present only when the policy answered with something that no field can hold: then the window is not believed. */
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** Where the time of one call of `infer` went, seconds; what it waited behind calls before it is in none of them. */
export interface InferSeconds {
  /** Making the tensors: normalisation, prompt, random numbers. */
  readonly prepare: number;
  /** The runtime alone. */
  readonly run: number;
  /** Making samples of the tensors: detokenising, integrating actions. */
  readonly postprocess: number;
}

/** Port: a policy that is loaded and ready. `infer` answers every input of the batch with exactly K samples. */
export interface Policy {
  readonly ref: PolicyRef;
  readonly needs: PolicyNeeds;
  /** `cpu`, `cuda:0` ...; `none` when there is nothing to accelerate. */
  readonly provider: string;
  /** @param onSeconds told before the promise resolves; a policy that has nothing to tell leaves it alone */
  infer(
    batch: readonly PolicyInput[],
    parameters: InferParameters,
    onSeconds?: (seconds: InferSeconds) => void,
  ): Promise<PolicySample[][]>;
  close(): Promise<void>;
}
