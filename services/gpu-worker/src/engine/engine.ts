import { NO_REALTIME } from '@drivesweep/contracts';
import type {
  DatasetRef,
  DriveReader,
  FrameDecoder,
  PredictionRow,
  RealtimeCounts,
  Shard,
} from '@drivesweep/contracts';
import type {
  BusySeconds,
  EngineMemory,
  EngineSweep,
  LatencySeconds,
  Stage,
  StageSeconds,
  StageSums,
} from '../protocol.ts';
import type { BatchLimits } from '../batch-limits.ts';
import { BusyMeter } from './busy-meter.ts';
import { requireAnswerable } from './check-answer.ts';
import { computeShard, verdictRows } from './compute-shard.ts';
import { Inference } from './inference.ts';
import type { FinishedRun, InferenceEvents } from './inference.ts';
import { requireNavigationTaken } from './navigation.ts';
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
  /** Frames of windows that wait for the policy may take so much, and one batch more. */
  readonly readyBytes: number;
  readonly limits: BatchLimits;
  /** A limit was halved. Answers whether this process may go on with it. */
  readonly onOutOfMemory: InferenceEvents['outOfMemory'];
}

export interface ComputedShard {
  readonly rows: readonly PredictionRow[];
  readonly provider: string;
  readonly realtime: RealtimeCounts;
  readonly seconds?: StageSums;
}

/** Computes shards, several at a time: while one is with the policy the next is read and decoded. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #meter: BusyMeter;
  readonly #inference: Inference;
  #stages: StageSeconds[] = [];
  #latencies: LatencySeconds[] = [];
  #frameBytes = 0;

  constructor(parts: EngineParts) {
    const { nowMs, readyBytes, limits, onOutOfMemory } = parts;
    this.#parts = parts;
    this.#meter = new BusyMeter(nowMs());
    const events: InferenceEvents = {
      started: () => this.#meter.batches(1, nowMs()),
      finished: () => this.#meter.batches(-1, nowMs()),
      ran: (run) => this.#observeRun(run),
      outOfMemory: onOutOfMemory,
    };
    this.#inference = new Inference({ events, limits, nowMs, readyBytes });
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
    if (planned) return { rows: planned, provider: 'none', realtime: NO_REALTIME };
    const { policies, openDataset, nowMs } = this.#parts;
    this.#meter.shards(1, nowMs());
    try {
      const { policy, release } = await policies.borrow(sweep);
      try {
        requireAnswerable(policy, sweep);
        requireNavigationTaken(policy, sweep, shard);
        signal.throwIfAborted();
        const sums: Partial<Record<Stage, number>> = {};
        const { rows, realtime } = await computeShard(sweep, shard, {
          ...openDataset(sweep.dataset),
          policy,
          openLane: (...asked) => this.#inference.openLane(...asked),
          account: (bytes) => void (this.#frameBytes += bytes),
          observe: (stage, seconds) => {
            this.#observe(stage, seconds);
            sums[stage] = (sums[stage] ?? 0) + seconds;
          },
          onAnswered,
          nowMs,
          signal,
        });
        return { rows, provider: policy.provider, realtime, seconds: sums };
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
    readonly latencies: readonly LatencySeconds[];
    readonly memory: Omit<EngineMemory, 'rss'>;
  } {
    const [stages, latencies] = [this.#stages, this.#latencies];
    this.#stages = [];
    this.#latencies = [];
    const busy = this.#meter.read(this.#parts.nowMs());
    const { readyWindows, readyBytes, runningBytes } = this.#inference;
    const memory = { frames: this.#frameBytes, ready: readyBytes, running: runningBytes };
    return { busy, readyWindows, stages, latencies, memory };
  }

  #observeRun({ windows, queued, prepare, run, postprocess }: FinishedRun): void {
    for (const seconds of queued) this.#observe('queue', seconds);
    this.#observe('prepare', prepare);
    this.#observe('infer', run);
    this.#observe('postprocess', postprocess);
    const batch = windows === 1 ? 'one' : 'many';
    const seconds = prepare + run + postprocess;
    for (let window = 0; window < windows; window++) this.#latencies.push({ batch, seconds });
  }

  #observe(stage: Stage, seconds: number): void {
    this.#stages.push({ stage, seconds });
  }
}
