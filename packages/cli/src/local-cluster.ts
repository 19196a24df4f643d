import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DrivesweepError } from '@drivesweep/contracts';
import { chooseRedisPlace, requireRedisServer, spawnRedisServer } from './redis-server.ts';
import { Supervised } from './supervisor.ts';
import type { ReadyMessage } from './supervisor.ts';

/**
 * Redis, coordinator, workers and metrics service as processes of their own on this machine: the same programs that
 * run in pods. Each is restarted when it dies (supervisor.ts), and each ends by itself when the CLI is gone, because
 * its IPC channel closes. They are in process groups of their own, so that Ctrl-C reaches only the CLI, which then
 * stops them in order.
 */
export interface LocalCluster {
  /** Base URL of the coordinator's API; another one after the coordinator was restarted on a free port. */
  apiUrl(): string;
  /** Rejects when a process is given up: the cluster cannot go on. Never resolves. */
  readonly failed: Promise<never>;
  /** In order: workers, metrics and coordinator, then Redis. Returns when all are gone. */
  stop(): Promise<void>;
  /** At once. */
  kill(): void;
}

export interface LocalClusterOptions {
  readonly storeUri: string;
  readonly workers: number;
  /** 0 for any free port, a new one after each restart. */
  readonly apiPort: number;
  readonly logFolder: string;
  readonly say: (text: string) => void;
}

const STOP_GRACE_MS = 15_000;
const REDIS_GRACE_MS = 3_000;
const LOG_TAIL_LINES = 5;

export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  await requireRedisServer();
  mkdirSync(options.logFolder, { recursive: true });
  const redisPlace = await chooseRedisPlace();
  const failure = failureSignal();
  const logPath = (name: string) => join(options.logFolder, `${name}.log`);
  const logOf = (name: string) => openSync(logPath(name), 'a');
  const onFailed = (name: string) => (error: DrivesweepError) =>
    failure.fail(withLog(error, logPath(name)));
  const sayExit = (name: string) => (how: string) =>
    options.say(`${name} died (${how}); starting it again`);

  let redisPid: number | null = null;
  const redisLog = logOf('redis-server');
  const redis = new Supervised(
    {
      name: 'redis-server',
      spawn: () => spawnRedisServer(redisPlace, redisLog),
      onReady: (message) => (redisPid = message.guardedPid),
      onExit: sayExit('redis-server'),
      // Had only the guard died, its Redis would still hold the port.
      beforeRestart: () => killQuietly(redisPid),
    },
    onFailed('redis-server'),
  );
  await Promise.race([redis.firstReady, failure.promise]);

  const environment = {
    ...process.env,
    DRIVESWEEP_STORE: options.storeUri,
    DRIVESWEEP_REDIS_URL: redisPlace.url,
    DRIVESWEEP_QUEUE_PREFIX: 'drivesweep',
    DRIVESWEEP_HTTP_HOST: '127.0.0.1',
    DRIVESWEEP_HTTP_PORT: '0',
    DRIVESWEEP_LOG_LEVEL: process.env['DRIVESWEEP_LOG_LEVEL'] || 'info',
  };
  const service = (
    name: string,
    module: string,
    own: Readonly<Record<string, string>>,
    onReady?: (message: ReadyMessage) => void,
  ) => {
    const log = logOf(name);
    const spawn = () => spawnService(module, { ...environment, ...own }, log);
    const plan = { name, spawn, onExit: sayExit(name), ...(onReady ? { onReady } : {}) };
    return new Supervised(plan, onFailed(name));
  };

  let apiPort = options.apiPort;
  const coordinator = service(
    'coordinator',
    '@drivesweep/coordinator/main',
    { DRIVESWEEP_HTTP_PORT: String(options.apiPort) },
    (message) => (apiPort = message.httpPort),
  );
  const workers = Array.from({ length: options.workers }, (_, index) =>
    service(`gpu-worker-${index + 1}`, '@drivesweep/gpu-worker/main', {
      // Unique on the machine: other clusters may run beside this one.
      DRIVESWEEP_WORKER_ID: `local-${process.pid}-${index + 1}`,
    }),
  );
  const metrics = service('metrics', '@drivesweep/metrics/main', {});
  const services = [coordinator, ...workers, metrics];
  const cluster: LocalCluster = {
    apiUrl: () => `http://127.0.0.1:${apiPort}`,
    failed: failure.promise,
    async stop() {
      await Promise.all(services.map((one) => one.stop(STOP_GRACE_MS)));
      await redis.stop(REDIS_GRACE_MS);
    },
    kill() {
      for (const one of [...services, redis]) one.kill();
      killQuietly(redisPid);
    },
  };
  try {
    const ready = Promise.all(services.map((one) => one.firstReady));
    ready.catch(() => undefined);
    await Promise.race([ready, failure.promise]);
  } catch (thrown) {
    await cluster.stop();
    throw thrown;
  }
  return cluster;
}

/** Services are never imported: they are programs, found by name. */
function spawnService(module: string, env: NodeJS.ProcessEnv, log: number): ChildProcess {
  return fork(fileURLToPath(import.meta.resolve(module)), [], {
    env,
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
}

/** A promise that only ever rejects, and only once. */
function failureSignal() {
  let fail: (error: DrivesweepError) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, fail };
}

/** The last words of a process that was given up say more than its exit code. */
function withLog(error: DrivesweepError, path: string): DrivesweepError {
  const tail = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return new DrivesweepError(error.code, [error.message, ...tail].join('\n  '), {
    hint: `its whole log is ${path}`,
    cause: error,
  });
}

function killQuietly(pid: number | null): void {
  if (pid === null) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already, which is what was wanted.
  }
}
