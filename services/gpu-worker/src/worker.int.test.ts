import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  encodePlanChunk,
  gridT0Us,
  keys,
  predictionJobId,
  QUEUES,
  shardsOfDrive,
} from '@drivesweep/contracts';
import type { PolicyRef, PredictionJob, PredictionRow, Shard } from '@drivesweep/contracts';
import { openDriveReader } from '@drivesweep/drives';
import { openObjectStore, readCommit, readPart } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import { bundleRef, openBundle } from '@drivesweep/policy-onnx';
import { openJobProducer } from '@drivesweep/queue-bullmq';
import type { JobProducer } from '@drivesweep/queue-bullmq';
import {
  buildPhysicalAi,
  buildSpec,
  busyPolicyBundle,
  everyUs,
  startRedisServer,
} from '@drivesweep/testkit';
import type { RedisServer } from '@drivesweep/testkit';

/*
 * The real worker and engine processes on a real Redis and a folder, over a small dataset with real video. Needs what
 * `npm run build` makes, redis-server and ffmpeg.
 */

const MAIN = new URL('../dist/main.js', import.meta.url);
const CAMERA = 'camera_front_wide_120fov';
const GRID = { historySteps: 16, horizonSteps: 8, stepUs: 100_000 };
const DRIVES = ['drive-a', 'drive-b', 'drive-c', 'drive-d', 'drive-e', 'drive-f'];
const DAMAGED = 'drive-c';

let root: string;
let redis: RedisServer;
let producer: JobProducer<PredictionJob>;
let policy: PolicyRef;
let sweepId: string;
let shards: Shard[];
let stores = 0;
let storeFolder: string;
const workers: Worker[] = [];

interface Worker {
  readonly child: ChildProcess;
  readonly port: number;
  /** Of all engines that it started, the youngest last. */
  readonly enginePids: number[];
}

async function put(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

/** 6 s at 10 Hz; the luma of frame N is 3 N above black, of 219 up to white. */
async function makeVideo(): Promise<Uint8Array> {
  const path = join(root, 'video.mp4');
  const ramp = 'color=black:size=64x48:rate=10,geq=lum=16+3*N:cb=128:cr=128';
  const encode = ['-t', '6', '-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p', path];
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', ramp, ...encode]);
  return readFile(path);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'drivesweep-worker-'));
  redis = await startRedisServer();
  producer = openJobProducer({
    redisUrl: redis.url,
    prefix: 'drivesweep',
    queue: QUEUES.predictions,
  });

  const video = await makeVideo();
  const timesUs = everyUs(100_000, 5_900_000);
  const drives = DRIVES.map((driveId) => ({
    driveId,
    chunk: 0,
    egomotionUs: everyUs(10_000, 5_900_000),
    cameras: {
      [CAMERA]: {
        timesUs,
        video: driveId === DAMAGED ? video.map((b, i) => b ^ (i & 255)) : video,
      },
    },
  }));
  await put(join(root, 'data'), buildPhysicalAi(drives));
  const offsetsUs = [-100_000, 0];
  const size = { height: 24, width: 32 };
  const answers = { horizonSteps: GRID.horizonSteps, products: 8 };
  await put(
    join(root, 'bundle'),
    busyPolicyBundle({ cameras: [CAMERA], offsetsUs, ...size, ...answers }),
  );
  policy = bundleRef(await openBundle(openObjectStore(join(root, 'bundle'))), join(root, 'bundle'));
});
afterAll(async () => {
  await producer.close();
  await redis.stop();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  await redis.flush();
  storeFolder = join(root, `store-${++stores}`);
  await plan(stores);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGKILL')));
});

/** Writes spec and plan of a sweep over all drives at 10 Hz. */
async function plan(seed: number): Promise<void> {
  const uri = join(root, 'data');
  const reader = openDriveReader(openObjectStore(uri), 'physicalai-av');
  const { fingerprint } = await reader.describe();
  const dataset = { layout: 'physicalai-av' as const, uri, revision: null, fingerprint };
  const spec = buildSpec({ policy, dataset, seed, ...GRID });
  sweepId = spec.sweepId;
  shards = [];
  for (const driveId of DRIVES) {
    const t0Us = gridT0Us(await reader.readSpan(driveId), { ...GRID, everyUs: 100_000 });
    shards.push(...shardsOfDrive({ driveId, t0Us, verdict: null }, shards.length, 12));
  }
  const store = openObjectStore(storeFolder);
  await store.put(keys.spec(sweepId), new TextEncoder().encode(JSON.stringify(spec)));
  await store.put(keys.planChunk(sweepId, 0), encodePlanChunk(shards));
}

async function startWorker(id: string): Promise<Worker> {
  const child = fork(MAIN, [], {
    execArgv: [],
    env: {
      ...process.env,
      DRIVESWEEP_STORE: storeFolder,
      DRIVESWEEP_REDIS_URL: redis.url,
      DRIVESWEEP_WORKER_ID: id,
      DRIVESWEEP_ENGINE_THREADS: '1',
      DRIVESWEEP_SCRATCH: join(root, 'scratch'),
      DRIVESWEEP_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const enginePids: number[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const pid = /"enginePid":(\d+)/.exec(line)?.[1];
      if (pid !== undefined) enginePids.push(Number(pid));
    });
  }
  const [{ httpPort }] = (await once(child, 'message')) as [{ httpPort: number }];
  const worker = { child, port: httpPort, enginePids };
  workers.push(worker);
  return worker;
}

async function end({ child }: Worker, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

async function submit(): Promise<void> {
  const jobs = shards.map(({ shardId, index }) => {
    const data = { v: 1 as const, sweepId, shardId, index };
    return { jobId: predictionJobId(data), data };
  });
  await producer.add(jobs);
}

async function commits() {
  const store = openObjectStore(storeFolder);
  const found = shards.map((shard) =>
    readCommit(store, keys.predictionCommit(sweepId, shard.shardId)),
  );
  return (await Promise.all(found)).filter((commit) => commit !== undefined);
}

const untilCommits = (count: number) =>
  vi.waitFor(
    async () => {
      const done = (await commits()).length;
      if (done < count) throw new Error(`${done} of ${count} shards are committed`);
    },
    { timeout: 90_000, interval: 50 },
  );

/** Every row of the sweep, in plan order, from the parts that the commits name. */
async function rows(): Promise<PredictionRow[]> {
  const store = openObjectStore(storeFolder);
  const parts = (await commits()).map(async ({ part }) =>
    decodePredictionPart(await readPart(store, part)),
  );
  return (await Promise.all(parts)).flatMap((part) => part.rows);
}

async function partCount(): Promise<number> {
  const parts: string[] = [];
  const store = openObjectStore(storeFolder);
  for await (const { key } of store.list(keys.predictionParts(sweepId))) parts.push(key);
  return parts.length;
}

async function metric({ port }: Worker, name: string): Promise<number> {
  const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = body.split('\n').find((text) => text.startsWith(`drivesweep_${name} `));
  return Number(line?.split(' ')[1]);
}

const plannedIds = () => shards.flatMap(({ driveId, t0Us }) => t0Us.map((t) => `${driveId}@${t}`));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the worker', () => {
  it('gives one row for every window, whatever is wrong with a drive', async () => {
    const worker = await startWorker('one');
    await submit();
    await untilCommits(shards.length);
    const all = await rows();
    expect(all.map(({ windowId }) => windowId)).toEqual(plannedIds());
    for (const row of all) {
      if (row.driveId === DAMAGED) {
        expect(row.status).toBe('error');
        continue;
      }
      if (row.status !== 'ok') throw new Error(`${row.windowId}: ${row.code} ${row.message}`);
      // x = v0 t, and y = m t with the brightness m of the frames at t0 and 0.1 s before: 3 of 219 more in each.
      expect(row.samples[0]?.x[7]).toBeCloseTo(0.8 * row.v0Mps, 3);
      const frame = row.t0Us === null ? NaN : row.t0Us / 100_000;
      const brightness = (3 * (frame + frame - 1)) / 2 / 219;
      expect(row.samples[0]?.y[7]).toBeCloseTo(0.8 * brightness, 2);
    }
    expect(await metric(worker, 'windows_total{outcome="ok"}')).toBe(
      all.filter(({ status }) => status === 'ok').length,
    );
    expect(await metric(worker, 'engine_restarts_total')).toBe(0);
    expect(await partCount()).toBe(shards.length);
  });

  it('gives the same rows with one worker and with three', async () => {
    const results: PredictionRow[][] = [];
    for (const count of [1, 3]) {
      await redis.flush();
      storeFolder = join(root, `store-${++stores}`);
      await plan(99);
      const running = Array.from({ length: count }, (_, i) => startWorker(`w${count}-${i}`));
      await Promise.all(running);
      await submit();
      await untilCommits(shards.length);
      results.push(await rows());
      await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGKILL')));
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('goes on when its engine is killed, and loses and doubles nothing', async () => {
    const worker = await startWorker('crash');
    await submit();
    await untilCommits(1);
    for (let kills = 0; kills < 2; kills++) {
      const done = (await commits()).length;
      process.kill(worker.enginePids.at(-1) ?? 0, 'SIGKILL');
      await untilCommits(Math.min(done + 2, shards.length));
    }
    await untilCommits(shards.length);
    expect((await rows()).map(({ windowId }) => windowId)).toEqual(plannedIds());
    expect(await metric(worker, 'engine_restarts_total')).toBe(2);
    expect(await partCount()).toBe(shards.length);
  });

  it('can be killed itself, with Redis wiped: what was committed is not computed again', async () => {
    const worker = await startWorker('first');
    await submit();
    await untilCommits(3);
    await end(worker, 'SIGKILL');
    const enginePid = worker.enginePids.at(-1) ?? 0;
    await vi.waitFor(() => expect(isRunning(enginePid)).toBe(false), { timeout: 10_000 });
    const before = await commits();
    await redis.flush();
    const second = await startWorker('second');
    await submit();
    await untilCommits(shards.length);
    expect((await rows()).map(({ windowId }) => windowId)).toEqual(plannedIds());
    const kept = (await commits()).filter(({ writer }) => writer.startsWith('first/'));
    expect(kept).toEqual(before);
    await vi.waitFor(async () => {
      expect(await metric(second, 'commits_total{outcome="resumed"}')).toBe(before.length);
    });
  });

  it('gives its shards back when it is told to end, and ends soon', async () => {
    const worker = await startWorker('leaving');
    await submit();
    await untilCommits(1);
    const startedMs = Date.now();
    expect(await end(worker, 'SIGTERM')).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    expect(isRunning(worker.enginePids.at(-1) ?? 0)).toBe(false);
    const counts = await producer.counts();
    expect(counts.active).toBe(0);
    await startWorker('next');
    await untilCommits(shards.length);
    expect((await rows()).map(({ windowId }) => windowId)).toEqual(plannedIds());
  });
});
