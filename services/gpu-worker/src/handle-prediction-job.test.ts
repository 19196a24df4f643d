import { beforeEach, describe, expect, it } from 'vitest';
import {
  DrivesweepError,
  encodePlanChunk,
  keys,
  NO_REALTIME,
  shardsOfDrive,
} from '@drivesweep/contracts';
import type { PredictionJob, PredictionRow } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import { createMetrics } from '@drivesweep/service-kit';
import { buildOkPrediction, buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { createPredictionJobHandler } from './handle-prediction-job.ts';
import type { ShardComputer } from './handle-prediction-job.ts';
import { createTelemetry } from './telemetry.ts';

const SPEC = buildSpec();
const { sweepId } = SPEC;
const [SHARD] = shardsOfDrive({ driveId: 'drive', t0Us: [1, 2], verdict: null }, 0);
if (!SHARD) throw new Error('a drive with windows has a shard');
const JOB: PredictionJob = { v: 1, sweepId, shardId: SHARD.shardId, index: 0 };
const COMMIT_KEY = keys.predictionCommit(sweepId, SHARD.shardId);

const ROWS: readonly PredictionRow[] = [
  buildOkPrediction(1),
  {
    windowId: 'drive@2',
    driveId: 'drive',
    t0Us: 2,
    facts: {},
    status: 'error',
    code: 'FRAME_MISSING',
    message: 'no frame',
  },
];

const REALTIME = { one: { inside: 1, outside: 0 }, many: { inside: 0, outside: 3 } };

let store: MemoryObjectStore;
let metrics: ReturnType<typeof createMetrics>;
beforeEach(async () => {
  store = new MemoryObjectStore();
  metrics = createMetrics({ service: 'test' });
  await store.put(keys.spec(sweepId), new TextEncoder().encode(JSON.stringify(SPEC)));
  await store.put(keys.planChunk(sweepId, 0), encodePlanChunk([SHARD]));
});

const answering: ShardComputer = {
  compute: () =>
    Promise.resolve({ rows: ROWS, provider: 'cpu', software: { node: '20' }, realtime: REALTIME }),
};

function handle(engine: ShardComputer, attempt = 1, abort = new AbortController()) {
  const telemetry = createTelemetry(metrics);
  const handler = createPredictionJobHandler({ store, engine, telemetry, workerId: 'w1' });
  return handler(JOB, { jobId: 'j', attempt, signal: abort.signal });
}

const partKeys = () => [...store.objects.keys()].filter((key) => key.endsWith('.parquet'));

describe('a prediction job', () => {
  it('becomes one part and one commit that counts its rows', async () => {
    const result = await handle(answering, 3);
    const rows = { expected: 2, ok: 1, error: 1, skipped: 0 };
    expect(result).toEqual({ rows, resumed: false });
    const commit = await readCommit(store, COMMIT_KEY);
    expect(commit).toMatchObject({
      rows,
      errors: { FRAME_MISSING: 1 },
      attempt: 3,
      provider: 'cpu',
    });
    const part = decodePredictionPart(await store.get(commit?.part.key ?? ''));
    expect(part.rows.map(({ windowId, status }) => [windowId, status])).toEqual([
      ['drive@1', 'ok'],
      ['drive@2', 'error'],
    ]);
    expect(part.metadata).toMatchObject({ sweepId, shardId: SHARD.shardId, provider: 'cpu' });
  });

  it('computes nothing when the shard has a commit', async () => {
    await handle(answering);
    const never: ShardComputer = { compute: () => Promise.reject(new Error('was asked')) };
    metrics = createMetrics({ service: 'again' });
    const { resumed, rows } = await handle(never, 2);
    expect([resumed, rows.ok]).toEqual([true, 1]);
    expect(partKeys()).toHaveLength(1);
  });

  it('returns the answer of whoever committed first, and leaves no second part', async () => {
    const first = {
      rows: [ROWS[1], ROWS[1]].flatMap((row) => row ?? []),
      provider: 'cpu',
      software: {},
      realtime: NO_REALTIME,
    };
    const slow: ShardComputer = {
      compute: async () => {
        await handle({ compute: () => Promise.resolve(first) }, 2);
        return answering.compute(SPEC, SHARD, new AbortController().signal);
      },
    };
    // Two handlers of one process cannot register their metrics twice.
    const outer = createMetrics({ service: 'other' });
    const handler = createPredictionJobHandler({
      store,
      engine: slow,
      telemetry: createTelemetry(outer),
      workerId: 'w2',
    });
    const signal = new AbortController().signal;
    const result = await handler(JOB, { jobId: 'j', attempt: 1, signal });
    expect(result.rows).toEqual({ expected: 2, ok: 0, error: 2, skipped: 0 });
    expect(partKeys()).toHaveLength(1);
    expect((await outer.render()).body).toContain('commits_total{outcome="lost"} 1');
  });

  it('commits what was finished though the lock was lost meanwhile', async () => {
    const abort = new AbortController();
    const engine: ShardComputer = {
      compute: (...asked) => {
        abort.abort(new DrivesweepError('LOCK_LOST', 'lost'));
        return answering.compute(...asked);
      },
    };
    await handle(engine, 1, abort);
    expect(await readCommit(store, COMMIT_KEY)).toBeDefined();
  });

  it('writes nothing when the engine crashed, and says why', async () => {
    const crashed = new DrivesweepError('ENGINE_CRASHED', 'gone');
    const engine: ShardComputer = { compute: () => Promise.reject(crashed) };
    await expect(handle(engine)).rejects.toBe(crashed);
    expect(partKeys()).toEqual([]);
    const { body } = await metrics.render();
    expect(body).toContain('shard_failures_total{code="ENGINE_CRASHED"} 1');
    expect(body).toContain('shards_in_flight 0');
  });

  it('counts windows by outcome, once they are committed', async () => {
    await handle(answering);
    const { body } = await metrics.render();
    expect(body).toContain('windows_total{outcome="ok"} 1');
    expect(body).toContain('windows_total{outcome="error"} 1');
    expect(body).toContain('commits_total{outcome="committed"} 1');
    for (const stage of ['encode', 'upload', 'commit']) {
      expect(body).toContain(`stage_seconds_count{stage="${stage}"} 1`);
    }
  });

  it('says in the commit, not in the part, how soon the policy answered', async () => {
    await handle(answering);
    expect((await readCommit(store, COMMIT_KEY))?.realtime).toEqual(REALTIME);
    const { body } = await metrics.render();
    expect(body).toContain('realtime_windows_total{batch="one",inside="yes"} 1');
    expect(body).toContain('realtime_windows_total{batch="many",inside="no"} 3');
  });

  it('refuses an answer that lacks a window', async () => {
    const engine: ShardComputer = {
      compute: () =>
        Promise.resolve({
          rows: ROWS.slice(1),
          provider: 'cpu',
          software: {},
          realtime: NO_REALTIME,
        }),
    };
    await expect(handle(engine)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await readCommit(store, COMMIT_KEY)).toBeUndefined();
  });
});
