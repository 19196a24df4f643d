/**
 * How jobs are retried, locked and forgotten. Each figure is from measurements or incidents that docs name:
 * a killed worker uses up a stall, not an attempt, so stalls are allowed more often than BullMQ's 1;
 * what is finished is kept short, because it lives in Redis' memory and the store holds the truth.
 */
export interface QueueTiming {
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  /** Times that the worker may die under a job. */
  readonly maxStalledCount: number;
  /** Times that a job may be started at all, whatever ended it: stops a job that kills each worker. */
  readonly maxStartedAttempts: number;
  /** Times that a job may fail with an error that is worth trying again. */
  readonly attempts: number;
  readonly backoffMs: number;
  /** How often a consumer says that it is there; it counts as gone after three missed beats. */
  readonly beatMs: number;
}

export const QUEUE_TIMING: QueueTiming = {
  lockDurationMs: 60_000,
  stalledIntervalMs: 15_000,
  maxStalledCount: 5,
  maxStartedAttempts: 8,
  attempts: 4,
  backoffMs: 2_000,
  beatMs: 5_000,
};

export const BACKOFF_JITTER = 0.5;
export const KEEP_COMPLETED = { count: 1000, age: 3600 };
export const KEEP_FAILED = { count: 5000, age: 7 * 24 * 3600 };
export const MAX_EVENTS = 1000;
/** Bytes of a job's data: everything else is read from the store. */
export const MAX_JOB_BYTES = 1024;
