import type { SweepStatus } from '@drivesweep/contracts';
import type { SweepRun } from './sweep-run.ts';

/** What the API tells about a sweep. @param workers consumers of predictions that are alive */
export function statusOf(run: SweepRun, workers: number): SweepStatus {
  const figures = run.loaded ? liveFigures(run) : sealedFigures(run);
  const { counts } = figures;
  const done = counts.ok + counts.error + counts.skipped;
  const moves = run.state === 'running' && run.loaded;
  const windowsPerS = moves ? run.throughput.perSecond() : null;
  const left = counts.expected - done - run.quarantinedWindows;
  return {
    sweepId: run.sweepId,
    name: run.spec.name,
    policy: run.spec.policy.name,
    state: run.state,
    message: run.message,
    ...figures,
    done,
    windowsPerS,
    etaS: windowsPerS === null || windowsPerS <= 0 ? null : Math.max(0, left) / windowsPerS,
    workers,
    scoringId: run.scoringId,
  };
}

type Figures = Pick<SweepStatus, 'counts' | 'errors' | 'shards' | 'scoredShards'>;

/** `expected` is all that was planned, so that a progress bar knows its end. */
function liveFigures(run: SweepRun): Figures {
  const { ok, error, skipped } = run.counts;
  const { predictions } = run;
  return {
    counts: { expected: run.plan?.index.windows ?? 0, ok, error, skipped },
    errors: Object.fromEntries([...run.errors].sort(([a], [b]) => (a < b ? -1 : 1))),
    shards: {
      total: run.plan?.index.shards ?? 0,
      committed: predictions.done.count,
      inFlight: predictions.inFlight.size,
      quarantined: predictions.quarantined.size,
    },
    scoredShards: run.scores.done.count,
  };
}

/** Of a sweep that is sealed, or (for a moment) not read from the store yet. */
function sealedFigures({ manifest, plan, state }: SweepRun): Figures {
  const {
    expected = plan?.index.windows ?? 0,
    ok = 0,
    error = 0,
    skipped = 0,
  } = manifest?.counts ?? {};
  const { total = plan?.index.shards ?? 0, committed = 0, missing = 0 } = manifest?.shards ?? {};
  return {
    counts: { expected, ok, error, skipped },
    errors: manifest?.errors ?? {},
    shards: { total, committed, inFlight: 0, quarantined: missing },
    scoredShards: state === 'complete' || state === 'partial' ? committed : 0,
  };
}
