import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DrivesweepError } from '@drivesweep/contracts';
import { chooseRedisPlace, requireRedisServer, spawnRedisServer } from './redis-server.ts';
import { Supervised } from './supervisor.ts';
import type { ProcessPlan, ReadyMessage } from './supervisor.ts';

/**
 * Redis, coordinator, workers and metrics service as processes of their own on this machine: the same programs that
 * run in pods. Each is restarted when it dies (supervisor.ts), and each ends by itself when the CLI is gone, because
 * its IPC channel closes. They are in process groups of their own, so that Ctrl-C reaches only the CLI, which then
 * stops them in order.
 */
export interface LocalCluster {
  /** Base URL of the coordinator's API; another one after the coordinator was restarted on a free port. */
  apiUrl(): string;
  /** Where each service answers /metrics and /healthz now, by its name. */
  endpoints(): ReadonlyMap<string, string>;
  /** Rejects when a process is given up: the cluster cannot go on. Never resolves. */
  readonly failed: Promise<never>;
  /** In order: workers, metrics and coordinator, then Redis. Returns when all are gone. */
  stop(): Promise<void>;
}

export interface LocalClusterOptions {
  readonly storeUri: string;
  readonly workers: number;
  /** 0 for any free port, a new one after each restart. */
  readonly apiPort: number;
  readonly logFolder: string;
  readonly say: (text: string) => void;
  /** Ends the start. */
  readonly signal: AbortSignal;
  /** Told, before anything is started, how to end everything at once. */
  readonly onKillable: (kill: () => void) => void;
}

const STOP_GRACE_MS = 15_000;
const REDIS_GRACE_MS = 3_000;
const LOG_TAIL_LINES = 5;
const COORDINATOR = 'coordinator';

/**
 * Starts everything and waits until it is up; what was started is stopped again when that fails.
 * Errors: TOOL_MISSING, INTERNAL with the log of a process that does not come up, the signal's reason.
 */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  await requireRedisServer();
  mkdirSync(options.logFolder, { recursive: true });
  const redisPlace = await chooseRedisPlace();
  const failure = failureSignal();
  const services: Supervised[] = [];
  let apiPort = options.apiPort;
  let redisPid: number | null = null;

  const supervise = (
    name: string,
    spawn: (log: number) => ChildProcess,
    more: Pick<ProcessPlan, 'onReady' | 'beforeRestart'> = {},
  ) => {
    const path = join(options.logFolder, `${name}.log`);
    const log = openSync(path, 'a');
    const onExit = (how: string) => options.say(`${name} died (${how}); starting it again`);
    return new Supervised({ name, spawn: () => spawn(log), onExit, ...more }, (error) =>
      failure.fail(withLog(error, path)),
    );
  };
  const redis = supervise('redis-server', (log) => spawnRedisServer(redisPlace, log), {
    onReady: (message) => (redisPid = message.guardedPid),
    // Had only the guard died, its Redis would still hold the port.
    beforeRestart: () => killQuietly(redisPid),
  });
  options.onKillable(() => {
    for (const one of [...services, redis]) one.kill();
    killQuietly(redisPid);
  });
  const endpoints = new Map<string, string>();
  const cluster: LocalCluster = {
    apiUrl: () => `http://127.0.0.1:${apiPort}`,
    endpoints: () => endpoints,
    failed: failure.promise,
    async stop() {
      await Promise.all(services.map((one) => one.stop(STOP_GRACE_MS)));
      await redis.stop(REDIS_GRACE_MS);
    },
  };
  const up = (processes: readonly Supervised[]) => {
    const ready = Promise.all(processes.map((one) => one.firstReady));
    ready.catch(() => undefined);
    return Promise.race([ready, failure.promise, whenAborted(options.signal)]);
  };
  try {
    await up([redis]);
    for (const plan of servicePlans(options, redisPlace.url)) {
      const onReady = ({ httpPort }: ReadyMessage) => {
        endpoints.set(plan.name, `http://127.0.0.1:${httpPort}`);
        if (plan.name === COORDINATOR) apiPort = httpPort;
      };
      services.push(supervise(plan.name, (log) => spawnService(plan, log), { onReady }));
    }
    await up(services);
    return cluster;
  } catch (thrown) {
    await cluster.stop();
    throw thrown;
  }
}

interface ServicePlan {
  readonly name: string;
  /** The program, by the name under which its package exports it. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Which services run, and with which settings. */
function servicePlans(
  { storeUri, workers, apiPort }: LocalClusterOptions,
  redisUrl: string,
): ServicePlan[] {
  const env = {
    ...process.env,
    DRIVESWEEP_STORE: storeUri,
    DRIVESWEEP_REDIS_URL: redisUrl,
    DRIVESWEEP_QUEUE_PREFIX: 'drivesweep',
    DRIVESWEEP_HTTP_HOST: '127.0.0.1',
    DRIVESWEEP_HTTP_PORT: '0',
    DRIVESWEEP_LOG_LEVEL: process.env['DRIVESWEEP_LOG_LEVEL'] || 'info',
  };
  return [
    {
      name: COORDINATOR,
      program: '@drivesweep/coordinator/main',
      env: { ...env, DRIVESWEEP_HTTP_PORT: String(apiPort) },
    },
    ...Array.from({ length: workers }, (_, index) => ({
      name: `gpu-worker-${index + 1}`,
      program: '@drivesweep/gpu-worker/main',
      // Unique on the machine: other clusters may run beside this one.
      env: { ...env, DRIVESWEEP_WORKER_ID: `local-${process.pid}-${index + 1}` },
    })),
    { name: 'metrics', program: '@drivesweep/metrics/main', env },
  ];
}

/** Services are never imported: they are programs, found by name. */
function spawnService({ program, env }: ServicePlan, log: number): ChildProcess {
  return fork(fileURLToPath(import.meta.resolve(program)), [], {
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

/** Rejects with the signal's reason; never resolves. */
async function whenAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
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
