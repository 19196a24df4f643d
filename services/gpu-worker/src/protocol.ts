import type { ErrorCode, PredictionRow, Shard, SweepSpec } from '@drivesweep/contracts';

/*
 * What worker and engine say to each other over IPC. Pixels never do: the engine reads and decodes by itself.
 */

/** What of a sweep the engine needs. */
export type EngineSweep = Pick<
  SweepSpec,
  | 'sweepId'
  | 'policy'
  | 'dataset'
  | 'samples'
  | 'seed'
  | 'historySteps'
  | 'horizonSteps'
  | 'stepUs'
  | 'acceptLicences'
>;

/** Where a shard's time goes. Read, decode and infer are the engine's; encode, upload and commit the worker's. */
export const STAGES = ['read', 'decode', 'infer', 'encode', 'upload', 'commit'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageSeconds {
  readonly stage: Stage;
  readonly seconds: number;
}

/** An error that crosses a process boundary. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export type EngineRequest =
  | {
      readonly kind: 'compute';
      readonly id: number;
      readonly sweep: EngineSweep;
      readonly shard: Shard;
    }
  /** Stop at the next window boundary; answered by `failed`. */
  | { readonly kind: 'abort'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'close' };

/** A shard's rows, one per window, in the order of the shard. */
export interface ShardAnswer {
  readonly rows: readonly PredictionRow[];
  /** `cpu`, `cuda:0` ...; `none` when the policy needs nothing, or no policy was asked. */
  readonly provider: string;
  readonly software: Readonly<Record<string, string>>;
}

/** Seconds since the engine started, for differences. */
export interface BusySeconds {
  /** At least one batch was with the policy. */
  readonly busy: number;
  /** At least one shard was here. */
  readonly active: number;
}

export type EngineReport =
  | { readonly kind: 'ready' }
  /** The execution provider that was asked for is not there: this engine will never work. */
  | { readonly kind: 'unfit'; readonly error: PlainError }
  | {
      readonly kind: 'beat';
      readonly busy: BusySeconds;
      /** Windows that are decoded and wait for the policy. */
      readonly readyWindows: number;
      readonly stages: readonly StageSeconds[];
      /** Windows of each shard that have their row; it only grows. */
      readonly answered: readonly { readonly id: number; readonly windows: number }[];
    }
  | { readonly kind: 'done'; readonly id: number; readonly answer: ShardAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError };
