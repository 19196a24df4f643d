import { QueueEvents, Worker } from 'bullmq';
import { jobResultSchema } from '@drivesweep/contracts';
import type { JobResult } from '@drivesweep/contracts';
import { closeWithin } from './closing.ts';
import { redisOptions } from './connection.ts';
import { parseFailure } from './failure.ts';
import type { JobFailure } from './failure.ts';
import type { QueueTiming } from './options.ts';

const CLOSE_MS = 1_000;

/** What happens to jobs, as it happens. Only ends: a job that will be tried again has not failed. */
export interface QueueListener {
  completed(jobId: string, result: JobResult): void;
  failed(jobId: string, failure: JobFailure): void;
  stalled?(jobId: string): void;
}

/**
 * The eyes of a producer, and the stalled checker of its queue: BullMQ checks for jobs of dead workers only inside
 * live workers, so with the last worker killed nobody would put its job back. This one never takes a job itself.
 */
export class QueueWatch {
  readonly #events: QueueEvents;
  readonly #checker: Worker;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    place: { readonly redisUrl: string; readonly prefix: string; readonly queue: string },
    timing: QueueTiming,
    listener: QueueListener,
  ) {
    const connection = redisOptions(place.redisUrl, 'patient');
    this.#events = new QueueEvents(place.queue, { connection, prefix: place.prefix });
    this.#events.on('completed', ({ jobId, returnvalue }) => {
      const result = jobResultSchema.safeParse(returnvalue);
      if (result.success) listener.completed(jobId, result.data);
    });
    this.#events.on('failed', ({ jobId, failedReason }) =>
      listener.failed(jobId, parseFailure(failedReason)),
    );
    this.#events.on('stalled', ({ jobId }) => listener.stalled?.(jobId));
    this.#events.on('error', () => undefined);

    this.#checker = new Worker(place.queue, null, {
      connection,
      prefix: place.prefix,
      autorun: false,
      stalledInterval: timing.stalledIntervalMs,
      maxStalledCount: timing.maxStalledCount,
    });
    this.#checker.on('error', () => this.#startAgainSoon(timing.stalledIntervalMs));
    void this.#checker.startStalledCheckTimer();
  }

  close(): Promise<void> {
    clearTimeout(this.#restart);
    this.#closed = true;
    return closeWithin(CLOSE_MS, [this.#events, this.#checker]);
  }

  /** BullMQ's checker ends for good on an answer like LOADING or READONLY: start it again. */
  #startAgainSoon(afterMs: number): void {
    if (this.#closed) return;
    this.#restart ??= setTimeout(() => {
      this.#restart = undefined;
      void this.#checker.startStalledCheckTimer();
    }, afterMs);
  }
}
