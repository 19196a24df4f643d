import type { Counter, Metrics } from '@drivesweep/service-kit';

/** What the coordinator counts. */
export interface Telemetry {
  readonly commits: Counter<'queue'>;
  readonly quarantined: Counter<'queue'>;
  readonly jobsLost: Counter;
  readonly conservationBroken: Counter;
}

export function createTelemetry(metrics: Metrics): Telemetry {
  return {
    commits: metrics.counter('shard_commits_seen_total', 'Shards whose commit was seen', ['queue']),
    quarantined: metrics.counter('shards_quarantined_total', 'Shards that failed for good', [
      'queue',
    ]),
    jobsLost: metrics.counter(
      'jobs_lost_total',
      'Jobs that were gone from Redis before they ended',
    ),
    conservationBroken: metrics.counter(
      'row_conservation_broken_total',
      'Shards whose commit does not account for their windows',
    ),
  };
}
