import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  DrivesweepError,
  keys,
  manifestEntrySchema,
  predictionJobSchema,
  QUEUES,
  scoreJobSchema,
  sweepFileSchema,
} from '@drivesweep/contracts';
import type {
  JobConsumer,
  JobResult,
  Manifest,
  PredictionJob,
  Scorecard,
  ScoreJob,
  Shard,
} from '@drivesweep/contracts';
import { commitPart, readCommit } from '@drivesweep/object-store';
import { openJobConsumer, openJobProducer } from '@drivesweep/queue-bullmq';
import type { JobProducer, QueueTiming } from '@drivesweep/queue-bullmq';
import { createLogger, createMetrics } from '@drivesweep/service-kit';
import { buildPhysicalAi, MemoryObjectStore, startRedisServer } from '@drivesweep/testkit';
import type { RedisServer } from '@drivesweep/testkit';
import { Coordinator } from './coordinator.ts';
import { PlanReader } from './plan-reader.ts';
import { SweepStore } from './sweep-store.ts';
import { createTelemetry } from './telemetry.ts';

const DRIVES = 60;
const WINDOWS_PER_DRIVE = 3;
const timing: Partial<QueueTiming> = {
  lockDurationMs: 2000,
  stalledIntervalMs: 500,
  backoffMs: 20,
  beatMs: 500,
};
const waitFor = <T>(claim: () => T | Promise<T>) =>
  vi.waitFor(claim, { timeout: 30_000, interval: 20 });

const dataset = new MemoryObjectStore();
let redis: RedisServer;
let prefix: string;
let tests = 0;

/** One test's cluster: its own store and prefix, any number of coordinators one after the other, and workers. */
let store: MemoryObjectStore;
let sweeps: SweepStore;
let worker: Worker;
const stops: (() => Promise<unknown>)[] = [];
const stopOf = new Map<Coordinator, () => Promise<unknown>>();

beforeAll(async () => {
  redis = await startRedisServer({ durable: true });
  const drives = Array.from({ length: DRIVES }, (_, n) => ({
    driveId: `drive-${String(n).padStart(4, '0')}`,
    chunk: 0,
    egomotionUs: null,
  }));
  for (const [key, bytes] of buildPhysicalAi(drives)) dataset.objects.set(key, bytes);
});
afterAll(() => redis.stop());
beforeEach(() => {
  prefix = `test${++tests}`;
  store = new MemoryObjectStore();
  sweeps = new SweepStore(store);
  worker = new Worker();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Does what a worker and a metrics service do, with rows that hold nothing. */
class Worker {
  delayMs = 2;
  /** Shards that fail, by drive, with this code. */
  readonly failing = new Map<string, DrivesweepError>();
  /** Windows of these drives become rows with status error. */
  readonly erroneous = new Set<string>();
  /** How often the predictions of a shard were computed from the start to a commit of its own. */
  readonly committed = new Map<string, number>();
  readonly order: string[] = [];
  #consumers: JobConsumer[] = [];

  start(): void {
    const common = { redisUrl: redis.url, prefix, timing, concurrency: 2 };
    this.#consumers = [
      openJobConsumer({
        ...common,
        queue: QUEUES.predictions,
        schema: predictionJobSchema,
        handler: (job, attempt) => this.#predict(job, attempt.signal),
      }),
      openJobConsumer({
        ...common,
        queue: QUEUES.scores,
        schema: scoreJobSchema,
        handler: (job) => this.#score(job),
      }),
    ];
    stops.push(() => this.stop(200));
  }

  async stop(graceMs: number): Promise<void> {
    await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.stop(graceMs)));
  }

  async #predict(job: PredictionJob, signal: AbortSignal): Promise<JobResult> {
    const { sweepId, shardId } = job;
    const commitKey = keys.predictionCommit(sweepId, shardId);
    const done = await readCommit(store, commitKey);
    if (done) return { rows: done.rows, resumed: true };
    const index = await sweeps.readPlanIndex(sweepId);
    if (!index) throw new Error('a job before its plan');
    const shard = await new PlanReader(store, index).shard(job.index);
    const failure = this.failing.get(shard.driveId);
    await sleep(this.delayMs, undefined, { signal });
    if (failure) throw failure;
    this.order.push(sweepId);
    return this.#commit(
      commitKey,
      keys.predictionPart(sweepId, shardId, 1, randomUUID()),
      job,
      shard,
    );
  }

  async #commit(
    commitKey: string,
    partKey: string,
    { sweepId, shardId }: { sweepId: string; shardId: string },
    shard: Shard,
  ): Promise<JobResult> {
    const expected = shard.t0Us.length;
    const error = this.erroneous.has(shard.driveId) ? expected : 0;
    const { commit, outcome } = await commitPart({
      store,
      commitKey,
      part: { key: partKey, bytes: new Uint8Array(8) },
      commit: {
        schema: 'commit/1',
        sweepId,
        shardId,
        rows: { expected, ok: expected - error, error, skipped: 0 },
        errors: error > 0 ? { CAMERA_MISSING: error } : {},
        writer: randomUUID(),
        attempt: 1,
        committedAt: '2026-01-01T00:00:00Z',
        provider: 'none',
        software: {},
      },
    });
    if (outcome === 'committed') {
      this.committed.set(commitKey, (this.committed.get(commitKey) ?? 0) + 1);
    }
    return { rows: commit.rows, resumed: false };
  }

  async #score({ sweepId, scoringId, task }: ScoreJob): Promise<JobResult> {
    const manifest = await sweeps.readManifest(sweepId);
    if (task.kind === 'scorecard' && manifest) {
      await store.put(keys.scorecard(sweepId, scoringId), encodeScorecard(manifest, scoringId));
      return { rows: { expected: 0, ok: 0, error: 0, skipped: 0 }, resumed: false };
    }
    if (task.kind === 'scorecard') throw new DrivesweepError('SWEEP_STATE', 'not sealed');
    const { shardId } = task;
    const predictions = await readCommit(store, keys.predictionCommit(sweepId, shardId));
    if (!predictions)
      throw new DrivesweepError('OBJECT_NOT_FOUND', 'scored before it was predicted');
    const key = keys.scoreCommit(sweepId, scoringId, shardId);
    await store.putIfAbsent(key, new TextEncoder().encode(JSON.stringify(predictions)));
    return { rows: predictions.rows, resumed: false };
  }
}

function encodeScorecard(manifest: Manifest, scoringId: string): Uint8Array {
  const scorecard: Scorecard = {
    schema: 'scorecard/2',
    sweep: {
      id: manifest.sweepId,
      name: 'test',
      policy: 'test',
      bundleSha256: '0'.repeat(64),
      dataset: 'physicalai-av',
      revision: null,
      fingerprint: '0'.repeat(64),
      samples: 1,
      seed: 0,
      historySteps: 16,
      horizonSteps: 64,
      stepUs: 100_000,
      outcome: manifest.outcome,
    },
    scoringId,
    counts: manifest.counts,
    errors: manifest.errors,
    drives: DRIVES,
    statistics: {
      confidence: 0.95,
      draws: 2000,
      seed: 0,
      minimumWindows: 30,
      minimumDrives: 20,
      quantileRelativeError: 0.005,
    },
    headline: [],
    metrics: [],
    macro: [],
    factsNotSliced: [],
  };
  return new TextEncoder().encode(JSON.stringify(scorecard));
}

async function startCoordinator(): Promise<Coordinator> {
  const producer = <T extends { readonly sweepId: string }>(queue: string): JobProducer<T> =>
    openJobProducer({ redisUrl: redis.url, prefix, queue, timing, commandTimeoutMs: 1000 });
  const predictions = producer<PredictionJob>(QUEUES.predictions);
  const scores = producer<ScoreJob>(QUEUES.scores);
  const coordinator = new Coordinator({
    store: sweeps,
    openStore: () => dataset,
    predictions,
    scores,
    jobsPerWorker: 4,
    logger: createLogger({ service: 'test', level: 'silent' }),
    telemetry: createTelemetry(createMetrics({ service: 'test' })),
    reconcileMs: 300,
    restMs: 50,
  });
  await coordinator.start();
  const stop = async () => {
    await coordinator.stop();
    await Promise.all([predictions.close(), scores.close()]);
  };
  stops.push(stop);
  stopOf.set(coordinator, stop);
  return coordinator;
}

const file = (seed = 0, more: object = {}) =>
  sweepFileSchema.parse({
    name: 'test',
    policy: 'kinematic:constant-velocity',
    dataset: { layout: 'physicalai-av', uri: '/dataset' },
    windows: { at_us: Array.from({ length: WINDOWS_PER_DRIVE }, (_, n) => (n + 20) * 100_000) },
    seed,
    ...more,
  });

/** Every planned window stands in the manifest once, with the part of the commit that counts. */
async function expectSealedExactly(sweepId: string): Promise<Manifest> {
  const manifest = await sweeps.readManifest(sweepId);
  const index = await sweeps.readPlanIndex(sweepId);
  if (!manifest || !index) throw new Error('not sealed');
  const windows = DRIVES * WINDOWS_PER_DRIVE;
  expect(manifest.outcome).toBe('complete');
  expect(manifest.counts).toMatchObject({ expected: windows, missing: 0 });
  expect(manifest.counts.ok + manifest.counts.error + manifest.counts.skipped).toBe(windows);
  const entries = [];
  for (const { key } of manifest.chunks) {
    const text = new TextDecoder().decode(await store.get(key));
    for (const line of text.split('\n').filter(Boolean)) {
      entries.push(manifestEntrySchema.parse(JSON.parse(line)));
    }
  }
  expect(entries.map((entry) => entry.index)).toEqual(Array.from({ length: DRIVES }, (_, n) => n));
  expect(new Set(entries.map((entry) => entry.shardId)).size).toBe(DRIVES);
  for (const entry of entries) {
    const commit = await readCommit(store, keys.predictionCommit(sweepId, entry.shardId));
    expect(entry.part).toEqual(commit?.part);
  }
  return manifest;
}

const stateOf = (coordinator: Coordinator, sweepId: string) => coordinator.status(sweepId).state;
const untilComplete = (coordinator: Coordinator, sweepId: string) =>
  waitFor(() => expect(stateOf(coordinator, sweepId)).toBe('complete'));
const untilCommitted = (coordinator: Coordinator, sweepId: string, shards: number) =>
  waitFor(() =>
    expect(coordinator.status(sweepId).shards.committed).toBeGreaterThanOrEqual(shards),
  );

describe('a sweep', () => {
  it('is planned, computed, sealed exactly, scored, and costs nothing when it is submitted again', async () => {
    const coordinator = await startCoordinator();
    worker.start();
    const { sweepId, created } = await coordinator.submit(file());
    expect(created).toBe(true);
    await untilComplete(coordinator, sweepId);
    await expectSealedExactly(sweepId);
    expect(coordinator.status(sweepId)).toMatchObject({
      state: 'complete',
      message: null,
      counts: { expected: 180, ok: 180, error: 0, skipped: 0 },
      done: 180,
      shards: { total: 60, committed: 60, inFlight: 0, quarantined: 0 },
      scoredShards: 60,
    });
    expect((await coordinator.scorecard(sweepId)).counts.ok).toBe(180);
    const computed = worker.order.length;
    expect(computed).toBe(60);
    expect(await coordinator.submit(file())).toEqual({ sweepId, created: false });
    await sleep(300);
    expect(worker.order).toHaveLength(computed);
  });

  it('never has more than four jobs per worker in Redis', async () => {
    const coordinator = await startCoordinator();
    const watcher = openJobProducer({ redisUrl: redis.url, prefix, queue: QUEUES.predictions });
    stops.push(() => watcher.close());
    worker.delayMs = 10;
    worker.start();
    const { sweepId } = await coordinator.submit(file());
    let most = 0;
    while (stateOf(coordinator, sweepId) !== 'complete') {
      const { waiting, active, delayed } = await watcher.counts();
      most = Math.max(most, waiting + active + delayed);
      await sleep(5);
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('that runs beside another gets the same number of windows', async () => {
    const coordinator = await startCoordinator();
    worker.delayMs = 5;
    const [one, two] = [await coordinator.submit(file(1)), await coordinator.submit(file(2))];
    await waitFor(() => {
      expect(coordinator.status(one.sweepId).shards.total).toBe(DRIVES);
      expect(coordinator.status(two.sweepId).shards.total).toBe(DRIVES);
    });
    worker.start();
    await untilComplete(coordinator, one.sweepId);
    await untilComplete(coordinator, two.sweepId);
    const firstHalf = worker.order.slice(0, DRIVES);
    const ofOne = firstHalf.filter((sweepId) => sweepId === one.sweepId).length;
    expect(Math.abs(ofOne - DRIVES / 2)).toBeLessThanOrEqual(5);
  });
});

describe('whatever dies', () => {
  const cases: [string, (coordinator: Coordinator) => Promise<void>][] = [
    [
      'Redis is killed and comes back',
      async () => {
        await redis.kill();
        await sleep(300);
        await redis.restart();
      },
    ],
    ['Redis is wiped', () => redis.flush()],
    [
      'the worker dies and another comes',
      async () => {
        await worker.stop(0);
        worker.start();
      },
    ],
  ];
  it.each(cases)(
    '%s: the sweep ends complete, and nothing committed is computed again',
    async (_what, disaster) => {
      const coordinator = await startCoordinator();
      worker.delayMs = 15;
      worker.start();
      const { sweepId } = await coordinator.submit(file());
      await untilCommitted(coordinator, sweepId, 10);
      await disaster(coordinator);
      await untilComplete(coordinator, sweepId);
      await expectSealedExactly(sweepId);
      expect([...worker.committed.values()]).toEqual(Array.from({ length: DRIVES }, () => 1));
    },
  );

  it('the coordinator dies and another takes up: the same', async () => {
    const first = await startCoordinator();
    worker.delayMs = 15;
    worker.start();
    const { sweepId } = await first.submit(file());
    await untilCommitted(first, sweepId, 10);
    await stopOf.get(first)?.();
    const second = await startCoordinator();
    await untilComplete(second, sweepId);
    await expectSealedExactly(sweepId);
    expect([...worker.committed.values()]).toEqual(Array.from({ length: DRIVES }, () => 1));
    await stopOf.get(second)?.();
    const third = await startCoordinator();
    expect(third.status(sweepId)).toMatchObject({ state: 'complete', done: 180, scoredShards: 60 });
  });

  it('everything but the store at once: the same', async () => {
    const first = await startCoordinator();
    worker.delayMs = 15;
    worker.start();
    const { sweepId } = await first.submit(file());
    await untilCommitted(first, sweepId, 10);
    await redis.kill();
    await worker.stop(0);
    for (const stop of stops.splice(0).reverse()) await stop();
    await redis.restart();
    await redis.flush();
    const second = await startCoordinator();
    worker.start();
    await untilComplete(second, sweepId);
    await expectSealedExactly(sweepId);
    expect([...worker.committed.values()]).toEqual(Array.from({ length: DRIVES }, () => 1));
  });
});

describe('cancel and resume', () => {
  it('stops within seconds, survives a restart, and goes on where it was', async () => {
    const first = await startCoordinator();
    worker.delayMs = 50;
    worker.start();
    const { sweepId } = await first.submit(file());
    await untilCommitted(first, sweepId, 5);
    const before = performance.now();
    expect((await first.cancel(sweepId)).state).toBe('cancelled');
    expect(performance.now() - before).toBeLessThan(2000);
    await sleep(300);
    const stopped = worker.order.length;
    await sleep(300);
    expect(worker.order).toHaveLength(stopped);
    expect(stopped).toBeLessThan(DRIVES);

    await stopOf.get(first)?.();
    const second = await startCoordinator();
    expect(stateOf(second, sweepId)).toBe('cancelled');
    await sleep(300);
    expect(worker.order).toHaveLength(stopped);

    worker.delayMs = 2;
    expect((await second.resume(sweepId)).state).toBe('running');
    await untilComplete(second, sweepId);
    await expectSealedExactly(sweepId);
    expect([...worker.committed.values()]).toEqual(Array.from({ length: DRIVES }, () => 1));
  });

  it('takes effect although Redis is away, as soon as Redis is back', async () => {
    const coordinator = await startCoordinator();
    worker.delayMs = 50;
    worker.start();
    const { sweepId } = await coordinator.submit(file());
    await untilCommitted(coordinator, sweepId, 5);
    await redis.kill();
    expect((await coordinator.cancel(sweepId)).state).toBe('cancelled');
    await redis.restart();
    const watcher = openJobProducer({ redisUrl: redis.url, prefix, queue: QUEUES.predictions });
    stops.push(() => watcher.close());
    await waitFor(async () => expect((await watcher.counts()).waiting).toBe(0));
    await sleep(500);
    expect(worker.order.length).toBeLessThan(DRIVES);
    expect(stateOf(coordinator, sweepId)).toBe('cancelled');
  });

  it('is refused in a state that does not allow it', async () => {
    const coordinator = await startCoordinator();
    worker.start();
    const { sweepId } = await coordinator.submit(file());
    await untilComplete(coordinator, sweepId);
    await expect(coordinator.cancel(sweepId)).rejects.toMatchObject({ code: 'SWEEP_STATE' });
    await expect(coordinator.resume(sweepId)).rejects.toMatchObject({ code: 'SWEEP_STATE' });
    expect(() => coordinator.status('sw-0000000000000000')).toThrow(/no sweep/);
  });
});

describe('a shard that fails for good', () => {
  it('is quarantined and listed in the seal; resumed when the cause is gone, the next seal is complete', async () => {
    const coordinator = await startCoordinator();
    worker.failing.set('drive-0007', new DrivesweepError('ENGINE_CRASHED', 'out of memory'));
    worker.start();
    const { sweepId } = await coordinator.submit(file());
    await waitFor(() => expect(stateOf(coordinator, sweepId)).toBe('partial'));
    expect(coordinator.status(sweepId)).toMatchObject({
      counts: { expected: 180, ok: 177 },
      shards: { committed: 59, quarantined: 1 },
      message: '1 of 60 shards have no answer (3 windows)',
    });
    const lines = new TextDecoder().decode(await store.get(keys.manifestChunk(sweepId, 1, 0)));
    expect(JSON.parse(lines.split('\n')[7] ?? '')).toMatchObject({
      index: 7,
      part: null,
      rows: { expected: 3, ok: 0 },
      failure: { code: 'ENGINE_CRASHED', message: 'out of memory' },
    });

    worker.failing.clear();
    await coordinator.resume(sweepId);
    await untilComplete(coordinator, sweepId);
    expect(await expectSealedExactly(sweepId)).toMatchObject({ generation: 2, reason: null });
    expect((await coordinator.scorecard(sweepId)).sweep.outcome).toBe('complete');
    expect(worker.order).toHaveLength(DRIVES);
  });
});

describe('an error budget', () => {
  it('that is spent ends the sweep as partial, and a person may go on nevertheless', async () => {
    const coordinator = await startCoordinator();
    for (let n = 0; n < DRIVES; n += 1) worker.erroneous.add(`drive-${String(n).padStart(4, '0')}`);
    worker.delayMs = 10;
    worker.start();
    const { sweepId } = await coordinator.submit(file(3, { error_budget: { count: 9 } }));
    await waitFor(() => expect(stateOf(coordinator, sweepId)).toBe('partial'));
    const { message, counts, errors } = coordinator.status(sweepId);
    expect(message).toMatch(/^ERROR_BUDGET_SPENT: \d+ windows failed, allowed are 9; /);
    expect(counts.error).toBeGreaterThan(9);
    expect(counts.error).toBeLessThan(60);
    expect(errors).toEqual({ CAMERA_MISSING: counts.error });
    await coordinator.resume(sweepId);
    await untilComplete(coordinator, sweepId);
    expect((await expectSealedExactly(sweepId)).counts).toMatchObject({ ok: 0, error: 180 });
  });
});

describe('scoring again', () => {
  it('writes the scorecard anew from the parts', async () => {
    const coordinator = await startCoordinator();
    worker.start();
    const { sweepId } = await coordinator.submit(file());
    await untilComplete(coordinator, sweepId);
    const { scoringId } = coordinator.status(sweepId);
    const key = keys.scorecard(sweepId, scoringId ?? '');
    store.objects.set(key, new TextEncoder().encode('damaged'));
    expect((await coordinator.score(sweepId)).state).toBe('scoring');
    await untilComplete(coordinator, sweepId);
    expect((await coordinator.scorecard(sweepId)).counts.ok).toBe(180);
    expect(worker.order).toHaveLength(DRIVES);
  });
});
