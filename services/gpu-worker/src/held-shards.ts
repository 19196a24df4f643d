import type { DrivesweepError } from '@drivesweep/contracts';
import type { EngineRequest, ShardAnswer } from './protocol.ts';

type ComputeRequest = Extract<EngineRequest, { kind: 'compute' }>;

interface Held {
  readonly request: ComputeRequest;
  readonly resolve: (answer: ShardAnswer) => void;
  readonly reject: (error: DrivesweepError) => void;
  sent: boolean;
  windows: number;
  progressMs: number;
}

/** The shards that were asked for and not answered, oldest first. */
export class HeldShards {
  readonly #held = new Map<number, Held>();
  #nextId = 1;

  get size(): number {
    return this.#held.size;
  }

  /** Takes a shard in; `answer` settles with it. */
  add(
    request: (id: number) => ComputeRequest,
    nowMs: number,
  ): { readonly id: number; readonly sent: boolean; readonly answer: Promise<ShardAnswer> } {
    const id = this.#nextId++;
    const held = this.#held;
    const answer = new Promise<ShardAnswer>((resolve, reject) => {
      held.set(id, {
        request: request(id),
        resolve,
        reject,
        sent: false,
        windows: 0,
        progressMs: nowMs,
      });
    });
    return {
      id,
      answer,
      get sent() {
        return held.get(id)?.sent ?? true;
      },
    };
  }

  /** The requests that have not gone to an engine yet; now they have. */
  takeWaiting(nowMs: number): ComputeRequest[] {
    const waiting = [...this.#held.values()].filter(({ sent }) => !sent);
    for (const held of waiting) {
      held.sent = true;
      held.progressMs = nowMs;
    }
    return waiting.map(({ request }) => request);
  }

  progress(
    answered: readonly { readonly id: number; readonly windows: number }[],
    nowMs: number,
  ): void {
    for (const { id, windows } of answered) {
      const held = this.#held.get(id);
      if (!held || held.windows === windows) continue;
      held.windows = windows;
      held.progressMs = nowMs;
    }
  }

  answer(id: number, answer: ShardAnswer, nowMs: number): void {
    this.#take(id, nowMs)?.resolve(answer);
  }

  fail(id: number, error: DrivesweepError, nowMs?: number): void {
    this.#take(id, nowMs)?.reject(error);
  }

  failAll(error: DrivesweepError): void {
    for (const id of [...this.#held.keys()]) this.fail(id, error);
  }

  /** When the oldest shard that is with the engine last made progress; null when there is none. */
  oldestIdleSinceMs(): number | null {
    const oldest = [...this.#held.values()].find(({ sent }) => sent);
    return oldest?.progressMs ?? null;
  }

  #take(id: number, nowMs: number | undefined): Held | undefined {
    const held = this.#held.get(id);
    const [first] = this.#held.keys();
    this.#held.delete(id);
    // A younger shard may have waited for this one: its patience counts from now on.
    const [, next] = [...this.#held][0] ?? [];
    if (id === first && next && nowMs !== undefined) next.progressMs = nowMs;
    return held;
  }
}
