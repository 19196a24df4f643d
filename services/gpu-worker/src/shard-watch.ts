import type {
  DrivesweepError,
  ErrorCode,
  JobAttempt,
  PredictionJob,
  RowCounts,
  Shard,
} from '@drivesweep/contracts';
import type { StageSums } from './protocol.ts';
import type { CommitOutcome } from './telemetry.ts';

/** The shard that something happened to, as logs and traces name it. */
export interface WatchedShard {
  readonly sweepId: string;
  readonly shardId: string;
  readonly driveId: string;
  readonly windows: number;
  readonly attempt: number;
}

/** A span of work on a shard, in milliseconds since 1970. */
export interface WatchedStep {
  readonly step: 'compute' | 'encode' | 'commit';
  readonly startMs: number;
  readonly endMs: number;
  /** Where its time went, as the engine tells it; stages overlap, so their sum may be longer. */
  readonly seconds?: StageSums;
}

/*
 * What becomes of one shard in this worker.
 *
 *   started -> computed -> ended    committed, or lost to the commit of somebody else
 *                       -> failed   the store would not have the part or the commit
 *           -> failed
 *   A shard that has a commit already is not started: `resumed`.
 */
export type ShardEvent =
  | { readonly kind: 'started'; readonly shard: WatchedShard }
  | { readonly kind: 'computed'; readonly shard: WatchedShard }
  | {
      readonly kind: 'ended';
      readonly shard: WatchedShard;
      readonly outcome: Exclude<CommitOutcome, 'resumed'>;
      readonly rows: RowCounts;
      readonly startMs: number;
      readonly endMs: number;
      readonly steps: readonly WatchedStep[];
    }
  | {
      readonly kind: 'failed';
      readonly shard: WatchedShard;
      readonly code: ErrorCode;
      readonly message: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly steps: readonly WatchedStep[];
    };

/** Times the steps of one shard and tells of it. */
export class ShardWatch {
  readonly #tell: (event: ShardEvent) => void;
  readonly #shard: WatchedShard;
  readonly #startMs = Date.now();
  readonly #steps: WatchedStep[] = [];

  constructor(
    { sweepId, shardId }: PredictionJob,
    { driveId, t0Us }: Shard,
    { attempt }: JobAttempt,
    tell: ((event: ShardEvent) => void) | undefined,
  ) {
    this.#shard = { sweepId, shardId, driveId, windows: t0Us.length, attempt };
    this.#tell = tell ?? (() => undefined);
    this.#tell({ kind: 'started', shard: this.#shard });
  }

  async step<T>(step: WatchedStep['step'], work: () => T | Promise<T>): Promise<T> {
    const startMs = Date.now();
    try {
      return await work();
    } finally {
      this.#steps.push({ step, startMs, endMs: Date.now() });
    }
  }

  /** @param seconds of the stages inside the last step */
  computed(seconds: StageSums | undefined): void {
    const step = this.#steps.pop();
    if (step) this.#steps.push(seconds ? { ...step, seconds } : step);
    this.#tell({ kind: 'computed', shard: this.#shard });
  }

  ended(outcome: 'committed' | 'lost', rows: RowCounts): void {
    this.#tell({ kind: 'ended', outcome, rows, ...this.#span() });
  }

  failed({ code, message }: DrivesweepError): void {
    this.#tell({ kind: 'failed', code, message, ...this.#span() });
  }

  #span() {
    const [shard, steps, startMs] = [this.#shard, this.#steps, this.#startMs];
    return { shard, startMs, endMs: Date.now(), steps };
  }
}
