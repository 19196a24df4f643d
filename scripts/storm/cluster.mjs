// A local cluster to be hit: `drivesweep up`, its log folder, and an API that may be away.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { coordinatorApi, freePort } from '../bench/api.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/bin/drivesweep.js', import.meta.url));
const ANSWER_MS = 3_000;

export async function startCluster({ store, workers, env }) {
  const port = await freePort();
  const args = [CLI, 'up', '--store', store, '--workers', String(workers), '--port', String(port)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  const api = coordinatorApi(`http://127.0.0.1:${port}`);
  /** The answer, or null when there is none in time: whoever should answer may be dead or stopped. */
  const ask = (call) => Promise.race([call().catch(() => null), sleep(ANSWER_MS, null)]);
  return {
    pid: child.pid,
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    told: () => told,
    logFolder: () => /^logs: (.+)$/m.exec(told)?.[1],
    /** Until it is taken: the same file is the same sweep, so asking again does no harm. */
    async submit(file, withinMs = 180_000) {
      for (const start = performance.now(); performance.now() - start < withinMs;) {
        if (this.ended) throw new Error(`drivesweep up ended: ${told}`);
        const answer = await ask(() => api.submit(file));
        if (answer !== null) return answer.sweepId;
        await sleep(200);
      }
      throw new Error(`the sweep was not taken: ${told}`);
    },
    status: (sweepId) => ask(() => api.status(sweepId)),
    async stop() {
      child.kill('SIGINT');
      if (!this.ended) await once(child, 'exit');
    },
  };
}
