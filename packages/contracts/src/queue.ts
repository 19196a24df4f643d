import type { JobResult } from './jobs.ts';

/** What a handler knows about the attempt that it is. */
export interface JobAttempt {
  readonly jobId: string;
  /** Counts every time that the job was started, stalls included: a monotone epoch. */
  readonly attempt: number;
  /** Aborted when the sweep is cancelled, the lock is lost, or the process is stopping; `reason` is a DrivesweepError. */
  readonly signal: AbortSignal;
}

/**
 * Handles one job. A `permanent` DrivesweepError fails it for good, any other error is retried with backoff;
 * SHUTTING_DOWN gives the job back without using up an attempt.
 */
export type JobHandler<T> = (job: T, attempt: JobAttempt) => Promise<JobResult>;

/** Port: takes jobs from one queue and gives them to the handler it was made with. */
export interface JobConsumer {
  /** Milliseconds since a job was taken or a lock renewed, or since Redis answered: for liveness. */
  idleMs(): number;
  /** Aborts the running handlers, gives their jobs back, and closes; returns after at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}
