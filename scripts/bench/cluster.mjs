// A running `drivesweep up` for a benchmark, and the few calls of its HTTP API that benchmarks need.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { coordinatorApi, freePort } from './api.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/bin/drivesweep.js', import.meta.url));

async function startCluster({ store, workers, env = {} }) {
  const port = await freePort();
  const args = [CLI, 'up', '--store', store, '--workers', String(workers), '--port', String(port)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  const api = `http://127.0.0.1:${port}`;
  for (let waited = 0; ; waited += 100) {
    if (child.exitCode !== null) throw new Error(`drivesweep up ended: ${told}`);
    const healthy = await fetch(`${api}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) break;
    if (waited > 60_000) throw new Error('drivesweep up was not ready within a minute');
    await sleep(100);
  }
  return {
    ...coordinatorApi(api),
    /** Share of the seconds with work in which the engine of the first worker was busy, over its whole life. */
    async engineBusyRatio() {
      const url = /gpu-worker-1: (\S+)/.exec(told)?.[1];
      const text = await fetch(url).then((answer) => answer.text());
      const value = (name) =>
        Number(new RegExp(`^drivesweep_${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
      return Number(
        (value('engine_busy_seconds_total') / value('engine_active_seconds_total')).toFixed(4),
      );
    },
    async stop() {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/**
 * One sweep on a cluster of its own, with one worker whose engine has one thread: how it ended, how many seconds it took
 * from its submission to its scorecard, and the engine's busy ratio.
 */
export async function timedSweep(store, sweep) {
  const env = { DRIVESWEEP_ENGINE_THREADS: '1' };
  const cluster = await startCluster({ store, workers: 1, env });
  try {
    const start = performance.now();
    const { sweepId } = await cluster.submit(sweep);
    const status = await ended(cluster, sweepId);
    const seconds = (performance.now() - start) / 1000;
    return { status, seconds, busy: await cluster.engineBusyRatio() };
  } finally {
    await cluster.stop();
  }
}

async function ended(cluster, sweepId) {
  for (;;) {
    const status = await cluster.status(sweepId);
    if (status.state === 'complete' || status.state === 'partial') return status;
    if (status.state === 'refused') throw new Error(`sweep refused: ${status.message}`);
    await sleep(100);
  }
}
