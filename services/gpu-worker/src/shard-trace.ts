import { ROOT_SPAN } from '@drivesweep/service-kit';
import type { Tracing } from '@drivesweep/service-kit';
import type { ShardEvent } from './shard-watch.ts';

/** Records a shard that ended or failed: the job, and below it what was done one after the other. */
export function traceShard(tracing: Tracing, workerId: string, event: ShardEvent): void {
  if (event.kind !== 'ended' && event.kind !== 'failed') return;
  const { shard, startMs, endMs, steps } = event;
  const { sweepId, shardId, driveId, windows, attempt } = shard;
  const key = `job/${attempt}/${workerId}`;
  const outcome = event.kind === 'ended' ? event.outcome : event.code;
  tracing.record({
    sweepId,
    shardId,
    name: 'job',
    key,
    parentKey: ROOT_SPAN,
    startMs,
    endMs,
    attributes: { drive: driveId, windows, attempt, worker: workerId, outcome },
    error: event.kind === 'failed' ? event.message : null,
  });
  for (const { step, startMs: from, endMs: to, seconds } of steps) {
    const attributes = Object.fromEntries(
      Object.entries(seconds ?? {}).map(([stage, s]) => [`${stage}_seconds`, s]),
    );
    const span = { sweepId, shardId, name: step, key: `${key}/${step}`, parentKey: key };
    tracing.record({ ...span, startMs: from, endMs: to, attributes });
  }
}
