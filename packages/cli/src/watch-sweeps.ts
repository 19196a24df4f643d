import { setTimeout as sleep } from 'node:timers/promises';
import { asDrivesweepError } from '@drivesweep/contracts';
import type { SweepStatus } from '@drivesweep/contracts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { isSettled } from './progress-view.ts';
import type { ProgressView } from './progress-view.ts';

const POLL_MS = 250;

export interface WatchOptions {
  readonly client: Pick<CoordinatorClient, 'status'>;
  readonly view: ProgressView;
  readonly signal: AbortSignal;
  /** How long a coordinator may be silent, for example because it is being restarted. */
  readonly patienceMs: number;
  readonly pollMs?: number;
}

/**
 * Asks for the status of sweeps, and shows it, until each is complete, partial, cancelled or refused.
 * Errors: what the client throws; API_UNREACHABLE only when it has lasted for `patienceMs`; the signal's reason.
 */
export async function watchSweeps(
  sweepIds: readonly string[],
  options: WatchOptions,
): Promise<SweepStatus[]> {
  let lastAnswerMs = performance.now();
  for (;;) {
    options.signal.throwIfAborted();
    try {
      const statuses = await Promise.all(sweepIds.map((id) => options.client.status(id)));
      lastAnswerMs = performance.now();
      options.view.show(statuses);
      if (statuses.every(isSettled)) return statuses;
    } catch (thrown) {
      const waited = performance.now() - lastAnswerMs;
      const passing = asDrivesweepError(thrown).code === 'API_UNREACHABLE';
      if (!passing || waited > options.patienceMs) throw thrown;
    }
    await sleep(options.pollMs ?? POLL_MS, undefined, { signal: options.signal }).catch(() =>
      options.signal.throwIfAborted(),
    );
  }
}
