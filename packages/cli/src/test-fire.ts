import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keys } from '@drivesweep/contracts';
import type { PredictionRow, SweepStatus } from '@drivesweep/contracts';
import { openObjectStore, readCommit, readPart } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import { buildPhysicalAi, everyUs, startRedisServer } from '@drivesweep/testkit';
import type { RedisServer } from '@drivesweep/testkit';

/** One line of a service's log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: LogLine[];
}

/**
 * A Redis, a store and a dataset of drives with egomotion only, and the programs of coordinator and worker as processes
 * of their own, without anybody who starts them again. Loaded before the program is a script of the test: the fault.
 */
export class FireCluster {
  readonly folder: string;
  readonly redis: RedisServer;
  readonly #services: Service[] = [];
  #env: NodeJS.ProcessEnv = {};

  private constructor(folder: string, redis: RedisServer) {
    this.folder = folder;
    this.redis = redis;
  }

  static async open(drives: number, env: NodeJS.ProcessEnv = {}): Promise<FireCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'drivesweep-fire-'));
    const cluster = new FireCluster(folder, await startRedisServer());
    cluster.#env = env;
    const dataset = buildPhysicalAi(
      Array.from({ length: drives }, (_, n) => ({
        driveId: `drive-${n}`,
        chunk: 0,
        egomotionUs: everyUs(100_000, 20_000_000),
      })),
      { cameraFolder: null, revision: null },
    );
    for (const [path, bytes] of dataset) {
      await mkdir(dirname(join(folder, 'drives', path)), { recursive: true });
      await writeFile(join(folder, 'drives', path), bytes);
    }
    return cluster;
  }

  get store(): string {
    return join(this.folder, 'store');
  }

  /** Starts a program; `fault` is the text of a module that is loaded first, in its children too. */
  async start(
    service: 'coordinator' | 'gpu-worker',
    env: NodeJS.ProcessEnv = {},
    fault = '',
  ): Promise<Service> {
    const preload = join(this.folder, `fault-${this.#services.length}.mjs`);
    await writeFile(preload, fault);
    const child = fork(fileURLToPath(import.meta.resolve(`@drivesweep/${service}/main`)), [], {
      execArgv: [],
      env: {
        ...process.env,
        DRIVESWEEP_STORE: this.store,
        DRIVESWEEP_REDIS_URL: this.redis.url,
        DRIVESWEEP_SCRATCH: join(this.folder, 'scratch'),
        DRIVESWEEP_WORKER_ID: `worker-${this.#services.length}`,
        DRIVESWEEP_LOCK_MS: '2000',
        DRIVESWEEP_STALLED_CHECK_MS: '500',
        NODE_OPTIONS: `--import ${preload}`,
        ...this.#env,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const log: LogLine[] = [];
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.startsWith('{')) log.push(JSON.parse(line) as LogLine);
      });
    }
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${service} ended: ${JSON.stringify(log.at(-1))}`);
    });
    ended.catch(() => undefined);
    const [{ httpPort }] = (await Promise.race([once(child, 'message'), ended])) as [
      { httpPort: number },
    ];
    const one = { child, url: `http://127.0.0.1:${httpPort}`, log };
    this.#services.push(one);
    return one;
  }

  /** Submits a sweep of the windows at these times of every drive. */
  async submit(coordinator: Service, t0sUs: readonly number[]): Promise<string> {
    const answer = await fetch(`${coordinator.url}/v1/sweeps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'fire',
        policy: 'kinematic:constant-turn-rate',
        dataset: { layout: 'physicalai-av', uri: join(this.folder, 'drives') },
        windows: { at_us: t0sUs },
        samples: 1,
        seed: 7,
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return ((await answer.json()) as { sweepId: string }).sweepId;
  }

  /** Asks for the status until it is as wanted. */
  async until(
    coordinator: Service,
    sweepId: string,
    wanted: (status: SweepStatus) => boolean,
    withinMs = 120_000,
  ): Promise<SweepStatus> {
    const end = performance.now() + withinMs;
    for (;;) {
      const answer = await fetch(`${coordinator.url}/v1/sweeps/${sweepId}`);
      const status = (await answer.json()) as SweepStatus;
      if (wanted(status)) return status;
      if (performance.now() > end) throw new Error(`in vain: ${JSON.stringify(status)}`);
      await sleep(100);
    }
  }

  /** Every row that has a commit, by window. */
  async rows(sweepId: string): Promise<Map<string, PredictionRow>> {
    const store = openObjectStore(this.store);
    const rows = new Map<string, PredictionRow>();
    for await (const { key } of store.list(keys.predictionCommits(sweepId))) {
      const commit = await readCommit(store, key);
      if (!commit) continue;
      for (const row of decodePredictionPart(await readPart(store, commit.part)).rows) {
        if (rows.has(row.windowId)) throw new Error(`${row.windowId} is there twice`);
        rows.set(row.windowId, row);
      }
    }
    return rows;
  }

  async close(): Promise<void> {
    for (const { child } of this.#services) child.kill('SIGKILL');
    await this.redis.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One series of a service, by its name with labels; NaN when it is not there. */
export async function seriesOf(service: Service, series: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`drivesweep_${series} `));
  return Number(line?.split(' ').at(-1) ?? NaN);
}
