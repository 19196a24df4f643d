import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { SweepStatus } from '@drivesweep/contracts';
import { buildStatus } from '@drivesweep/testkit';
import { watchSweeps } from './watch-sweeps.ts';

const gone = new DrivesweepError('API_UNREACHABLE', 'restarting');

/** Answers in turn; the last one stays. */
function watching(answers: (SweepStatus | DrivesweepError)[], patienceMs = 10_000) {
  const shown: string[] = [];
  const aborter = new AbortController();
  const client = {
    status: () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? fail());
    },
  };
  const view = {
    show: (statuses: readonly SweepStatus[]) => shown.push(statuses[0]?.state ?? ''),
    say: () => undefined,
    end: () => undefined,
  };
  const { signal } = aborter;
  const result = watchSweeps(['sw-1'], { client, view, signal, patienceMs, pollMs: 1 });
  return { result, shown, aborter };
}

function fail(): never {
  throw new Error('no answer was built');
}

describe('watching a sweep', () => {
  it('shows every status until the sweep is settled', async () => {
    const { result, shown } = watching([
      buildStatus({ state: 'planning' }),
      buildStatus(),
      buildStatus({ state: 'complete' }),
    ]);
    expect((await result)[0]?.state).toBe('complete');
    expect(shown).toEqual(['planning', 'running', 'complete']);
  });

  it('waits for a coordinator that is being started again', async () => {
    const { result } = watching([buildStatus(), gone, gone, buildStatus({ state: 'complete' })]);
    expect((await result)[0]?.state).toBe('complete');
  });

  it('does not wait for ever', async () => {
    await expect(watching([gone], 5).result).rejects.toBe(gone);
  });

  it('passes on at once what waiting cannot mend', async () => {
    const missing = new DrivesweepError('SWEEP_NOT_FOUND', 'no such sweep');
    await expect(watching([missing], 600_000).result).rejects.toBe(missing);
  });

  it('ends when it is told to', async () => {
    const { result, aborter } = watching([buildStatus()]);
    const reason = new DrivesweepError('CANCELLED', 'stopped');
    aborter.abort(reason);
    await expect(result).rejects.toBe(reason);
  });
});
