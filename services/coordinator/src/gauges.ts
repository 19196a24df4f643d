import { QUEUES } from '@drivesweep/contracts';
import type { JobProducer, SweepJob } from '@drivesweep/queue-bullmq';
import type { Metrics } from '@drivesweep/service-kit';
import type { Coordinator } from './coordinator.ts';
import { statusOf } from './sweep-status.ts';
import type { SweepRun } from './sweep-run.ts';

/** A sweep's own series go away so long after its end. */
const KEEP_ENDED_MS = 15 * 60_000;

export interface GaugeSources {
  readonly coordinator: Coordinator;
  readonly queues: Readonly<Record<keyof typeof QUEUES, JobProducer<SweepJob>>>;
  /** In how many seconds running sweeps should end: decides how many workers are wanted. */
  readonly deadlineS: number;
  readonly nowMs: () => number;
}

/** Gauges that are read when Prometheus asks. */
export function addGauges(metrics: Metrics, sources: GaugeSources): void {
  addSweepGauges(metrics, sources);
  addQueueGauges(metrics, sources);
}

function addSweepGauges(metrics: Metrics, { coordinator, nowMs }: GaugeSources): void {
  const sweeps = metrics.gauge('sweeps', 'Sweeps by state', ['state']);
  const windows = metrics.gauge('sweep_windows', 'Windows of a sweep', ['sweep', 'outcome']);
  const shards = metrics.gauge('sweep_shards', 'Shards of a sweep', ['sweep', 'state']);
  const speed = metrics.gauge('sweep_windows_per_second', 'Over the last half minute', ['sweep']);
  const eta = metrics.gauge('sweep_eta_seconds', 'Until all windows have an answer', ['sweep']);
  const errors = metrics.gauge('sweep_errors', 'Windows of a sweep that failed, by error code', [
    'sweep',
    'code',
  ]);
  const info = metrics.gauge(
    'sweep_info',
    'Always 1; says what the sweep is called and evaluates',
    ['sweep', 'name', 'policy'],
  );
  metrics.onScrape(() => {
    for (const gauge of [sweeps, windows, shards, speed, eta, errors, info]) gauge.reset();
    for (const run of coordinator.runs()) {
      sweeps.inc({ state: run.state });
      if (run.endedAtMs !== null && nowMs() - run.endedAtMs > KEEP_ENDED_MS) continue;
      const sweep = run.sweepId;
      const status = statusOf(run, 0);
      const { ok, error, skipped, expected } = status.counts;
      const { total, committed, inFlight, quarantined } = status.shards;
      info.set({ sweep, name: status.name, policy: status.policy }, 1);
      windows.set({ sweep, outcome: 'expected' }, expected);
      windows.set({ sweep, outcome: 'ok' }, ok);
      windows.set({ sweep, outcome: 'error' }, error);
      windows.set({ sweep, outcome: 'skipped' }, skipped);
      windows.set({ sweep, outcome: 'remaining' }, expected - status.done);
      shards.set({ sweep, state: 'committed' }, committed);
      shards.set({ sweep, state: 'in_flight' }, inFlight);
      shards.set({ sweep, state: 'quarantined' }, quarantined);
      shards.set({ sweep, state: 'waiting' }, total - committed - inFlight - quarantined);
      shards.set({ sweep, state: 'scored' }, status.scoredShards);
      for (const [code, n] of Object.entries(status.errors)) errors.set({ sweep, code }, n);
      if (status.windowsPerS !== null) speed.set({ sweep }, status.windowsPerS);
      if (status.etaS !== null) eta.set({ sweep }, status.etaS);
    }
  });
}

function addQueueGauges(metrics: Metrics, { coordinator, queues, deadlineS }: GaugeSources): void {
  const jobs = metrics.gauge('queue_jobs', 'Jobs in Redis', ['queue', 'state']);
  const up = metrics.gauge('queue_up', '1 when Redis answered', ['queue']);
  const oldest = metrics.gauge(
    'queue_oldest_wait_seconds',
    'For how long the oldest job that nobody has taken has been waiting',
    ['queue'],
  );
  const workers = metrics.gauge('workers', 'Workers that are there', ['queue']);
  const wanted = metrics.gauge('workers_wanted', 'Workers of predictions that meet the deadline');
  metrics.onScrape(async () => {
    workers.set({ queue: QUEUES.predictions }, coordinator.workers.predictions);
    workers.set({ queue: QUEUES.scores }, coordinator.workers.scores);
    wanted.set(workersWanted([...coordinator.runs()], coordinator.workers.predictions, deadlineS));
    for (const [queue, producer] of Object.entries(queues)) {
      try {
        const counts = await producer.counts();
        jobs.set({ queue, state: 'waiting' }, counts.waiting);
        jobs.set({ queue, state: 'active' }, counts.active);
        jobs.set({ queue, state: 'delayed' }, counts.delayed);
        jobs.set({ queue, state: 'failed' }, counts.failed);
        oldest.set({ queue }, (await producer.oldestWaitMs(Date.now())) / 1000);
        up.set({ queue }, 1);
      } catch {
        up.set({ queue }, 0);
      }
    }
  });
}

/**
 * How many workers would finish all running sweeps within the deadline, from what one worker does now. While nothing is
 * known of their speed, those that are there, and at least one.
 */
export function workersWanted(
  runs: readonly SweepRun[],
  workers: number,
  deadlineS: number,
): number {
  const running = runs
    .filter((run) => run.state === 'running')
    .map((run) => statusOf(run, workers));
  const remaining = running.reduce((sum, { counts, done }) => sum + counts.expected - done, 0);
  const openShards = running.reduce((sum, { shards }) => sum + shards.total - shards.committed, 0);
  if (remaining === 0) return 0;
  const perS = running.reduce((sum, { windowsPerS }) => sum + (windowsPerS ?? 0), 0);
  if (perS === 0 || workers === 0) return Math.max(1, workers);
  const wanted = Math.ceil(remaining / ((perS / workers) * deadlineS));
  return Math.max(1, Math.min(wanted, openShards));
}
