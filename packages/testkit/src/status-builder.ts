import type { SweepStatus } from '@drivesweep/contracts';

/** The status of a running sweep, half done. */
export function buildStatus(changes: Partial<SweepStatus> = {}): SweepStatus {
  return {
    sweepId: 'sw-0123456789abcdef',
    name: 'comma',
    policy: 'kinematic:constant-velocity',
    state: 'running',
    message: null,
    counts: { expected: 521, ok: 260, error: 0, skipped: 0 },
    done: 260,
    errors: {},
    shards: { total: 5, committed: 2, inFlight: 1, quarantined: 0 },
    scoredShards: 2,
    windowsPerS: 84,
    etaS: 3.1,
    workers: 1,
    scoringId: null,
    ...changes,
  };
}
