import { DrivesweepError } from '@drivesweep/contracts';
import type { EngineRequest, ShardAnswer } from './protocol.ts';

type ComputeRequest = Extract<EngineRequest, { kind: 'compute' }>;

interface Held {
  readonly request: ComputeRequest;
  readonly resolve: (answer: ShardAnswer) => void;
  readonly reject: (error: DrivesweepError) => void;
  /** It was with an engine that died, among others. */
  suspect: boolean;
  sent: boolean;
  windows: number;
  progressMs: number;
}

/*
 * The shards that were asked for and not answered, oldest first.
 *
 *   WAITING   -> SENT      the engine is ready, and no shard is under suspicion
 *   SENT      -> answered or failed by the engine; gone
 *             -> WAITING   the engine ended as it had announced: nobody is to blame, and the next one starts with it again
 *             -> FAILED    the engine died and this was its only shard, so this one did it: gone, with ENGINE_CRASHED
 *             -> SUSPECT   the engine died with several: it may have been another
 *   SUSPECT   -> SENT      when nothing else is with the engine: alone, so that the next death is its own. Others wait
 *   WAITING   -> FAILED    the engine died with no shard at all: it cannot even start; with ENGINE_UNAVAILABLE
 *
 * So a shard that kills every engine uses up its own attempts and never those of the shard beside it.
 */
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
  ): { readonly id: number; readonly answer: Promise<ShardAnswer> } {
    const id = this.#nextId++;
    const answer = new Promise<ShardAnswer>((resolve, reject) => {
      const fresh = { suspect: false, sent: false, windows: 0, progressMs: nowMs };
      this.#held.set(id, { request: request(id), resolve, reject, ...fresh });
    });
    return { id, answer };
  }

  /** True while the shard is with an engine. */
  isSent(id: number): boolean {
    return this.#held.get(id)?.sent ?? false;
  }

  /** The requests that may go to an engine now; from now on they count as sent. */
  takeWaiting(nowMs: number): ComputeRequest[] {
    const all = [...this.#held.values()];
    const waiting = all.filter(({ sent }) => !sent);
    const alone = all.some(({ suspect }) => suspect);
    const next = alone
      ? waiting.filter(({ suspect }) => suspect && waiting.length === all.length).slice(0, 1)
      : waiting;
    for (const held of next) {
      held.sent = true;
      held.progressMs = nowMs;
    }
    return next.map(({ request }) => request);
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

  fail(id: number, error: DrivesweepError, nowMs: number): void {
    this.#take(id, nowMs)?.reject(error);
  }

  failAll(error: DrivesweepError, nowMs: number): void {
    for (const id of [...this.#held.keys()]) this.fail(id, error, nowMs);
  }

  /** The engine died of `error`. */
  blame(error: DrivesweepError, nowMs: number): void {
    const sent = [...this.#held].filter(([, held]) => held.sent);
    if (sent.length === 0) {
      this.failAll(new DrivesweepError('ENGINE_UNAVAILABLE', error.message), nowMs);
    }
    const [only] = sent;
    if (only && sent.length === 1) {
      this.fail(only[0], error, nowMs);
      return;
    }
    for (const [, held] of sent) Object.assign(held, { suspect: true, sent: false, windows: 0 });
  }

  /** The engine is gone, and it was the fault of no shard. */
  takeBack(): void {
    for (const held of this.#held.values()) Object.assign(held, { sent: false, windows: 0 });
  }

  /** When the oldest shard that is with the engine last made progress; null when there is none. */
  oldestIdleSinceMs(): number | null {
    const oldest = [...this.#held.values()].find(({ sent }) => sent);
    return oldest?.progressMs ?? null;
  }

  #take(id: number, nowMs: number): Held | undefined {
    const held = this.#held.get(id);
    const [first] = this.#held.keys();
    this.#held.delete(id);
    // A younger shard may have waited for this one: its patience counts from now on.
    const [next] = this.#held.values();
    if (id === first && next) next.progressMs = nowMs;
    return held;
  }
}
