import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_TIMEOUT_MS = 10_000;

export interface RedisServerOptions {
  /** `tcp` on a free port of 127.0.0.1, or a unix socket. */
  readonly on?: 'tcp' | 'unix';
  /** Keeps an append-only file, so that a restart finds the data again. */
  readonly durable?: boolean;
}

/** A real redis-server of one's own, which a test may kill. */
export interface RedisServer {
  /** `redis://127.0.0.1:port`, or the path of the socket. */
  readonly url: string;
  /** As the kernel does it: no goodbye, nothing saved that was not saved already. */
  kill(): Promise<void>;
  /** Starts again at the same address. */
  restart(): Promise<void>;
  /** Forgets everything. */
  flush(): Promise<void>;
  /** Sends one command and returns the raw answer: `['DBSIZE']` -> `:3`. */
  command(words: readonly string[]): Promise<string>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** Starts `redis-server`, which must be installed, and waits until it answers. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'drivesweep-redis-'));
  const socket = join(folder, 'redis.sock');
  const port = options.on === 'unix' ? 0 : await freePort();
  const address = options.on === 'unix' ? { path: socket } : { host: '127.0.0.1', port };
  const settings = [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ...(options.on === 'unix' ? [['--unixsocket', socket]] : []),
    ['--dir', folder],
    ['--save', ''],
    ['--appendonly', options.durable === true ? 'yes' : 'no'],
    ['--maxmemory-policy', 'noeviction'],
  ];
  let child = await launch(settings.flat());
  return {
    url: options.on === 'unix' ? socket : `redis://127.0.0.1:${port}`,
    kill: () => end(child, 'SIGKILL'),
    async restart() {
      child = await launch(settings.flat());
    },
    async flush() {
      await send(address, ['FLUSHALL']);
    },
    command: (words) => send(address, words),
    async stop() {
      await end(child, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The line is "Ready to accept" for TCP and "ready to accept" for a unix socket. */
async function launch(settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.env['DRIVESWEEP_REDIS_SERVER'] || 'redis-server', settings, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    let seen = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`redis-server was not ready in ${START_TIMEOUT_MS} ms: ${seen}`));
    }, START_TIMEOUT_MS);
    child.stdout.on('data', (text: Buffer) => {
      seen = (seen + text.toString()).slice(-4000);
      if (/ready to accept/i.test(seen)) {
        clearTimeout(timer);
        resolve();
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`redis-server ended with ${String(code)}: ${seen}`));
    });
  });
  await ready;
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** One command over a connection of its own, in Redis' own protocol, so that tests need no client library. */
async function send(
  address: { readonly path: string } | { readonly host: string; readonly port: number },
  words: readonly string[],
): Promise<string> {
  const connection = connect(address);
  await once(connection, 'connect');
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  connection.write(`*${words.length}\r\n${parts.join('')}`);
  const answer = await once(connection, 'data');
  connection.destroy();
  return String(answer[0]).trimEnd();
}
