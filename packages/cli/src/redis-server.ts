import { execFile, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DrivesweepError } from '@drivesweep/contracts';

/** Where the local Redis is; the same before and after a restart. */
export interface RedisPlace {
  readonly port: number;
  readonly password: string;
  readonly url: string;
}

/** @throws TOOL_MISSING with the command that installs it. */
export async function requireRedisServer(): Promise<void> {
  const executable = process.env['DRIVESWEEP_REDIS_SERVER'] || 'redis-server';
  try {
    await promisify(execFile)(executable, ['--version']);
  } catch (cause) {
    const install =
      platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install -y redis-server';
    throw new DrivesweepError('TOOL_MISSING', `${executable} is not installed or does not start`, {
      hint: `install it with: ${install} (or name its path in DRIVESWEEP_REDIS_SERVER)`,
      cause,
    });
  }
}

/** A free port of this machine and a password of our own, so that nobody else on the machine can talk to it. */
export async function chooseRedisPlace(): Promise<RedisPlace> {
  const port = await freePort();
  const password = randomBytes(16).toString('hex');
  return { port, password, url: `redis://:${password}@127.0.0.1:${port}` };
}

/** Starts redis-server under its guard; see redis-guard.ts. */
export function spawnRedisServer(place: RedisPlace, log: number): ChildProcess {
  return fork(fileURLToPath(new URL('./redis-guard.js', import.meta.url)), [], {
    env: {
      ...process.env,
      DRIVESWEEP_GUARDED_PORT: String(place.port),
      DRIVESWEEP_GUARDED_PASSWORD: place.password,
    },
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new DrivesweepError('INTERNAL', 'a listening server has no port'));
      });
    });
  });
}
