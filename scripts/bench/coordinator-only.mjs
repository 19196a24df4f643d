// A coordinator with its own Redis and no worker, for benchmarks of planning and feeding.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

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
  const api = `http://127.0.0.1:${ready.httpPort}`;
  const call = async (path, init) => {
    const answer = await fetch(api + path, init);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    redisPort,
    pid: child.pid,
    submit: (sweepFile) =>
      call('/v1/sweeps', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sweepFile),
      }),
    status: (sweepId) => call(`/v1/sweeps/${sweepId}`),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      redis.kill('SIGTERM');
      if (redis.exitCode === null && redis.signalCode === null) await once(redis, 'exit');
    },
  };
}
