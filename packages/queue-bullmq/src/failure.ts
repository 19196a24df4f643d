import { UnrecoverableError } from 'bullmq';
import { asDrivesweepError, DrivesweepError, isErrorCode } from '@drivesweep/contracts';
import type { ErrorCode } from '@drivesweep/contracts';

/** Why a job failed for good, as read back from Redis. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

const LONGEST_MESSAGE = 500;

/** What BullMQ itself says when the worker of a job died, or the job was started, more often than is allowed. */
const WORKER_LOST = /^job (stalled|started) more than allowable limit/;

/**
 * A handler's error as BullMQ understands it: a permanent one is not tried again, any other is.
 * The text is `CODE: message`, which is all that Redis keeps of it.
 */
export function toQueueError(thrown: unknown): Error {
  const error = asDrivesweepError(thrown);
  const text = `${error.code}: ${error.message.slice(0, LONGEST_MESSAGE)}`;
  return error.kind === 'permanent'
    ? new UnrecoverableError(text)
    : new Error(text, { cause: error });
}

/** Reads what toQueueError or BullMQ wrote. */
export function parseFailure(failedReason: string): JobFailure {
  const [, code, message] = /^([A-Z_]+): (.*)$/s.exec(failedReason) ?? [];
  if (isErrorCode(code)) return { code, message: message ?? '' };
  return {
    code: WORKER_LOST.test(failedReason) ? 'WORKER_LOST' : 'INTERNAL',
    message: failedReason,
  };
}

/** Runs a command of a producer; whatever Redis or the connection throws is QUEUE_UNAVAILABLE. */
export async function orUnavailable<T>(
  what: string,
  timeoutMs: number,
  command: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([command(), tooLate]);
  } catch (thrown) {
    if (thrown instanceof DrivesweepError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new DrivesweepError('QUEUE_UNAVAILABLE', `cannot ${what}: ${reason}`, {
      hint: 'Redis must be reachable; committed work is safe in the store.',
      cause: thrown,
    });
  } finally {
    clearTimeout(timer);
  }
}
