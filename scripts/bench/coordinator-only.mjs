// A coordinator with its own Redis and no worker, for benchmarks of planning and feeding.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { coordinatorApi, freePort } from './api.mjs';

export async function openCoordinator(store, env = {}) {
  const redisPort = await freePort();
  const redisArgs = [
    '--port',
    String(redisPort),
    '--save',
    '',
    '--appendonly',
    'no',
    '--bind',
    '127.0.0.1',
  ];
  const redis = spawn('redis-server', redisArgs, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of redis.stdout) if (/ready to accept/i.test(chunk)) break;

  const main = fileURLToPath(import.meta.resolve('@drivesweep/coordinator/main'));
  const child = fork(main, {
    env: {
      ...process.env,
      ...env,
      DRIVESWEEP_STORE: store,
      DRIVESWEEP_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      DRIVESWEEP_HTTP_PORT: '0',
      DRIVESWEEP_LOG_LEVEL: 'warn',
    },
  });
  const [ready] = await once(child, 'message');
  return {
    redisPort,
    pid: child.pid,
    ...coordinatorApi(`http://127.0.0.1:${ready.httpPort}`),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      redis.kill('SIGTERM');
      if (redis.exitCode === null && redis.signalCode === null) await once(redis, 'exit');
    },
  };
}
