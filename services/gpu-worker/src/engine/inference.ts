import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, Policy, PolicyInput, PolicySample } from '@drivesweep/contracts';
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

export interface InferenceEvents {
  /** A batch goes to a policy. */
  started(): void;
  /** It came back; `seconds` are its own, without those in which it waited for the batch before it. */
  finished(seconds: number): void;
}

interface Question {
  readonly input: PolicyInput;
  resolve(samples: readonly PolicySample[]): void;
  reject(error: Error): void;
}

interface OpenLane extends Waiting<Question> {
  readonly policy: Policy;
  readonly parameters: InferParameters;
  ended: boolean;
  readonly roomWaiters: (() => void)[];
}

/**
 * Keeps the policy busy with the windows of all shards of the engine, the oldest shard first; a younger one fills in when
 * the older has nothing ready. Which windows share a batch: takeNextBatch.
 */
export class Inference {
  readonly #lanes: OpenLane[] = [];
  readonly #events: InferenceEvents;
  readonly #nowMs: () => number;
  #running = 0;
  #lastFinishedMs = -Infinity;

  constructor(events: InferenceEvents, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** Windows that are decoded and wait. */
  get readyWindows(): number {
    return this.#lanes.reduce((sum, { items }) => sum + items.length, 0);
  }

  openLane(policy: Policy, parameters: InferParameters): Lane {
    const { maxBatch, rowsIndependent } = policy.needs;
    const lane: OpenLane = {
      policy,
      parameters,
      maxBatch,
      mixes: rowsIndependent ? JSON.stringify([policy.ref.bundleSha256, parameters]) : null,
      items: [],
      ended: false,
      roomWaiters: [],
    };
    this.#lanes.push(lane);
    return {
      room: async () => {
        while (lane.items.length >= BATCHES_READY * maxBatch && !lane.ended) {
          await new Promise<void>((resolve) => void lane.roomWaiters.push(resolve));
        }
      },
      ask: (input) =>
        new Promise((resolve, reject) => {
          lane.items.push({ input, resolve, reject });
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

  #dispatch(): void {
    while (this.#running < BATCHES_AHEAD) {
      const batch = takeNextBatch<Question, OpenLane>(this.#lanes);
      if (!batch) break;
      const [first] = batch.parts;
      if (!first) break;
      void this.#run(
        first.lane,
        batch.parts.flatMap(({ items }) => items),
      );
      for (const { lane } of batch.parts) wake(lane);
    }
    for (const lane of this.#lanes.filter(({ ended }) => ended)) wake(lane);
    this.#forgetEnded();
  }

  async #run({ policy, parameters }: OpenLane, questions: readonly Question[]): Promise<void> {
    const startedMs = this.#nowMs();
    this.#running += 1;
    this.#events.started();
    try {
      const answers = await policy.infer(
        questions.map(({ input }) => input),
        parameters,
      );
      questions.forEach((question, i) => question.resolve(answers[i] ?? []));
    } catch (thrown) {
      const error =
        thrown instanceof Error ? thrown : new DrivesweepError('INTERNAL', String(thrown));
      for (const question of questions) question.reject(error);
    } finally {
      const nowMs = this.#nowMs();
      const ownMs = nowMs - Math.max(startedMs, this.#lastFinishedMs);
      this.#running -= 1;
      this.#lastFinishedMs = nowMs;
      this.#events.finished(ownMs / 1000);
      this.#dispatch();
    }
  }

  #forgetEnded(): void {
    for (let i = this.#lanes.length - 1; i >= 0; i--) {
      const lane = this.#lanes[i];
      if (lane?.ended && lane.items.length === 0) this.#lanes.splice(i, 1);
    }
  }
}

function wake(lane: OpenLane): void {
  for (const waiter of lane.roomWaiters.splice(0)) waiter();
}
