import type { JobFailure } from '@drivesweep/queue-bullmq';
import { Bitmap } from './bitmap.ts';

/** A shard whose job is in Redis, as far as we know. */
export interface InFlight {
  readonly index: number;
  readonly shardId: string;
  readonly jobId: string;
  readonly windows: number;
  /** When its job was handed out, in milliseconds since 1970; for traces. */
  readonly sinceMs?: number;
}

/** A shard that has failed for good. */
export interface Quarantined {
  readonly shardId: string;
  readonly failure: JobFailure;
}

/**
 * How far the shards of one sweep are in one queue. A shard is
 *
 * open -> in flight -> done         its commit was seen
 *                   -> quarantined  its job failed for good
 *                   -> open         its job is gone (Redis was wiped, the job was cancelled)
 *
 * Done is final. Memory is one bit per shard, and an entry for each one in flight or quarantined.
 */
export class ShardProgress {
  readonly done: Bitmap;
  readonly inFlight = new Map<string, InFlight>();
  readonly quarantined = new Map<number, Quarantined>();
  readonly #busy = new Set<number>();

  constructor(shards: number) {
    this.done = new Bitmap(shards);
  }

  /** The first open shards, at most `limit`; with `within` only those of it. */
  open(limit: number, within: Bitmap | null = null): number[] {
    const found: number[] = [];
    let index = this.done.nextClear(0, within);
    while (index !== -1 && found.length < limit) {
      if (!this.#busy.has(index) && !this.quarantined.has(index)) found.push(index);
      index = this.done.nextClear(index + 1, within);
    }
    return found;
  }

  /** Whether every shard (of `within`) is done or quarantined. */
  isSettled(within: Bitmap | null = null): boolean {
    return this.#busy.size === 0 && this.open(1, within).length === 0;
  }

  start(entry: InFlight): void {
    this.inFlight.set(entry.jobId, entry);
    this.#busy.add(entry.index);
  }

  /** Its commit is there: true when that is news. */
  finish(index: number, jobId?: string): boolean {
    if (jobId !== undefined) this.#leave(jobId);
    this.quarantined.delete(index);
    return this.done.add(index);
  }

  release(jobId: string): void {
    this.#leave(jobId);
  }

  quarantine(jobId: string, failure: JobFailure): void {
    const entry = this.#leave(jobId);
    if (entry) this.quarantined.set(entry.index, { shardId: entry.shardId, failure });
  }

  /** Nothing is in flight any more, because the sweep was cancelled. */
  releaseAll(): void {
    this.inFlight.clear();
    this.#busy.clear();
  }

  #leave(jobId: string): InFlight | undefined {
    const entry = this.inFlight.get(jobId);
    if (!entry) return undefined;
    this.inFlight.delete(jobId);
    this.#busy.delete(entry.index);
    return entry;
  }
}
