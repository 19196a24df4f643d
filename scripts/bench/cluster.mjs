// A running `drivesweep up` for a benchmark, and the few calls of its HTTP API that benchmarks need.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { coordinatorApi, freePort } from './api.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/bin/drivesweep.js', import.meta.url));

export async function startCluster({ store, workers, env = {} }) {
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

/** Polls until `done(status)`; returns the last status. */
export async function until(cluster, sweepId, done, everyMs = 100) {
  for (;;) {
    const status = await cluster.status(sweepId);
    if (done(status)) return status;
    if (status.state === 'refused') throw new Error(`sweep refused: ${status.message}`);
    await sleep(everyMs);
  }
}
