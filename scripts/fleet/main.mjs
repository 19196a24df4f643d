// node scripts/fleet/main.mjs busy [--engines 64] [--window-ms 100] [--windows 50] [--seconds 60]
// node scripts/fleet/main.mjs plan [--shards 1000000] [--per-drive 1]
//
// busy: so many simulated engines on one coordinator and one Redis: how much of their time do they compute?
// plan: a sweep of so many shards is submitted, planned and fed with no worker there: how long, and how much memory?
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WINDOWS_PER_SHARD } from '@drivesweep/contracts';
import { openCoordinator } from '../bench/coordinator-only.mjs';
import { usedMemory, writeIndex } from '../bench/redis-memory.mjs';
import { busyRatio, startEngines } from './engines.mjs';

const OUT = fileURLToPath(new URL('../../bench-out/fleet/', import.meta.url));
/** Engines that start one after the other are all at work after so long. */
const WARM_UP_MS = 10_000;
const FIRST_T0_US = 5_100_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engines: { type: 'string', default: '64' },
    'window-ms': { type: 'string', default: '100' },
    windows: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    shards: { type: 'string', default: '1000000' },
    'per-drive': { type: 'string', default: '1' },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);

const sweepOf = (folder, windows) => ({
  name: 'fleet',
  policy: 'kinematic:constant-velocity',
  dataset: { layout: 'physicalai-av', uri: folder },
  windows: { at_us: Array.from({ length: windows }, (_, i) => FIRST_T0_US + i * 1000) },
});

/** Resident bytes of a process. */
function rssOf(pid) {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) * 1024;
}

function emptyFolder(name) {
  const folder = `${OUT}${name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function busy() {
  const [engines, windowMs, windows] = [values.engines, values['window-ms'], values.windows].map(
    Number,
  );
  const seconds = Number(values.seconds);
  const shardMs = windows * windowMs;
  const folder = emptyFolder('busy');
  // Enough that nobody runs out while it is measured.
  const shards = Math.ceil((engines * (seconds * 1000 + 3 * WARM_UP_MS)) / shardMs);
  writeIndex(`${folder}/drives`, shards);
  const coordinator = await openCoordinator(`${folder}/store`);
  try {
    const { sweepId } = await coordinator.submit(sweepOf(`${folder}/drives`, windows));
    const { spans, stop } = startEngines({
      count: engines,
      redisUrl: `redis://127.0.0.1:${coordinator.redisPort}`,
      storeUri: `${folder}/store`,
      sweepId,
      windows,
      windowMs,
    });
    while (new Set(spans.map(({ engine }) => engine)).size < engines) await sleep(100);
    await sleep(WARM_UP_MS);
    const fromMs = performance.now();
    await sleep(seconds * 1000);
    const toMs = performance.now();
    // Spans are told when they end.
    await sleep(2 * shardMs);
    const ratio = busyRatio({ spans, engines, shardMs, fromMs, toMs });
    const { shards: progress } = await coordinator.status(sweepId);
    await stop();
    say(
      `${engines} engines of ${windowMs} ms, shards of ${windows} windows: busy ${(ratio * 100).toFixed(2)} % over ${seconds} s; ` +
        `${progress.committed} shards committed`,
    );
    return ratio >= 0.99;
  } finally {
    await coordinator.stop();
  }
}

async function plan() {
  const results = [];
  const perDrive = Number(values['per-drive']);
  // One window makes one shard; more shards of a drive are whole ones.
  const windows = perDrive === 1 ? 1 : perDrive * WINDOWS_PER_SHARD;
  for (const shards of [Math.round(Number(values.shards) / 10), Number(values.shards)]) {
    const folder = emptyFolder(`plan-${shards}`);
    writeIndex(`${folder}/drives`, shards / perDrive);
    const coordinator = await openCoordinator(`${folder}/store`);
    try {
      const start = performance.now();
      const { sweepId } = await coordinator.submit(sweepOf(`${folder}/drives`, windows));
      const submittedS = (performance.now() - start) / 1000;
      let [redis, rss] = [0, 0];
      let plannedS = null;
      for (let fed = 0; fed < 30;) {
        redis = Math.max(redis, await usedMemory(coordinator.redisPort));
        rss = Math.max(rss, rssOf(coordinator.pid));
        const { state, shards: progress } = await coordinator.status(sweepId);
        if (state === 'refused') throw new Error('the sweep was refused');
        if (state === 'running' && progress.inFlight > 0) {
          plannedS ??= (performance.now() - start) / 1000;
          fed += 1;
        }
        await sleep(100);
      }
      const restingRss = rssOf(coordinator.pid);
      const mb = (bytes) => Number((bytes / 1e6).toFixed(1));
      const result = {
        shards,
        drives: shards / perDrive,
        submittedS: Number(submittedS.toFixed(1)),
        plannedAndFedS: Number(plannedS.toFixed(1)),
        redisPeakMb: mb(redis),
        coordinatorPeakMb: mb(rss),
        coordinatorAfterMb: mb(restingRss),
      };
      say(JSON.stringify(result));
      results.push(result);
    } finally {
      await coordinator.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const [, large] = results;
  return large.submittedS <= 60 && large.redisPeakMb <= 1.1 * results[0].redisPeakMb;
}

const parts = { busy, plan };
const part = parts[positionals[0] ?? 'busy'];
if (!part) throw new Error(`expected one of ${Object.keys(parts).join(', ')}`);
process.exitCode = (await part()) ? 0 : 1;
