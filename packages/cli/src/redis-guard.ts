import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';

/**
 * A process between the CLI and redis-server, so that Redis never outlives the CLI: redis-server itself would not
 * notice that its parent is gone, this process does, by its IPC channel.
 *
 *   starting --Redis answers--> up (the CLI is sent `ready`)
 *   starting, up --Redis exits--> exit 1 (the CLI starts both again)
 *   starting, up --SIGTERM--> Redis is killed --> exit 0
 *   starting, up --the CLI is gone--> LAST_WORDS_MS for the services to give their jobs back --> Redis is killed --> exit 0
 *
 * Redis holds no truth here (the store does) and writes nothing to disk, so killing it loses nothing.
 * Its configuration comes through standard input: the password is in no list of processes.
 */

const PROBE_EVERY_MS = 20;
/** Services that lose Redis while they stop wait for it in vain, much longer than this. */
const LAST_WORDS_MS = 3000;

const executable = process.env['DRIVESWEEP_REDIS_SERVER'] || 'redis-server';
const port = Number(process.env['DRIVESWEEP_GUARDED_PORT']);
const password = process.env['DRIVESWEEP_GUARDED_PASSWORD'] ?? '';

const config = [
  'bind 127.0.0.1',
  `port ${port}`,
  `requirepass ${password}`,
  'save ""',
  'appendonly no',
  // Jobs must never be thrown away to make room.
  'maxmemory-policy noeviction',
  'daemonize no',
].join('\n');

const redis = spawn(executable, ['-'], { stdio: ['pipe', 'inherit', 'inherit'] });
let ending = false;

const end = () => {
  ending = true;
  redis.kill('SIGKILL');
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('disconnect', () => setTimeout(end, LAST_WORDS_MS));
redis.on('exit', () => process.exit(ending ? 0 : 1));
redis.on('error', (error) => {
  process.stderr.write(`${executable}: ${error.message}\n`);
  process.exit(1);
});
redis.stdin.on('error', () => undefined);
redis.stdin.end(`${config}\n`);

probe();

/** Asks Redis until it answers, then tells the CLI. */
function probe(): void {
  const socket = createConnection({ host: '127.0.0.1', port });
  const again = () => {
    socket.destroy();
    if (!ending) setTimeout(probe, PROBE_EVERY_MS);
  };
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('error', again);
  socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
  socket.on('data', (text) => {
    answer += String(text);
    if (answer.includes('+PONG')) {
      socket.destroy();
      process.send?.({ type: 'ready', httpPort: port, guardedPid: redis.pid });
    } else if (answer.startsWith('-')) {
      again();
    }
  });
}
