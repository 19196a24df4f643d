import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DrivesweepError, predictionJobSchema } from '@drivesweep/contracts';
import type { JobConsumer, JobHandler, JobResult, PredictionJob } from '@drivesweep/contracts';
import { startRedisServer } from '@drivesweep/testkit';
import type { RedisServer } from '@drivesweep/testkit';
import { openJobConsumer } from './consumer.ts';
import type { ConsumerEvent } from './consumer.ts';
import type { QueueTiming } from './options.ts';
import { openJobProducer } from './producer.ts';
import type { JobProducer } from './producer.ts';

const fast: Partial<QueueTiming> = {
  lockDurationMs: 1000,
  stalledIntervalMs: 300,
  backoffMs: 20,
  beatMs: 300,
};
const done: JobResult = { rows: { expected: 1, ok: 1, error: 0, skipped: 0 }, resumed: false };
const waitFor = <T>(claim: () => T | Promise<T>) =>
  vi.waitFor(claim, { timeout: 20_000, interval: 50 });

let redis: RedisServer;
let queue: string;
let queues = 0;
let producer: JobProducer<PredictionJob>;
const consumers: JobConsumer[] = [];
const events: ConsumerEvent[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await redis.flush();
  queue = `predictions-${++queues}`;
  producer = openJobProducer({
    redisUrl: redis.url,
    prefix: 'test',
    queue,
    timing: fast,
    commandTimeoutMs: 2000,
  });
});
afterEach(async () => {
  await Promise.all(consumers.splice(0).map((consumer) => consumer.stop(100)));
  await producer.close();
  events.length = 0;
});

function consume(
  handler: JobHandler<PredictionJob>,
  timing: Partial<QueueTiming> = fast,
): JobConsumer {
  const consumer = openJobConsumer({
    redisUrl: redis.url,
    prefix: 'test',
    queue,
    schema: predictionJobSchema,
    concurrency: 2,
    handler,
    onEvent: (event) => events.push(event),
    timing,
  });
  consumers.push(consumer);
  return consumer;
}

const job = (index: number, sweepId = 'sw-1') => ({
  jobId: `${sweepId}_shard${index}`,
  data: { v: 1 as const, sweepId, shardId: `shard${index}`, index },
});

/** A handler that works until its signal is aborted, as a well-behaved one does. */
const untilAborted =
  (started: (shardId: string) => void): JobHandler<PredictionJob> =>
  ({ shardId }, { signal }) =>
    new Promise((_resolve, reject) => {
      started(shardId);
      signal.addEventListener('abort', () => reject(new Error('stopped in the middle')));
    });

const standing = async (jobId: string) => (await producer.standings([jobId]))[0];

describe('a job', () => {
  it('is handled once, though it was added twice, and its result is heard of', async () => {
    const handled: string[] = [];
    const completed = vi.fn();
    producer.watch({ completed, failed: vi.fn() });
    await sleep(200);
    await producer.add([job(1), job(2)]);
    await producer.add([job(1)]);
    consume(({ shardId }) => {
      handled.push(shardId);
      return Promise.resolve(done);
    });
    await waitFor(() => expect(completed).toHaveBeenCalledTimes(2));
    await producer.add([job(1)]);
    await sleep(300);
    expect(handled.sort()).toEqual(['shard1', 'shard2']);
    expect(completed).toHaveBeenCalledWith('sw-1_shard1', done);
  });

  it('that fails with a passing error is tried again, up to the number of attempts', async () => {
    let tries = 0;
    consume(() => {
      tries += 1;
      return Promise.reject(new DrivesweepError('STORE_UNAVAILABLE', 'slow down'));
    });
    await producer.add([job(1)]);
    await waitFor(async () =>
      expect(await standing('sw-1_shard1')).toEqual({
        state: 'failed',
        failure: { code: 'STORE_UNAVAILABLE', message: 'slow down' },
      }),
    );
    expect(tries).toBe(4);
  });

  it('that fails with a permanent error is not tried again', async () => {
    let tries = 0;
    const failed = vi.fn();
    producer.watch({ completed: vi.fn(), failed });
    await sleep(200);
    consume(() => {
      tries += 1;
      return Promise.reject(new DrivesweepError('BUNDLE_HASH_MISMATCH', 'a.onnx differs'));
    });
    await producer.add([job(1)]);
    await waitFor(() =>
      expect(failed).toHaveBeenCalledWith('sw-1_shard1', {
        code: 'BUNDLE_HASH_MISMATCH',
        message: 'a.onnx differs',
      }),
    );
    expect(tries).toBe(1);
  });

  it('that is not understood fails and says so', async () => {
    const handler = vi.fn(() => Promise.resolve(done));
    consume(handler);
    await producer.add([{ jobId: 'sw-1_odd', data: { ...job(1).data, index: -1 } }]);
    await waitFor(async () =>
      expect(await standing('sw-1_odd')).toMatchObject({ failure: { code: 'SCHEMA_UNSUPPORTED' } }),
    );
    expect(handler).not.toHaveBeenCalled();
  });

  it('that failed is forgotten with its sweep and can be added again', async () => {
    let fails = true;
    consume(() =>
      fails ? Promise.reject(new DrivesweepError('PART_CORRUPT', 'x')) : Promise.resolve(done),
    );
    await producer.add([job(1), job(1, 'sw-2')]);
    await waitFor(async () => expect((await producer.counts()).failed).toBe(2));
    fails = false;
    await producer.removeSweep('sw-1');
    await producer.add([job(1), job(1, 'sw-2')]);
    await waitFor(async () =>
      expect(await producer.standings(['sw-1_shard1', 'sw-2_shard1'])).toMatchObject([
        { state: 'completed' },
        { state: 'failed' },
      ]),
    );
  });
});

describe('a cancel', () => {
  it('aborts the jobs of its sweep that run, and those that are taken later', async () => {
    const started: string[] = [];
    const reasons: unknown[] = [];
    consume(({ shardId }, { signal }) => {
      started.push(shardId);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(new Error('stopped'));
        });
      });
    });
    await producer.add([job(1), job(1, 'sw-2'), job(2)]);
    await waitFor(() => expect(started).toHaveLength(2));
    await producer.announceCancel('sw-1');
    await waitFor(async () =>
      expect(await producer.standings(['sw-1_shard1', 'sw-1_shard2', 'sw-2_shard1'])).toMatchObject(
        [
          { state: 'failed', failure: { code: 'CANCELLED' } },
          { state: 'failed', failure: { code: 'CANCELLED' } },
          { state: 'active' },
        ],
      ),
    );
    expect(started).not.toContain('shard2');
    expect(reasons).toMatchObject([{ code: 'CANCELLED' }]);
  });

  it('is over when it is cleared', async () => {
    await producer.announceCancel('sw-3');
    await producer.clearCancel('sw-3');
    consume(() => Promise.resolve(done));
    await producer.add([job(1, 'sw-3')]);
    await waitFor(async () =>
      expect(await standing('sw-3_shard1')).toEqual({ state: 'completed' }),
    );
  });

  it('that was announced while the worker was cut off is found when it is back', async () => {
    const started = vi.fn();
    const consumer = consume(untilAborted(started));
    await producer.add([job(1, 'sw-4')]);
    await waitFor(() => expect(started).toHaveBeenCalled());
    await redis.command(['SET', 'test:cancelled:sw-4', '1']);
    await redis.command(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await waitFor(async () =>
      expect(await standing('sw-4_shard1')).toMatchObject({ failure: { code: 'CANCELLED' } }),
    );
    expect(consumer.idleMs()).toBeLessThan(5000);
  });
});

describe('stopping', () => {
  it('gives jobs back with no attempt used up', async () => {
    const started = vi.fn();
    const first = consume(untilAborted(started));
    await producer.add([job(1)]);
    await waitFor(() => expect(started).toHaveBeenCalled());
    await first.stop(5000);
    expect(await standing('sw-1_shard1')).toEqual({ state: 'waiting' });
    expect(await producer.workersCount()).toBe(0);
    expect(events).toContainEqual({ kind: 'given-back', jobId: 'sw-1_shard1' });
    const attempts: number[] = [];
    consume((_job, { attempt }) => {
      attempts.push(attempt);
      return Promise.resolve(done);
    });
    await waitFor(async () =>
      expect(await standing('sw-1_shard1')).toEqual({ state: 'completed' }),
    );
    expect(attempts).toEqual([2]);
  });

  it('does not wait longer than its grace for a handler that ignores its signal', async () => {
    const started = vi.fn();
    const consumer = consume(() => {
      started();
      return new Promise(() => undefined);
    });
    await producer.add([job(1)]);
    await waitFor(() => expect(started).toHaveBeenCalled());
    const before = performance.now();
    await consumer.stop(300);
    expect(performance.now() - before).toBeLessThan(1500);
  });
});

describe('a worker that dies', () => {
  it('loses its job to the next one, and the job is put back even when no worker is alive', async () => {
    const started = vi.fn();
    const dying = consume(() => {
      started();
      return new Promise(() => undefined);
    });
    producer.watch({ completed: vi.fn(), failed: vi.fn() });
    await producer.add([job(1)]);
    await waitFor(() => expect(started).toHaveBeenCalled());
    await dying.stop(0);
    await waitFor(async () => expect(await standing('sw-1_shard1')).toEqual({ state: 'waiting' }));
  });
});

describe('a lost lock', () => {
  it('aborts the job', async () => {
    const reasons: unknown[] = [];
    consume(
      (_job, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(new Error('stopped'));
          });
        }),
    );
    await producer.add([job(1)]);
    await waitFor(async () => expect(await standing('sw-1_shard1')).toEqual({ state: 'active' }));
    await redis.command(['SET', `test:${queue}:sw-1_shard1:lock`, 'somebody else', 'PX', '60000']);
    await waitFor(() => expect(reasons).toMatchObject([{ code: 'LOCK_LOST' }]));
    expect(events).toContainEqual({ kind: 'lock-lost', jobId: 'sw-1_shard1' });
  });
});

describe('Redis', () => {
  it('killed and started again: workers come back, callers are told in the meantime', async () => {
    const handled: string[] = [];
    consume(({ shardId }) => {
      handled.push(shardId);
      return Promise.resolve(done);
    });
    await producer.add([job(1)]);
    await waitFor(() => expect(handled).toEqual(['shard1']));
    await redis.kill();
    await expect(producer.add([job(2)])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(producer.counts()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await redis.restart();
    await waitFor(() => producer.add([job(2)]));
    await waitFor(() => expect(handled).toContain('shard2'));
    await waitFor(async () => expect(await producer.workersCount()).toBe(1));
  });

  it('wiped: jobs are absent, and can be added and handled as before', async () => {
    const handled: string[] = [];
    consume(({ shardId }) => {
      handled.push(shardId);
      return Promise.resolve(done);
    });
    await producer.add([job(1)]);
    await waitFor(() => expect(handled).toEqual(['shard1']));
    await redis.flush();
    expect(await standing('sw-1_shard1')).toEqual({ state: 'absent' });
    await producer.add([job(1)]);
    await waitFor(() => expect(handled).toEqual(['shard1', 'shard1']));
  });

  it('stopped while a worker stops: the worker does not wait for it', async () => {
    const consumer = consume(() => Promise.resolve(done));
    await sleep(200);
    await redis.kill();
    const before = performance.now();
    await consumer.stop(300);
    expect(performance.now() - before).toBeLessThan(2000);
    await redis.restart();
  });
});

describe('counting', () => {
  it('knows how many workers there are and what waits', async () => {
    consume(untilAborted(vi.fn()));
    consume(untilAborted(vi.fn()));
    await producer.add([1, 2, 3, 4, 5].map((index) => job(index)));
    await waitFor(async () => {
      expect(await producer.workersCount()).toBe(2);
      expect(await producer.counts()).toEqual({ waiting: 1, active: 4, delayed: 0, failed: 0 });
    });
  });
});
