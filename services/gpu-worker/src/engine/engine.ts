import type {
  DatasetRef,
  DriveReader,
  FrameDecoder,
  PredictionRow,
  Shard,
} from '@drivesweep/contracts';
import type { BusySeconds, EngineSweep, Stage, StageSeconds } from '../protocol.ts';
import { BusyMeter } from './busy-meter.ts';
import { requireAnswerable } from './check-answer.ts';
import { computeShard, verdictRows } from './compute-shard.ts';
import { Inference } from './inference.ts';
import type { PolicyShelf } from './policy-shelf.ts';

/** A dataset with what reads it. */
export interface OpenDataset {
  readonly reader: DriveReader;
  readonly decoder: FrameDecoder;
}

export interface EngineParts {
  readonly policies: PolicyShelf;
  readonly openDataset: (dataset: DatasetRef) => OpenDataset;
  /** A steady clock. */
  readonly nowMs: () => number;
}

export interface ComputedShard {
  readonly rows: readonly PredictionRow[];
  readonly provider: string;
}

/** Computes shards, several at a time: while one is with the policy the next is read and decoded. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #meter: BusyMeter;
  readonly #inference: Inference;
  #stages: StageSeconds[] = [];

  constructor(parts: EngineParts) {
    const { nowMs } = parts;
    this.#parts = parts;
    this.#meter = new BusyMeter(nowMs());
    this.#inference = new Inference(
      {
        started: () => this.#meter.batches(1, nowMs()),
        finished: (seconds) => {
          this.#meter.batches(-1, nowMs());
          this.#observe('infer', seconds);
        },
      },
      nowMs,
    );
  }

  /**
   * The rows of a shard. Throws the reason of `signal` when that aborts, at the next window boundary.
   * @param onAnswered called once per window that has its row
   */
  async compute(
    sweep: EngineSweep,
    shard: Shard,
    signal: AbortSignal,
    onAnswered: () => void,
  ): Promise<ComputedShard> {
    const planned = verdictRows(shard);
    if (planned) return { rows: planned, provider: 'none' };
    const { policies, openDataset, nowMs } = this.#parts;
    this.#meter.shards(1, nowMs());
    try {
      const { policy, release } = await policies.borrow(sweep);
      try {
        requireAnswerable(policy, sweep);
        signal.throwIfAborted();
        const rows = await computeShard(sweep, shard, {
          ...openDataset(sweep.dataset),
          policy,
          openLane: (asked, parameters) => this.#inference.openLane(asked, parameters),
          observe: (stage, seconds) => this.#observe(stage, seconds),
          onAnswered,
          nowMs,
          signal,
        });
        return { rows, provider: policy.provider };
      } finally {
        release();
      }
    } finally {
      this.#meter.shards(-1, nowMs());
    }
  }

  /** What happened since the last call, for metrics. */
  takeReadings(): {
    readonly busy: BusySeconds;
    readonly readyWindows: number;
    readonly stages: readonly StageSeconds[];
  } {
    const stages = this.#stages;
    this.#stages = [];
    const busy = this.#meter.read(this.#parts.nowMs());
    return { busy, readyWindows: this.#inference.readyWindows, stages };
  }

  #observe(stage: Stage, seconds: number): void {
    this.#stages.push({ stage, seconds });
  }
}
