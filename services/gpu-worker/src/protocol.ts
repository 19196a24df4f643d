import type {
  ErrorCode,
  PredictionRow,
  RealtimeCounts,
  Shard,
  SweepSpec,
} from '@drivesweep/contracts';
import type { KnownLimits } from './batch-limits.ts';

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
  | 'navigation'
>;

/**
 * Where the time goes. The engine's:
 *   read         per shard    opening the drive
 *   decode       per window   waiting for its frames to be decoded and resized
 *   assemble     per window   putting them together
 *   queue        per window   from there until its run began, behind other windows
 *   prepare      per run      making tensors: normalisation, prompt, random numbers
 *   infer        per run      the runtime alone
 *   postprocess  per run      making samples of tensors: detokenising, integrating actions
 * The worker's, per shard: encode, upload and commit.
 */
export const STAGES = [
  'read',
  'decode',
  'assemble',
  'queue',
  'prepare',
  'infer',
  'postprocess',
  'encode',
  'upload',
  'commit',
] as const;
export type Stage = (typeof STAGES)[number];

export interface StageSeconds {
  readonly stage: Stage;
  readonly seconds: number;
}

/** What the engine holds, bytes. */
export interface EngineMemory {
  /** Decoded frames that a later window may share. */
  readonly frames: number;
  /** Frames of windows that wait for the policy. */
  readonly ready: number;
  /** Frames of windows that are with the policy. */
  readonly running: number;
  /** All of the process, as the operating system counts it: weights, tensors and code included. */
  readonly rss: number;
}

/** How soon a policy answered one window, and whether that window had its run for itself. */
export interface LatencySeconds {
  readonly batch: 'one' | 'many';
  readonly seconds: number;
}

export type StageSums = Readonly<Partial<Record<Stage, number>>>;

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
  /** What engines before this one found out about memory. */
  | { readonly kind: 'limits'; readonly limits: KnownLimits }
  | { readonly kind: 'close' };

/** A shard's rows, one per window, in the order of the shard. */
export interface ShardAnswer {
  readonly rows: readonly PredictionRow[];
  /** `cpu`, `cuda:0` ...; `none` when the policy needs nothing, or no policy was asked. */
  readonly provider: string;
  readonly software: Readonly<Record<string, string>>;
  readonly realtime: RealtimeCounts;
  /** Seconds of the stages that are of this shard alone. */
  readonly seconds?: StageSums;
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
      readonly latencies: readonly LatencySeconds[];
      readonly memory: EngineMemory;
      /** Windows of each shard that have their row; it only grows. */
      readonly answered: readonly { readonly id: number; readonly windows: number }[];
    }
  /**
   * The device ran out of memory: batches are smaller from now on. With `renew` this engine ends, because the memory
   * that it took is only free again when it does, and the shards that it has are for the next one.
   */
  | {
      readonly kind: 'out-of-memory';
      readonly policy: string;
      readonly windows: number;
      readonly limit: number;
      readonly limits: KnownLimits;
      readonly message: string;
      readonly renew: boolean;
    }
  | { readonly kind: 'done'; readonly id: number; readonly answer: ShardAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError };
