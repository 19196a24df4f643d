import type { RowStatus } from '@drivesweep/contracts';
import { CONSUMER_EVENTS } from '@drivesweep/queue-bullmq';
import type { Counter, Histogram, Metrics } from '@drivesweep/service-kit';

/** Every metric that this service exports. No ids as labels: they would grow with the sweeps. */
export interface Telemetry {
  readonly windows: Counter<'outcome'>;
  readonly shards: Counter<'result'>;
  readonly conflicts: Counter;
  readonly scoreSeconds: Histogram;
  readonly scorecards: Counter<'outcome'>;
  readonly reports: Counter<'result'>;
  readonly failures: Counter<'code'>;
  readonly jobEvents: Counter<'event'>;
}

/** Outcomes of a window in the scores: as in the predictions, since scoring adds no failure of its own. */
export const OUTCOMES = ['ok', 'error', 'skipped'] as const satisfies readonly RowStatus[];

/** Seconds: a shard of 128 windows takes milliseconds to compute and as long as the store takes to write. */
const SHARD_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createTelemetry(metrics: Metrics): Telemetry {
  const telemetry: Telemetry = {
    windows: metrics.counter('windows_scored_total', 'Windows scored, by outcome', ['outcome']),
    shards: metrics.counter(
      'score_shards_total',
      'Shards scored (scored) or found done (resumed)',
      ['result'],
    ),
    conflicts: metrics.counter(
      'score_commit_conflicts_total',
      'Score parts that lost against the commit of somebody else',
    ),
    scoreSeconds: metrics.histogram(
      'score_shard_seconds',
      'Seconds to read, score and commit one shard',
      [],
      SHARD_SECONDS,
    ),
    scorecards: metrics.counter('scorecards_written_total', 'Scorecards written, by outcome', [
      'outcome',
    ]),
    reports: metrics.counter('reports_total', 'Reports, by result (written, failed)', ['result']),
    failures: metrics.counter('score_failures_total', 'Jobs that failed, by code', ['code']),
    jobEvents: metrics.counter('job_events_total', 'What happened to jobs and to the connection', [
      'event',
    ]),
  };
  for (const event of CONSUMER_EVENTS) telemetry.jobEvents.inc({ event }, 0);
  for (const outcome of OUTCOMES) telemetry.windows.inc({ outcome }, 0);
  return telemetry;
}
