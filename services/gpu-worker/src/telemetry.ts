import type { RowCounts, RowStatus } from '@drivesweep/contracts';
import type { Counter, Gauge, Metrics } from '@drivesweep/service-kit';
import { BusyRatio } from './busy-ratio.ts';
import { STAGES } from './protocol.ts';
import type { EngineReport, Stage } from './protocol.ts';

export type CommitOutcome = 'committed' | 'lost' | 'resumed';

/** Every metric that this service exports. No ids as labels: they would grow with the sweeps. */
export interface Telemetry {
  readonly shardsInFlight: Gauge;
  readonly commits: Counter<'outcome'>;
  readonly windowsComputed: Counter;
  readonly failures: Counter<'code'>;
  readonly engineRestarts: Counter;
  readonly jobEvents: Counter<'event'>;
  readonly countWindows: (rows: RowCounts) => void;
  readonly observeStage: (stage: Stage, seconds: number) => void;
  readonly observeBeat: (beat: Extract<EngineReport, { kind: 'beat' }>) => void;
}

const ROW_STATUSES = ['ok', 'error', 'skipped'] as const satisfies readonly RowStatus[];
const COMMIT_OUTCOMES = [
  'committed',
  'lost',
  'resumed',
] as const satisfies readonly CommitOutcome[];

export function createTelemetry(metrics: Metrics): Telemetry {
  const windows = metrics.counter('windows_total', 'Windows that were committed, by outcome', [
    'outcome',
  ]);
  const stages = metrics.histogram(
    'stage_seconds',
    'Seconds of one step: read per shard, decode per window, infer per batch, encode, upload and commit per shard',
    ['stage'],
  );
  const commits = metrics.counter(
    'commits_total',
    'Shards by how they ended: committed, lost to the commit of somebody else, or found committed (resumed)',
    ['outcome'],
  );
  const busyRatio = metrics.gauge(
    'engine_busy_ratio',
    'Share of the time with work, over the last half minute of it, in which the policy was running',
  );
  const busySeconds = metrics.counter(
    'engine_busy_seconds_total',
    'Seconds in which the policy was running',
  );
  const activeSeconds = metrics.counter(
    'engine_active_seconds_total',
    'Seconds in which the engine had a shard',
  );
  const readyWindows = metrics.gauge(
    'engine_ready_windows',
    'Windows that are decoded and wait for the policy',
  );
  for (const outcome of ROW_STATUSES) windows.inc({ outcome }, 0);
  for (const outcome of COMMIT_OUTCOMES) commits.inc({ outcome }, 0);
  for (const stage of STAGES) stages.zero({ stage });
  const ratio = new BusyRatio();

  return {
    shardsInFlight: metrics.gauge('shards_in_flight', 'Shards that this worker is working on'),
    commits,
    windowsComputed: metrics.counter(
      'windows_computed_total',
      'Windows that the engine answered, committed by this worker or not: more of them than commits is wasted work',
    ),
    failures: metrics.counter('shard_failures_total', 'Shards that failed or were given back', [
      'code',
    ]),
    engineRestarts: metrics.counter(
      'engine_restarts_total',
      'Times that the engine process ended unasked',
    ),
    jobEvents: metrics.counter('job_events_total', 'What happened to jobs and to the connection', [
      'event',
    ]),
    countWindows(rows) {
      for (const outcome of ROW_STATUSES) windows.inc({ outcome }, rows[outcome]);
    },
    observeStage: (stage, seconds) => stages.observe({ stage }, seconds),
    observeBeat(beat) {
      for (const { stage, seconds } of beat.stages) stages.observe({ stage }, seconds);
      readyWindows.set(beat.readyWindows);
      const { busy, active } = ratio.add(beat.busy);
      busySeconds.inc(busy);
      activeSeconds.inc(active);
      busyRatio.set(ratio.value);
    },
  };
}
