import { QUEUES } from '@drivesweep/contracts';
import type { Counter, Histogram, Metrics } from '@drivesweep/service-kit';

/** What the coordinator counts. */
export interface Telemetry {
  readonly commits: Counter<'queue'>;
  readonly quarantined: Counter<'queue'>;
  readonly jobsLost: Counter<'queue'>;
  readonly stalled: Counter<'queue'>;
  readonly attempts: Histogram<'queue'>;
  readonly conservationBroken: Counter;
}

/** Starts of a job until its shard had a commit; 1 for a shard that nothing happened to. */
const ATTEMPTS = [1, 2, 3, 4, 5, 6, 8];

export function createTelemetry(metrics: Metrics): Telemetry {
  const telemetry: Telemetry = {
    commits: metrics.counter('shard_commits_seen_total', 'Shards whose commit was seen', ['queue']),
    quarantined: metrics.counter('shards_quarantined_total', 'Shards that failed for good', [
      'queue',
    ]),
    jobsLost: metrics.counter(
      'jobs_lost_total',
      'Jobs that were gone from Redis before they ended',
      ['queue'],
    ),
    stalled: metrics.counter(
      'stalled_total',
      'Jobs that were put back because their worker was silent for longer than its lock',
      ['queue'],
    ),
    attempts: metrics.histogram(
      'shard_attempts',
      'How often a job was started until its shard had a commit',
      ['queue'],
      ATTEMPTS,
    ),
    conservationBroken: metrics.counter(
      'row_conservation_broken_total',
      'Shards whose commit does not account for their windows',
    ),
  };
  // A counter that was never zero hides its first increase from a rule.
  for (const queue of Object.values(QUEUES)) {
    for (const counter of [telemetry.commits, telemetry.quarantined]) counter.inc({ queue }, 0);
    for (const counter of [telemetry.jobsLost, telemetry.stalled]) counter.inc({ queue }, 0);
    telemetry.attempts.zero({ queue });
  }
  return telemetry;
}
