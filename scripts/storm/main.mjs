// node scripts/storm/main.mjs [--shards 500] [--workers 3] [--every-ms 2500] [--lock-ms 4000] [--seed 1] [--json]
//
// The same sweep twice: once in calm, once while a random process of the cluster is killed or stopped every few seconds
// and Redis is emptied once. Ends with exit code 0 when the storm changed nothing: the sweep is complete, every window is
// there exactly once, and the scorecard is the same to the byte.
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster.mjs';
import { sweepOf, writeDrives } from './dataset.mjs';
import { flushRedis, hit, randomOf } from './faults.mjs';
import { outcomeOf, workOf } from './outcome.mjs';

const { values } = parseArgs({
  options: {
    shards: { type: 'string', default: '500' },
    workers: { type: 'string', default: '3' },
    'every-ms': { type: 'string', default: '2500' },
    'lock-ms': { type: 'string', default: '4000' },
    'flush-after': { type: 'string', default: '5' },
    'within-s': { type: 'string', default: '1800' },
    seed: { type: 'string', default: '1' },
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../bench-out/storm', import.meta.url)),
    },
    json: { type: 'boolean', default: false },
  },
});
const shards = Number(values.shards);
const lockMs = Number(values['lock-ms']);
const say = (text) => process.stderr.write(`${text}\n`);
const ENDED = ['complete', 'partial', 'refused', 'cancelled'];

/** Runs the sweep over an empty store; `during` is called again and again until it has ended. */
async function run(name, during) {
  const store = `${values.out}/${name}`;
  rmSync(store, { recursive: true, force: true });
  mkdirSync(store, { recursive: true });
  const start = performance.now();
  const cluster = await startCluster({
    store,
    workers: Number(values.workers),
    env: {
      DRIVESWEEP_LOCK_MS: String(lockMs),
      DRIVESWEEP_STALLED_CHECK_MS: '1000',
      DRIVESWEEP_ENGINE_THREADS: '1',
    },
  });
  try {
    const sweepId = await cluster.submit(
      sweepOf(`${values.out}/drives-${shards}`, `storm-${shards}`),
    );
    const state = await untilEnded(cluster, sweepId, during);
    const seconds = (performance.now() - start) / 1000;
    say(`${name}: ${state} after ${seconds.toFixed(1)} s`);
    const work = workOf(cluster.logFolder());
    return { seconds, ...(await outcomeOf(store, sweepId)), work };
  } catch (thrown) {
    say(cluster.told());
    throw thrown;
  } finally {
    await cluster.stop();
  }
}

async function untilEnded(cluster, sweepId, during) {
  const start = performance.now();
  let shown = 0;
  for (;;) {
    if (cluster.ended) throw new Error('the cluster was given up');
    if (performance.now() - start > Number(values['within-s']) * 1000) {
      throw new Error(`the sweep has not ended after ${values['within-s']} s`);
    }
    const status = await cluster.status(sweepId);
    if (status && ENDED.includes(status.state)) return status.state;
    if (status && performance.now() - shown > 10_000) {
      shown = performance.now();
      say(`  ${status.state}: ${status.shards.committed} of ${status.shards.total} shards`);
    }
    await during(cluster);
  }
}

/** Faults until the sweep has ended; at most the last ones are still going on then. */
async function storm() {
  const random = randomOf(Number(values.seed));
  const pending = new Set();
  const faults = {};
  let count = 0;
  let flushed = false;
  const result = await run('storm', async (cluster) => {
    await sleep(Number(values['every-ms']) * (0.5 + random()));
    const done = hit(random, cluster, lockMs, pending);
    if (done === null) return;
    count += 1;
    const name = `${done.role} ${done.how}`;
    faults[name] = (faults[name] ?? 0) + 1;
    if (count >= Number(values['flush-after']) && !flushed) flushed = await flushRedis(cluster);
  });
  await Promise.all(pending);
  return { ...result, faults, faultCount: count, redisFlushed: flushed };
}

writeDrives(`${values.out}/drives-${shards}`, shards);
const calm = await run('calm', () => sleep(500));
const stormy = await storm();
const wasted = stormy.work.started - stormy.counts.ok;
const report = {
  calm,
  storm: stormy,
  wastedWindows: wasted,
  wastedShare: Number((wasted / stormy.work.started).toFixed(4)),
  checks: {
    complete: stormy.outcome === 'complete',
    everyWindowOnce: stormy.windows === stormy.counts.expected && stormy.windowsTwice === 0,
    sameScorecard: stormy.scorecardSha256 === calm.scorecardSha256,
    redisFlushed: stormy.redisFlushed,
  },
};
say(
  `${stormy.faultCount} faults in ${stormy.seconds.toFixed(0)} s (calm: ${calm.seconds.toFixed(0)} s), ` +
    `${stormy.windows} windows, ${(report.wastedShare * 100).toFixed(1)} % of the computing wasted`,
);
say(JSON.stringify(report.checks));
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = Object.values(report.checks).every(Boolean) ? 0 : 1;
