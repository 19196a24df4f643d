import type { ChildProcess } from 'node:child_process';
import { DrivesweepError } from '@drivesweep/contracts';

/**
 * Keeps one process of the local cluster alive.
 *
 *   starting --ready--> up
 *   starting --no ready in READY_MS--> (killed, then as after an exit)
 *   starting, up --exit--> waiting --backoff over--> starting
 *   waiting: too many exits in a row without having been up for STEADY_MS --> failed
 *   starting, up --stop--> stopping --exit, or killed when the grace is over--> stopped
 *   waiting --stop--> stopped
 *
 * The backoff doubles from FIRST_BACKOFF_MS to LAST_BACKOFF_MS and starts anew after STEADY_MS of being up.
 */
type State = 'starting' | 'up' | 'waiting' | 'stopping' | 'stopped' | 'failed';

const READY_MS = 60_000;
const STEADY_MS = 10_000;
const FIRST_BACKOFF_MS = 200;
const LAST_BACKOFF_MS = 5_000;
/** A process that never came up gets fewer chances than one that did: its settings are wrong more often than its luck. */
const TRIES_BEFORE_FIRST_READY = 3;
const TRIES = 8;

export interface ProcessPlan {
  readonly name: string;
  /** Starts the process. It tells that it is ready by an IPC message `{type: 'ready', httpPort}`. */
  readonly spawn: () => ChildProcess;
  /** Called before a restart: to clear away what the dead process may have left. */
  readonly beforeRestart?: () => void;
  readonly onReady?: (message: ReadyMessage) => void;
  readonly onExit?: (how: string) => void;
}

export interface ReadyMessage {
  /** Where the process answers. */
  readonly httpPort: number;
  /** Of the process that it looks after, when it is a guard. */
  readonly guardedPid: number | null;
}

export class Supervised {
  readonly name: string;
  /** Resolves at the first ready; rejects when the process is given up before that. */
  readonly firstReady: Promise<void>;
  readonly #plan: ProcessPlan;
  readonly #onFailed: (error: DrivesweepError) => void;
  #state: State = 'starting';
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #exitsInARow = 0;
  #everReady = false;
  #upSinceMs = 0;
  #exited: Promise<void> = Promise.resolve();
  #settleFirstReady: { resolve: () => void; reject: (error: DrivesweepError) => void };

  constructor(plan: ProcessPlan, onFailed: (error: DrivesweepError) => void) {
    this.name = plan.name;
    this.#plan = plan;
    this.#onFailed = onFailed;
    const { promise, resolve, reject } = promiseWithResolvers();
    this.firstReady = promise;
    promise.catch(() => undefined);
    this.#settleFirstReady = { resolve, reject };
    this.#start();
  }

  get state(): State {
    return this.#state;
  }

  /** Of the process that runs now; undefined while there is none. */
  get pid(): number | undefined {
    return this.#state === 'starting' || this.#state === 'up' ? this.#child?.pid : undefined;
  }

  /** Asks the process to stop, kills it after `graceMs`, and returns when it is gone. */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    const alive = this.#state === 'starting' || this.#state === 'up';
    if (!alive) {
      if (this.#state === 'waiting') this.#state = 'stopped';
      return this.#exited;
    }
    this.#state = 'stopping';
    this.#child?.kill('SIGTERM');
    const killer = setTimeout(() => this.kill(), graceMs);
    await this.#exited;
    clearTimeout(killer);
  }

  /** At once, without a chance to tidy up. */
  kill(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'failed') this.#state = 'stopping';
    this.#child?.kill('SIGKILL');
  }

  #start(): void {
    this.#state = 'starting';
    const child = this.#plan.spawn();
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const exited = (how: string) => {
        resolve();
        this.#onExit(child, how);
      };
      child.once('exit', (code, signal) => exited(signal ?? `exit code ${code ?? 'unknown'}`));
      // Only a process that never came to be has no pid; other errors are about a message or a signal.
      child.on('error', (error) => {
        if (child.pid === undefined) exited(error.message);
      });
    });
    child.on('message', (message) => {
      const ready = readyMessageOf(message);
      if (this.#child === child && ready) this.#onReady(ready);
    });
    this.#timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  }

  #onReady(message: ReadyMessage): void {
    if (this.#state !== 'starting') return;
    clearTimeout(this.#timer);
    this.#state = 'up';
    this.#everReady = true;
    this.#upSinceMs = performance.now();
    this.#plan.onReady?.(message);
    this.#settleFirstReady.resolve();
  }

  #onExit(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    clearTimeout(this.#timer);
    this.#child = undefined;
    if (this.#state === 'stopping') {
      this.#state = 'stopped';
      return;
    }
    const steady = this.#state === 'up' && performance.now() - this.#upSinceMs >= STEADY_MS;
    this.#exitsInARow = steady ? 1 : this.#exitsInARow + 1;
    this.#plan.onExit?.(how);
    if (this.#exitsInARow >= (this.#everReady ? TRIES : TRIES_BEFORE_FIRST_READY)) {
      this.#fail(how);
      return;
    }
    this.#state = 'waiting';
    this.#timer = setTimeout(() => {
      this.#plan.beforeRestart?.();
      this.#start();
    }, backoffMs(this.#exitsInARow));
  }

  #fail(how: string): void {
    this.#state = 'failed';
    const error = new DrivesweepError(
      'INTERNAL',
      `${this.name} ended ${this.#exitsInARow} times in a row, the last time with ${how}`,
    );
    this.#settleFirstReady.reject(error);
    this.#onFailed(error);
  }
}

/** How long to wait before the restart that follows the n-th exit in a row. */
export function backoffMs(exitsInARow: number): number {
  return Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (exitsInARow - 1));
}

function readyMessageOf(message: unknown): ReadyMessage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if (!('type' in message) || message.type !== 'ready') return undefined;
  if (!('httpPort' in message) || typeof message.httpPort !== 'number') return undefined;
  const guarded = 'guardedPid' in message ? message.guardedPid : null;
  return {
    httpPort: message.httpPort,
    guardedPid: typeof guarded === 'number' ? guarded : null,
  };
}

function promiseWithResolvers() {
  let resolve: () => void = () => undefined;
  let reject: (error: DrivesweepError) => void = () => undefined;
  const promise = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}
