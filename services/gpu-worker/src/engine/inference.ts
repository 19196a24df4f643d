import type {
  InferParameters,
  InferSeconds,
  Policy,
  PolicyInput,
  PolicySample,
} from '@drivesweep/contracts';
import { answerBatch } from './answer-batch.ts';
import type { Question } from './answer-batch.ts';
import { limitKey } from '../batch-limits.ts';
import type { BatchLimits } from '../batch-limits.ts';
import { takeNextBatch } from './next-batch.ts';
import type { Waiting } from './next-batch.ts';

/** Batches given to policies at a time: one is computed while the next already lies with the policy. */
const BATCHES_AHEAD = 2;
/** Batches that a shard may have decoded and waiting on top of those. */
const BATCHES_READY = 2;

/** How one shard asks its policy. */
export interface Lane {
  /** Resolves when one more window may be decoded: what keeps memory bounded. */
  room(): Promise<void>;
  /** The samples for one window; settles when its batch was run. Errors: those of Policy.infer. */
  ask(input: PolicyInput): Promise<readonly PolicySample[]>;
  /** No more windows will be asked: a last batch may be short. */
  end(): void;
  /** Forgets what still waits, and rejects it with `reason`. */
  leave(reason: Error): void;
}

/** One run of a policy that came back with answers. */
export interface FinishedRun extends InferSeconds {
  readonly windows: number;
  /** Per window: from its frames being ready until its run began, behind other windows of the sweep. */
  readonly queued: readonly number[];
}

/** Of one window, see README: from its frames ready and the policy free for it to its samples. */
export interface WindowLatency {
  readonly seconds: number;
  /** Windows that shared its run, itself included. */
  readonly batch: number;
}

export interface OutOfMemory {
  readonly key: string;
  readonly policy: Policy;
  readonly windows: number;
  readonly limit: number;
  readonly message: string;
}

export interface InferenceEvents {
  /** A batch goes to a policy. */
  started(): void;
  /** It came back, with answers or without. */
  finished(): void;
  ran(run: FinishedRun): void;
  /** A limit was halved. Answers whether this process may go on with it. */
  outOfMemory(found: OutOfMemory): 'go-on' | 'stop';
}

export interface InferenceOptions {
  readonly events: InferenceEvents;
  readonly limits: BatchLimits;
  readonly nowMs: () => number;
  /** Frames of windows that wait may take so much, and one batch more. */
  readonly readyBytes: number;
}

interface WaitingWindow extends Question {
  readonly bytes: number;
  readonly readyMs: number;
  readonly onLatency: (latency: WindowLatency) => void;
}

interface OpenLane extends Waiting<WaitingWindow> {
  readonly policy: Policy;
  readonly parameters: InferParameters;
  ended: boolean;
  readonly roomWaiters: (() => void)[];
}

/**
 * Keeps the policy busy with the windows of all shards of the engine, the oldest shard first; a younger one fills in when
 * the older has nothing ready. Which windows share a batch: takeNextBatch. What becomes of a batch: answerBatch.
 */
export class Inference {
  readonly #lanes: OpenLane[] = [];
  readonly #options: InferenceOptions;
  #running = 0;
  #runningBytes = 0;
  #lastFinishedMs = -Infinity;
  #stopped = false;

  constructor(options: InferenceOptions) {
    this.#options = options;
  }

  /** Windows that are decoded and wait. */
  get readyWindows(): number {
    return this.#lanes.reduce((sum, { items }) => sum + items.length, 0);
  }

  /** Their frames. */
  get readyBytes(): number {
    return this.#lanes.reduce((sum, { items }) => sum + sumOf(items), 0);
  }

  /** Frames of the windows that are with a policy; what the policy makes of them is not in it. */
  get runningBytes(): number {
    return this.#runningBytes;
  }

  /** @param onLatency told of each window that the policy answered, before `ask` resolves */
  openLane(
    policy: Policy,
    parameters: InferParameters,
    onLatency: (latency: WindowLatency) => void = () => undefined,
  ): Lane {
    const { maxBatch, rowsIndependent } = policy.needs;
    const { limits, nowMs } = this.#options;
    const key = limitKey(policy, parameters);
    const lane: OpenLane = {
      policy,
      parameters,
      get maxBatch() {
        return Math.min(maxBatch, limits.of(key));
      },
      mixes: rowsIndependent ? JSON.stringify([policy.ref.bundleSha256, parameters]) : null,
      items: [],
      ended: false,
      roomWaiters: [],
    };
    this.#lanes.push(lane);
    return {
      room: async () => {
        while (!this.#hasRoom(lane)) {
          await new Promise<void>((resolve) => void lane.roomWaiters.push(resolve));
        }
      },
      ask: (input) =>
        new Promise((resolve, reject) => {
          const bytes = input.frames?.byteLength ?? 0;
          lane.items.push({ input, bytes, readyMs: nowMs(), onLatency, resolve, reject });
          this.#dispatch();
        }),
      end: () => {
        lane.ended = true;
        this.#dispatch();
      },
      leave: (reason) => {
        lane.ended = true;
        for (const question of lane.items.splice(0)) question.reject(reason);
        this.#dispatch();
      },
    };
  }

  #hasRoom(lane: OpenLane): boolean {
    if (lane.ended) return true;
    if (lane.items.length >= BATCHES_READY * lane.maxBatch) return false;
    if (this.readyBytes < this.#options.readyBytes) return true;
    // The oldest shard may always fill one batch: else all could wait for each other, and nothing would run.
    const oldest = this.#lanes.find(({ ended }) => !ended);
    return lane === oldest && lane.items.length < lane.maxBatch;
  }

  #dispatch(): void {
    while (this.#running < BATCHES_AHEAD && !this.#stopped) {
      const batch = takeNextBatch<WaitingWindow, OpenLane>(this.#lanes);
      if (!batch) break;
      const [first] = batch.parts;
      if (!first) break;
      void this.#run(
        first.lane,
        batch.parts.flatMap(({ items }) => items),
      );
    }
    this.#forgetEnded();
    for (const lane of this.#lanes) wake(lane);
  }

  async #run(lane: OpenLane, questions: readonly WaitingWindow[]): Promise<void> {
    const { events, limits } = this.#options;
    const { policy } = lane;
    const key = limitKey(policy, lane.parameters);
    const bytes = sumOf(questions);
    this.#running += 1;
    this.#runningBytes += bytes;
    events.started();
    await answerBatch(questions, {
      ask: (part) => this.#ask(lane, part),
      shrink: (windows, { message }) => {
        const limit = limits.halve(key, windows);
        const after = events.outOfMemory({ key, policy, windows, limit, message });
        if (after === 'stop') this.#stopped = true;
        return after === 'go-on' ? limit : null;
      },
    });
    this.#running -= 1;
    this.#runningBytes -= bytes;
    events.finished();
    this.#dispatch();
  }

  async #ask(
    { policy, parameters }: OpenLane,
    questions: readonly WaitingWindow[],
  ): Promise<readonly (readonly PolicySample[])[]> {
    const { events, nowMs } = this.#options;
    const startedMs = nowMs();
    const spent: { told?: InferSeconds } = {};
    let own: number;
    let answers: PolicySample[][];
    try {
      answers = await policy.infer(
        questions.map(({ input }) => input),
        parameters,
        (seconds) => (spent.told = seconds),
      );
    } finally {
      own = (nowMs() - Math.max(startedMs, this.#lastFinishedMs)) / 1000;
      this.#lastFinishedMs = nowMs();
    }
    // A policy that tells nothing: since it was asked, or since it had answered the batch before.
    const parts = spent.told ?? { prepare: 0, run: own, postprocess: 0 };
    const seconds = parts.prepare + parts.run + parts.postprocess;
    const endedMs = nowMs();
    const queued = questions.map(({ readyMs }) =>
      Math.max(0, (endedMs - readyMs) / 1000 - seconds),
    );
    for (const { onLatency } of questions) onLatency({ seconds, batch: questions.length });
    events.ran({ ...parts, windows: questions.length, queued });
    return answers;
  }

  #forgetEnded(): void {
    for (let i = this.#lanes.length - 1; i >= 0; i--) {
      const lane = this.#lanes[i];
      if (!lane?.ended || lane.items.length > 0) continue;
      this.#lanes.splice(i, 1);
      wake(lane);
    }
  }
}

function sumOf(windows: readonly WaitingWindow[]): number {
  return windows.reduce((sum, { bytes }) => sum + bytes, 0);
}

function wake(lane: OpenLane): void {
  for (const waiter of lane.roomWaiters.splice(0)) waiter();
}
