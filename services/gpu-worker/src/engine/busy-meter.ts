import type { BusySeconds } from '../protocol.ts';

/** Sums up how long two conditions held. Times are milliseconds of any steady clock. */
export class BusyMeter {
  #atMs: number;
  #shards = 0;
  #batches = 0;
  #busyMs = 0;
  #activeMs = 0;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** A shard came (+1) or went (-1). */
  shards(change: 1 | -1, nowMs: number): void {
    this.#passTo(nowMs);
    this.#shards += change;
  }

  /** A batch was given to a policy (+1) or was answered (-1). */
  batches(change: 1 | -1, nowMs: number): void {
    this.#passTo(nowMs);
    this.#batches += change;
  }

  read(nowMs: number): BusySeconds {
    this.#passTo(nowMs);
    return { busy: this.#busyMs / 1000, active: this.#activeMs / 1000 };
  }

  #passTo(nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    if (this.#batches > 0) this.#busyMs += passedMs;
    if (this.#shards > 0) this.#activeMs += passedMs;
    this.#atMs = nowMs;
  }
}
