import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WaitingError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { DrivesweepError } from '@drivesweep/contracts';
import type { JobConsumer, JobHandler, JobResult } from '@drivesweep/contracts';
import { isCancelled, watchCancels } from './cancellation.ts';
import { atMost } from './closing.ts';
import { connectRedis, redisOptions } from './connection.ts';
import { toQueueError } from './failure.ts';
import { KEEP_COMPLETED, KEEP_FAILED, QUEUE_TIMING } from './options.ts';
import type { QueueTiming } from './options.ts';
import { beat, leave, presenceKey } from './presence.ts';

/** What a job must hold for us; the rest is between its sender and its handler. */
export interface SweepJob {
  readonly sweepId: string;
}

/** Checks a job's data. A zod schema is one. */
export interface JobSchema<T> {
  parse(data: unknown): T;
}

const DISCONNECT_MS = 500;
const LET_GO_MS = 50;

/** Things that an operator may want to see or count. */
export type ConsumerEvent =
  | { readonly kind: 'lock-lost'; readonly jobId: string }
  | { readonly kind: 'stalled'; readonly jobId: string }
  | { readonly kind: 'given-back'; readonly jobId: string }
  | { readonly kind: 'failed'; readonly jobId: string; readonly error: Error }
  | { readonly kind: 'connection-error'; readonly error: Error };

/** The kinds of events, so that each can be counted from zero. */
export const CONSUMER_EVENTS = [
  'lock-lost',
  'stalled',
  'given-back',
  'failed',
  'connection-error',
] as const satisfies readonly ConsumerEvent['kind'][];

export interface JobConsumerOptions<T extends SweepJob> {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly queue: string;
  readonly schema: JobSchema<T>;
  /** Jobs at the same time. */
  readonly concurrency: number;
  readonly handler: JobHandler<T>;
  readonly onEvent?: (event: ConsumerEvent) => void;
  readonly timing?: Partial<QueueTiming>;
}

/** One job that is being handled. */
interface Running {
  readonly sweepId: string;
  readonly abort: AbortController;
}

/**
 * Takes jobs of one queue and handles them. One job's life here:
 *
 * taken -> refused            its data does not follow the schema: failed for good
 *       -> cancelled          its sweep is cancelled, before or while it runs: failed for good with CANCELLED
 *       -> running -> done    the result goes back
 *                  -> failed  permanent: for good; else tried again later, `attempts` times
 *                  -> given back  the process is stopping: waits again, no attempt used up
 *                  -> lost    the lock could not be renewed: the signal is aborted; another worker may have the job
 *
 * While Redis is away running jobs go on, because their commit goes to the store; the connection comes back by itself.
 */
export function openJobConsumer<T extends SweepJob>(options: JobConsumerOptions<T>): JobConsumer {
  return new BullConsumer(options);
}

class BullConsumer<T extends SweepJob> implements JobConsumer {
  readonly #options: JobConsumerOptions<T>;
  readonly #timing: QueueTiming;
  readonly #worker: Worker<unknown, JobResult>;
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #id = randomUUID();
  readonly #running = new Map<string, Running>();
  readonly #beating: NodeJS.Timeout;
  #lastSignOfLife = performance.now();
  #stopped: Promise<void> | undefined;

  constructor(options: JobConsumerOptions<T>) {
    const { redisUrl, prefix, queue } = options;
    this.#options = options;
    this.#timing = { ...QUEUE_TIMING, ...options.timing };
    this.#redis = connectRedis(redisUrl, 'patient');
    this.#subscriber = connectRedis(redisUrl, 'patient');
    for (const connection of [this.#redis, this.#subscriber]) connection.on('error', this.#onError);

    this.#worker = new Worker(queue, (job) => this.#handle(job), {
      connection: redisOptions(redisUrl, 'patient'),
      prefix,
      concurrency: options.concurrency,
      lockDuration: this.#timing.lockDurationMs,
      stalledInterval: this.#timing.stalledIntervalMs,
      maxStalledCount: this.#timing.maxStalledCount,
      maxStartedAttempts: this.#timing.maxStartedAttempts,
      removeOnComplete: KEEP_COMPLETED,
      removeOnFail: KEEP_FAILED,
      runRetryDelay: 1000,
    });
    this.#worker.on('error', this.#onError);
    this.#worker.on('locksRenewed', () => this.#alive());
    this.#worker.on('stalled', (jobId) => options.onEvent?.({ kind: 'stalled', jobId }));
    this.#worker.on('lockRenewalFailed', (jobIds) => jobIds.forEach((id) => this.#lose(id)));
    this.#worker.on('failed', (job, error) => {
      if (job?.id !== undefined) options.onEvent?.({ kind: 'failed', jobId: job.id, error });
    });

    void watchCancels(
      this.#subscriber,
      prefix,
      (sweepId) => this.#cancel(sweepId),
      () => void this.#lookForCancels(),
    ).catch(this.#onError);
    this.#beating = setInterval(() => void this.#beat(), this.#timing.beatMs);
    void this.#beat();
  }

  idleMs(): number {
    return performance.now() - this.#lastSignOfLife;
  }

  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    clearInterval(this.#beating);
    const reason = new DrivesweepError('SHUTTING_DOWN', 'the worker is stopping');
    const closed = this.#worker.close().then(() => leave(this.#redis, this.#presence(), this.#id));
    // Close lets go of the next job first: this worker must not be the one that takes back what it gives back.
    await sleep(LET_GO_MS);
    for (const running of this.#running.values()) running.abort.abort(reason);
    await atMost(graceMs, closed.catch(this.#onError));
    this.#redis.disconnect();
    this.#subscriber.disconnect();
    // Frees the process even if a handler ignores its signal; its job stalls and goes to another worker.
    await atMost(DISCONNECT_MS, this.#worker.disconnect());
  }

  async #handle(job: Job<unknown, JobResult>): Promise<JobResult> {
    this.#alive();
    const jobId = job.id ?? '';
    const abort = new AbortController();
    try {
      const data = this.#parse(job.data, jobId);
      this.#running.set(jobId, { sweepId: data.sweepId, abort });
      if (this.#stopped) throw new DrivesweepError('SHUTTING_DOWN', 'the worker is stopping');
      if (await isCancelled(this.#redis, this.#options.prefix, data.sweepId))
        this.#cancel(data.sweepId);
      abort.signal.throwIfAborted();
      const attempt = { jobId, attempt: job.attemptsStarted, signal: abort.signal };
      return await this.#options.handler(data, attempt);
    } catch (thrown) {
      const error = abortReason(abort.signal) ?? thrown;
      if (!isShutdown(error)) throw toQueueError(error);
      await job.moveToWait(job.token);
      this.#options.onEvent?.({ kind: 'given-back', jobId });
      throw new WaitingError();
    } finally {
      this.#running.delete(jobId);
    }
  }

  #parse(data: unknown, jobId: string): T {
    try {
      return this.#options.schema.parse(data);
    } catch (thrown) {
      const message = `job ${jobId} of ${this.#options.queue} is not understood`;
      throw new DrivesweepError('SCHEMA_UNSUPPORTED', message, {
        hint: 'Coordinator and workers must be of the same version.',
        cause: thrown,
      });
    }
  }

  #cancel(sweepId: string): void {
    const reason = new DrivesweepError('CANCELLED', `sweep ${sweepId} was cancelled`);
    for (const running of this.#running.values()) {
      if (running.sweepId === sweepId) running.abort.abort(reason);
    }
  }

  /** Cancels whatever was announced while the connection was down. */
  async #lookForCancels(): Promise<void> {
    const sweepIds = new Set([...this.#running.values()].map((running) => running.sweepId));
    for (const sweepId of sweepIds) {
      const cancelled = await isCancelled(this.#redis, this.#options.prefix, sweepId).catch(
        () => false,
      );
      if (cancelled) this.#cancel(sweepId);
    }
  }

  #lose(jobId: string): void {
    this.#options.onEvent?.({ kind: 'lock-lost', jobId });
    const reason = new DrivesweepError('LOCK_LOST', `the lock of job ${jobId} was lost`);
    this.#running.get(jobId)?.abort.abort(reason);
  }

  async #beat(): Promise<void> {
    try {
      await beat(this.#redis, this.#presence(), this.#id);
      this.#alive();
    } catch (thrown) {
      this.#onError(thrown);
    }
  }

  #presence(): string {
    return presenceKey(this.#options.prefix, this.#options.queue);
  }

  #alive(): void {
    this.#lastSignOfLife = performance.now();
  }

  readonly #onError = (thrown: unknown): void => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#options.onEvent?.({ kind: 'connection-error', error });
  };
}

/** Why the job was aborted: it explains the handler's error better than what the handler threw. */
function abortReason(signal: AbortSignal): DrivesweepError | undefined {
  return signal.reason instanceof DrivesweepError ? signal.reason : undefined;
}

function isShutdown(error: unknown): boolean {
  return error instanceof DrivesweepError && error.code === 'SHUTTING_DOWN';
}
