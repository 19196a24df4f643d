import { describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ShardSpan } from '@drivesweep/service-kit';
import { traceShard } from './shard-trace.ts';
import { ShardWatch } from './shard-watch.ts';
import type { ShardEvent } from './shard-watch.ts';

const job = { v: 1, sweepId: 'sw-1', shardId: 'a1', index: 0 } as const;
const shard = { index: 0, shardId: 'a1', driveId: 'd', t0Us: [0, 1, 2], verdict: null };
const attempt = { jobId: 'j', attempt: 2, signal: new AbortController().signal };

/** What a shard tells of itself, and the spans that are made from it. */
function watched() {
  const events: ShardEvent[] = [];
  const spans: ShardSpan[] = [];
  const watch = new ShardWatch(job, shard, attempt, (event) => {
    events.push(event);
    traceShard(
      { record: (span) => void spans.push(span), close: () => Promise.resolve() },
      'w1',
      event,
    );
  });
  return { watch, events, spans };
}

describe('a shard in a worker', () => {
  it('tells its start, its answer and its end, and becomes one span with its steps below', async () => {
    const { watch, events, spans } = watched();
    await watch.step('compute', () => 'rows');
    watch.computed({ read: 0.5 });
    await watch.step('commit', () => 'done');
    expect(spans).toEqual([]);
    watch.ended('committed', { expected: 3, ok: 3, error: 0, skipped: 0 });
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'computed', 'ended']);
    expect(events[0]?.shard).toEqual({
      sweepId: 'sw-1',
      shardId: 'a1',
      driveId: 'd',
      windows: 3,
      attempt: 2,
    });
    expect(spans.map(({ key, parentKey }) => [key, parentKey])).toEqual([
      ['job/2/w1', 'shard'],
      ['job/2/w1/compute', 'job/2/w1'],
      ['job/2/w1/commit', 'job/2/w1'],
    ]);
    expect(spans[1]?.attributes).toEqual({ read_seconds: 0.5 });
  });

  it('that fails says why, with the steps that it got through', async () => {
    const { watch, spans } = watched();
    await expect(watch.step('compute', () => Promise.reject(new Error('gone')))).rejects.toThrow(
      'gone',
    );
    watch.failed(new DrivesweepError('ENGINE_CRASHED', 'gone'));
    expect(spans[0]).toMatchObject({ error: 'gone', attributes: { outcome: 'ENGINE_CRASHED' } });
    expect(spans).toHaveLength(2);
  });
});
