/**
 * A real S3 server for tests, on this machine, without a container.
 *
 *   node scripts/s3-server.mjs install    puts one under .tools/ (again: does nothing)
 *
 *   import { startS3Server } from './s3-server.mjs';
 *   const server = await startS3Server();  // { endpoint, accessKeyId, secretAccessKey, bucket, name, stop }
 *
 * versitygw (Apache-2.0, built by `go install`) is preferred: it takes a lock around conditional writes and kept
 * exactly one of 50 parallel creations in every round that we tried. Where there is no Go, moto (Apache-2.0, from
 * PyPI) stands in: it honours If-None-Match too.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const MOTO = 'moto[server]==5.2.5';
const TOOLS = fileURLToPath(new URL('../.tools/', import.meta.url));
const VERSITYGW_PROGRAM = join(TOOLS, 'bin', 'versitygw');
const MOTO_FOLDER = join(TOOLS, 'moto');
const MOTO_PROGRAM = join(MOTO_FOLDER, 'bin', 'moto_server');
const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 5_000;
const CREDENTIALS = { accessKeyId: 'drivesweep', secretAccessKey: 'drivesweep-tests-only' };
const BUCKET = 'drivesweep-tests';

/** Each server: how to get it, where it is, and how it is started over an empty folder. */
const SERVERS = [
  {
    name: 'versitygw',
    program: VERSITYGW_PROGRAM,
    install() {
      const environment = { ...process.env, GOBIN: join(TOOLS, 'bin') };
      return succeeds('go', ['install', VERSITYGW], environment);
    },
    args(folder, port) {
      mkdirSync(join(folder, 'buckets', BUCKET), { recursive: true });
      mkdirSync(join(folder, 'sidecar'));
      const keys = ['--access', CREDENTIALS.accessKeyId, '--secret', CREDENTIALS.secretAccessKey];
      const backend = ['posix', '--sidecar', join(folder, 'sidecar'), join(folder, 'buckets')];
      return [...keys, '--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet', ...backend];
    },
    async prepare() {},
  },
  {
    name: 'moto',
    program: MOTO_PROGRAM,
    install() {
      const pip = join(MOTO_FOLDER, 'bin', 'pip');
      return (
        succeeds('python3', ['-m', 'venv', MOTO_FOLDER]) && succeeds(pip, ['install', '-q', MOTO])
      );
    },
    args: (_folder, port) => ['-H', '127.0.0.1', '-p', String(port)],
    async prepare(endpoint) {
      await fetch(`${endpoint}/${BUCKET}`, { method: 'PUT' });
    },
  },
];

function succeeds(program, args, env = process.env) {
  console.error(`s3-server: ${program} ${args.join(' ')}`);
  return spawnSync(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function installed(name) {
  return SERVERS.find(
    (server) => existsSync(server.program) && (name === undefined || server.name === name),
  );
}

/** Installs the first server that can be; true when one is there. */
export function installS3Server(name) {
  if (installed(name)) return true;
  mkdirSync(TOOLS, { recursive: true });
  return SERVERS.filter((server) => name === undefined || server.name === name).some((server) =>
    server.install(),
  );
}

export function hasS3Server(name) {
  return installed(name) !== undefined;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(endpoint, child) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`no S3 server at ${endpoint}: it ended or did not answer in time`);
}

async function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
  await ended;
  clearTimeout(force);
}

/**
 * Starts an installed server on a free port of 127.0.0.1, with one empty bucket. It ends with `stop()`, and with this
 * process. Throws when none is installed.
 */
export async function startS3Server({ name } = {}) {
  const server = installed(name);
  if (!server) throw new Error('no S3 server: run node scripts/s3-server.mjs install');
  const folder = mkdtempSync(join(tmpdir(), 'drivesweep-s3-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(server.program, server.args(folder, port), { stdio: 'ignore' });
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  const stop = async () => {
    process.off('exit', killNow);
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(endpoint, child);
    await server.prepare(endpoint);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { ...CREDENTIALS, endpoint, bucket: BUCKET, name: server.name, stop };
}

async function main([command, name]) {
  if (command !== 'install') {
    console.error('usage: node scripts/s3-server.mjs install [versitygw|moto]');
    process.exitCode = 2;
  } else if (installS3Server(name)) {
    console.error(`s3-server: ${installed(name).name} is installed`);
  } else {
    console.error('s3-server: neither versitygw (needs Go) nor moto (needs Python) installs here');
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
