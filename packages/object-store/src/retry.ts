import { DrivesweepError } from '@drivesweep/contracts';
import { failureOf, mayPass, s3Error } from './s3-errors.ts';

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly firstPauseMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const LONGEST_PAUSE_MS = 10_000;

/** Upper bound of the pause after the given try (from 1): doubles, up to 10 s. */
function pauseBoundMs(policy: RetryPolicy, attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, policy.firstPauseMs * 2 ** (attempt - 1));
}

function worthAnotherTry(thrown: unknown): boolean {
  return thrown instanceof DrivesweepError
    ? thrown.kind === 'transient'
    : mayPass(failureOf(thrown));
}

/**
 * Tries an operation until it succeeds, fails for good, or has been tried `maxAttempts` times. Pauses are drawn
 * from [0, bound) (full jitter), so that workers that failed together do not come back together. A transient
 * DrivesweepError of the effect is retried like a failure of the store and thrown as it is in the end; everything
 * else ends as STORE_UNAVAILABLE that names the operation.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  what: string,
  effect: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await effect();
    } catch (thrown) {
      if (attempt >= policy.maxAttempts || !worthAnotherTry(thrown)) {
        throw s3Error(what, attempt, thrown);
      }
      await policy.sleep(policy.random() * pauseBoundMs(policy, attempt));
    }
  }
}
