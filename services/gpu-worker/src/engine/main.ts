import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asDrivesweepError } from '@drivesweep/contracts';
import type { DatasetRef } from '@drivesweep/contracts';
import { createFrameDecoder, openDriveReader } from '@drivesweep/drives';
import {
  openObjectStore,
  parseRoots,
  restrictToRoots,
  s3OptionsFromEnv,
} from '@drivesweep/object-store';
import { onnxRuntimeVersion, probeProvider } from '@drivesweep/policy-onnx';
import { readEngineConfig } from '../config.ts';
import { fromPlainError, toPlainError } from '../plain-error.ts';
import type { EngineReport, EngineRequest } from '../protocol.ts';
import { RecentlyUsed } from '../recently-used.ts';
import { BatchLimits } from '../batch-limits.ts';
import { Engine } from './engine.ts';
import { policyLoader, PolicyShelf } from './policy-shelf.ts';
import { warmUp } from './warm-up.ts';

/*
 * The engine process: what may block, crash or have to be killed. It is started by the worker with an IPC channel, and ends
 * when it is told to close or when the worker is gone. Signals are for the worker, which tells the engine what to do.
 */

/** Often enough for metrics; far more often than the worker's patience. */
const BEAT_MS = 250;
/** How long to tidy up when the worker is gone; then end anyway, without waiting for a run that cannot be stopped. */
const LAST_WORDS_MS = 2_000;
const POLICIES = 2;
const DATASETS = 4;

const config = readEngineConfig(process.env);
const s3 = s3OptionsFromEnv(process.env);
const openStore = restrictToRoots(parseRoots(config.DRIVESWEEP_ALLOWED_ROOTS), (uri) =>
  openObjectStore(uri, { s3 }),
);
const nowMs = () => performance.now();
const report = (message: EngineReport) => void process.send?.(message);
/** Resolves when the worker has it, or cannot get it any more. */
const reported = (message: EngineReport) =>
  new Promise<void>((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });

const runtime = {
  provider: config.DRIVESWEEP_PROVIDER,
  deviceId: config.DRIVESWEEP_DEVICE_ID,
  threads: config.DRIVESWEEP_ENGINE_THREADS ?? null,
  cacheDir: join(config.DRIVESWEEP_SCRATCH, 'bundles'),
};
const policies = new PolicyShelf(policyLoader(openStore, runtime), POLICIES);
const datasets = new RecentlyUsed<ReturnType<typeof openDataset>>(
  DATASETS,
  ({ decoder }) => void decoder.close(),
);
const limits = new BatchLimits();
const engine = new Engine({
  policies,
  openDataset: (dataset) =>
    datasets.get(`${dataset.fingerprint} ${dataset.uri}`, () => openDataset(dataset)),
  nowMs,
  readyBytes: config.DRIVESWEEP_ENGINE_READY_MIB * 2 ** 20,
  limits,
  onOutOfMemory({ policy, windows, limit, message }) {
    // What onnxruntime took of a device stays taken, in pieces of the wrong size, until the process ends.
    const renew = policy.provider !== 'cpu' && policy.provider !== 'none';
    const { name } = policy.ref;
    const found = { policy: name, windows, limit, limits: limits.known(), message, renew };
    const told = reported({ kind: 'out-of-memory', ...found });
    if (renew) void told.then(() => end(0));
    return renew ? 'stop' : 'go-on';
  },
});
const software = {
  drivesweep: versionOf('../../package.json'),
  node: process.versions.node,
  onnxruntime: onnxRuntimeVersion(),
};

/** Shards that are computed now. */
const held = new Map<number, { readonly abort: AbortController; answered: number }>();

function openDataset({ layout, uri }: DatasetRef) {
  const store = openStore(uri);
  const decoder = createFrameDecoder({
    store,
    scratchDir: join(config.DRIVESWEEP_SCRATCH, config.DRIVESWEEP_WORKER_ID, 'media'),
    ffmpeg: config.DRIVESWEEP_FFMPEG,
    ffprobe: config.DRIVESWEEP_FFPROBE,
  });
  return { reader: openDriveReader(store, layout), decoder };
}

function versionOf(manifest: string): string {
  const { version } = createRequire(import.meta.url)(manifest) as { version: string };
  return version;
}

async function compute(request: Extract<EngineRequest, { kind: 'compute' }>): Promise<void> {
  const { id, sweep, shard } = request;
  const one = { abort: new AbortController(), answered: 0 };
  held.set(id, one);
  try {
    const computed = await engine.compute(sweep, shard, one.abort.signal, () => {
      one.answered += 1;
    });
    report({ kind: 'done', id, answer: { ...computed, software } });
  } catch (thrown) {
    report({ kind: 'failed', id, error: toPlainError(thrown) });
    // A runtime that failed once (a broken device) is not trusted again: the worker starts a new engine.
    if (asDrivesweepError(thrown).code === 'POLICY_RUN_FAILED') void end(1);
  } finally {
    held.delete(id);
  }
}

function beat(): void {
  const answered = [...held].map(([id, one]) => ({ id, windows: one.answered }));
  const readings = engine.takeReadings();
  const memory = { ...readings.memory, rss: process.memoryUsage.rss() };
  report({ kind: 'beat', ...readings, memory, answered });
}

async function end(code: number): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_WORDS_MS);
  beat();
  await Promise.allSettled(datasets.values().map(({ decoder }) => decoder.close()));
  await policies.close();
  // Leaving while onnxruntime runs in its thread would abort with a core dump.
  if (held.size > 0) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => void end(0));
process.on('message', (request: EngineRequest) => {
  switch (request.kind) {
    case 'compute':
      void compute(request);
      return;
    case 'abort':
      held.get(request.id)?.abort.abort(fromPlainError(request.error));
      return;
    case 'limits':
      limits.learn(request.limits);
      return;
    case 'close':
      void end(0);
  }
});
try {
  await probeProvider(runtime);
  const warm = config.DRIVESWEEP_WARM_BUNDLE;
  if (warm !== undefined) await warmUp(openStore(warm), runtime);
  setInterval(beat, BEAT_MS);
  report({ kind: 'ready' });
} catch (thrown) {
  report({ kind: 'unfit', error: toPlainError(thrown) });
}
