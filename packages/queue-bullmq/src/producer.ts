import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { announceCancel, clearCancel } from './cancellation.ts';
import { closeWithin } from './closing.ts';
import { connectRedis, redisOptions } from './connection.ts';
import type { SweepJob } from './consumer.ts';
import { orUnavailable, parseFailure } from './failure.ts';
import type { JobFailure } from './failure.ts';
import {
  BACKOFF_JITTER,
  KEEP_COMPLETED,
  KEEP_FAILED,
  MAX_EVENTS,
  MAX_JOB_BYTES,
  QUEUE_TIMING,
} from './options.ts';
import type { QueueTiming } from './options.ts';
import { countPresent, presenceKey } from './presence.ts';
import { QueueWatch } from './queue-watch.ts';
import type { QueueListener } from './queue-watch.ts';

export interface JobProducerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly queue: string;
  readonly timing?: Partial<QueueTiming>;
  /** After how long a command counts as not answered. */
  readonly commandTimeoutMs?: number;
}

export interface NewJob<T extends SweepJob> {
  /** Starts with the sweep's id and an underscore; holds no colon. Adding an id twice is adding it once. */
  readonly jobId: string;
  readonly data: T;
}

/** Where a job is: `absent` when Redis does not know it (never added, removed, or Redis was wiped). */
export type JobStanding =
  | { readonly state: 'waiting' | 'active' | 'completed' | 'absent' }
  | { readonly state: 'failed'; readonly failure: JobFailure };

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  /** Failed once and to be tried again. */
  readonly delayed: number;
  readonly failed: number;
}

/** Adds jobs to one queue and looks at them. Every method throws QUEUE_UNAVAILABLE when Redis does not answer. */
export interface JobProducer<T extends SweepJob> {
  /** Adds jobs that are not there yet; one that is there in any state is left as it is. */
  add(jobs: readonly NewJob<T>[]): Promise<void>;
  /** Where jobs are, in the order of the ids. */
  standings(jobIds: readonly string[]): Promise<JobStanding[]>;
  /** Forgets jobs, so that they can be added again; one that is being worked on stays. */
  remove(jobIds: readonly string[]): Promise<void>;
  /** Removes jobs of a sweep that nobody has taken, and forgets those that failed. */
  removeSweep(sweepId: string): Promise<void>;
  counts(): Promise<QueueCounts>;
  /** For how long the oldest job that nobody has taken has been waiting, in milliseconds; 0 when none waits. */
  oldestWaitMs(nowMs: number): Promise<number>;
  /** Consumers that said lately that they are there. */
  workersCount(): Promise<number>;
  /** Tells all workers of the prefix, whatever queue they are on. */
  announceCancel(sweepId: string): Promise<void>;
  clearCancel(sweepId: string): Promise<void>;
  /**
   * Calls back when jobs end, and puts jobs of dead workers back even when no worker is alive to do so.
   * Events are lost while Redis is away: look at `standings` now and then.
   */
  watch(listener: QueueListener): void;
  close(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 5_000;

export function openJobProducer<T extends SweepJob>(options: JobProducerOptions): JobProducer<T> {
  return new BullProducer(options);
}

class BullProducer<T extends SweepJob> implements JobProducer<T> {
  readonly #options: JobProducerOptions;
  readonly #timing: QueueTiming;
  readonly #queue: Queue;
  readonly #redis: Redis;
  #watch: QueueWatch | undefined;

  constructor(options: JobProducerOptions) {
    const { redisUrl, prefix, queue } = options;
    this.#options = options;
    this.#timing = { ...QUEUE_TIMING, ...options.timing };
    this.#redis = connectRedis(redisUrl, 'prompt');
    this.#queue = new Queue(queue, {
      connection: redisOptions(redisUrl, 'prompt'),
      prefix,
      streams: { events: { maxLen: MAX_EVENTS } },
      defaultJobOptions: {
        attempts: this.#timing.attempts,
        backoff: { type: 'exponential', delay: this.#timing.backoffMs, jitter: BACKOFF_JITTER },
        removeOnComplete: KEEP_COMPLETED,
        removeOnFail: KEEP_FAILED,
        sizeLimit: MAX_JOB_BYTES,
        stackTraceLimit: 0,
      },
    });
    // A connection that is lost comes back by itself; what matters to a caller is thrown by the command it waits for.
    this.#queue.on('error', () => undefined);
    this.#redis.on('error', () => undefined);
  }

  add(jobs: readonly NewJob<T>[]): Promise<void> {
    const bulk = jobs.map(({ jobId, data }) => ({ name: 'job', data, opts: { jobId } }));
    return this.#ask(`add ${jobs.length} job(s)`, async () => {
      if (bulk.length > 0) await this.#queue.addBulk(bulk);
    });
  }

  standings(jobIds: readonly string[]): Promise<JobStanding[]> {
    return this.#ask('look at jobs', () => Promise.all(jobIds.map((id) => this.#standing(id))));
  }

  remove(jobIds: readonly string[]): Promise<void> {
    return this.#ask('remove jobs', async () => {
      await Promise.all(jobIds.map((id) => this.#queue.remove(id)));
    });
  }

  async removeSweep(sweepId: string): Promise<void> {
    const jobIds = await this.#ask('list jobs', () =>
      this.#queue.getRanges(['wait', 'delayed', 'prioritized', 'failed'], 0, -1),
    );
    await this.remove(jobIds.filter((id) => id.startsWith(`${sweepId}_`)));
  }

  counts(): Promise<QueueCounts> {
    return this.#ask('count jobs', async () => {
      const counts = await this.#queue.getJobCounts(
        'wait',
        'prioritized',
        'active',
        'delayed',
        'failed',
      );
      return {
        waiting: (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0),
        active: counts['active'] ?? 0,
        delayed: counts['delayed'] ?? 0,
        failed: counts['failed'] ?? 0,
      };
    });
  }

  oldestWaitMs(nowMs: number): Promise<number> {
    return this.#ask('look at the oldest job', async () => {
      const jobs = await this.#queue.getJobs(['wait', 'prioritized'], 0, 0, true);
      const since = jobs.map(({ timestamp }) => timestamp);
      return since.length === 0 ? 0 : Math.max(0, nowMs - Math.min(...since));
    });
  }

  workersCount(): Promise<number> {
    const key = presenceKey(this.#options.prefix, this.#options.queue);
    return this.#ask('count workers', () => countPresent(this.#redis, key, this.#timing.beatMs));
  }

  announceCancel(sweepId: string): Promise<void> {
    return this.#ask('announce a cancel', () =>
      announceCancel(this.#redis, this.#options.prefix, sweepId),
    );
  }

  clearCancel(sweepId: string): Promise<void> {
    return this.#ask('clear a cancel', () =>
      clearCancel(this.#redis, this.#options.prefix, sweepId),
    );
  }

  watch(listener: QueueListener): void {
    this.#watch ??= new QueueWatch(this.#options, this.#timing, listener);
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    this.#redis.disconnect();
    await closeWithin(1_000, [this.#queue]);
  }

  async #standing(jobId: string): Promise<JobStanding> {
    const state = await this.#queue.getJobState(jobId);
    if (state === 'unknown') return { state: 'absent' };
    if (state === 'active' || state === 'completed') return { state };
    if (state !== 'failed') return { state: 'waiting' };
    const reason: unknown = (await this.#queue.getJob(jobId))?.failedReason;
    return { state, failure: parseFailure(typeof reason === 'string' ? reason : 'no reason kept') };
  }

  #ask<R>(what: string, command: () => Promise<R>): Promise<R> {
    return orUnavailable(what, this.#options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS, command);
  }
}
