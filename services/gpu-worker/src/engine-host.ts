import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { Shard } from '@drivesweep/contracts';
import { BatchLimits } from './batch-limits.ts';
import { startOfLife, stepOfLife } from './engine-life.ts';
import type { EngineEffect, EngineEvent, EngineLife, EngineLimits } from './engine-life.ts';
import { HeldShards } from './held-shards.ts';
import { fromPlainError, toPlainError } from './plain-error.ts';
import type { EngineReport, EngineRequest, EngineSweep, ShardAnswer } from './protocol.ts';

/** The compiled entry: Node 20 cannot run TypeScript, so sources under test use what was built from them. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/engine/main.js' : './engine/main.js',
  import.meta.url,
);
const TICK_MS = 100;
const CLOSE_MS = 3_000;

type FoundOutOfMemory = Extract<EngineReport, { kind: 'out-of-memory' }>;

export interface EngineHostOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly limits: EngineLimits;
  readonly onBeat: (beat: Extract<EngineReport, { kind: 'beat' }>) => void;
  readonly onStart: (pid: number | undefined) => void;
  /** The process ended by itself or was killed; another will be started. */
  readonly onCrash: (why: string) => void;
  readonly onOutOfMemory: (found: FoundOutOfMemory) => void;
  /** The engine says that it can never work here. */
  readonly onUnfit: (error: DrivesweepError) => void;
  /** How a process is made; for tests. */
  readonly spawn?: (env: NodeJS.ProcessEnv) => ChildProcess;
}

/** Keeps one engine process alive and gives it shards. See engine-life.ts for when it is killed and started again. */
export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #held = new HeldShards();
  readonly #ticking: NodeJS.Timeout;
  #life: EngineLife;
  #process: ChildProcess | undefined;
  #killedBecause: string | undefined;
  #killedFor: 'ENGINE_DEADLINE' | undefined;
  #heardAtMs = performance.now();
  /** What engines found out about memory; what one of them knew must outlive it. */
  readonly #limits = new BatchLimits();
  #ending = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    const { life, effects } = startOfLife(performance.now());
    this.#life = life;
    this.#carryOut(effects);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Milliseconds since the engine last gave a sign of life, whatever happened to it since. */
  get silentMs(): number {
    return performance.now() - this.#heardAtMs;
  }

  get phase(): EngineLife['phase'] {
    return this.#life.phase;
  }

  /** Shards that wait for the engine or are with it. */
  get shards(): number {
    return this.#held.size;
  }

  /**
   * The rows of a shard. Waits while the engine is being started.
   * Errors: ENGINE_CRASHED, ENGINE_DEADLINE, ENGINE_UNAVAILABLE, the reason of `signal`, SHUTTING_DOWN, and what the engine finds.
   */
  async compute(sweep: EngineSweep, shard: Shard, signal: AbortSignal): Promise<ShardAnswer> {
    signal.throwIfAborted();
    if (this.#life.phase === 'stopped') throw stopping();
    const held = this.#held.add((id) => ({ kind: 'compute', id, sweep, shard }), performance.now());
    const abort = () => {
      const error = asDrivesweepError(signal.reason);
      // What was sent is answered by the engine, at a window boundary.
      if (this.#held.isSent(held.id)) {
        this.#send({ kind: 'abort', id: held.id, error: toPlainError(error) });
      } else this.#held.fail(held.id, error, performance.now());
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#sendWaiting();
    try {
      return await held.answer;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#sendWaiting();
    }
  }

  /** Fails what is held, and ends the process: it has a moment to tidy up, then it is killed. */
  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    const process = this.#process;
    const exited = process && new Promise<void>((resolve) => process.once('exit', () => resolve()));
    this.#happen({ kind: 'stop' });
    const timer = setTimeout(() => process?.kill('SIGKILL'), CLOSE_MS);
    await exited;
    clearTimeout(timer);
  }

  #tick(): void {
    this.#happen({ kind: 'tick', oldestIdleSinceMs: this.#held.oldestIdleSinceMs() });
  }

  #happen(event: EngineEvent): void {
    const step = stepOfLife(this.#life, event, performance.now(), this.#options.limits);
    this.#life = step.life;
    this.#carryOut(step.effects);
  }

  #carryOut(effects: readonly EngineEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'spawn':
          this.#spawn();
          break;
        case 'kill':
          this.#killedBecause ??= effect.why;
          this.#killedFor ??= effect.code;
          this.#process?.kill('SIGKILL');
          break;
        case 'send-waiting':
          this.#sendWaiting();
          break;
        case 'blame':
          this.#held.blame(
            new DrivesweepError(
              this.#killedFor ?? 'ENGINE_CRASHED',
              this.#killedBecause ?? 'the engine ended',
            ),
            performance.now(),
          );
          break;
        case 'take-back':
          this.#held.takeBack();
          break;
        case 'fail-held':
          this.#held.failAll(stopping(), performance.now());
          break;
        case 'close':
          this.#send({ kind: 'close' });
          break;
      }
    }
  }

  #spawn(): void {
    this.#killedBecause = undefined;
    this.#killedFor = undefined;
    this.#ending = false;
    const child = (this.#options.spawn ?? forkEngine)(this.#options.env);
    this.#process = child;
    this.#options.onStart(child.pid);
    child.on('message', (report: EngineReport) => this.#hear(report));
    child.once('error', (error) => (this.#killedBecause ??= error.message));
    child.once('exit', (code, signal) => {
      this.#process = undefined;
      const announced = this.#ending && this.#killedBecause === undefined;
      this.#killedBecause ??= `the engine ended by ${signal ?? `exit code ${code ?? 'none'}`}`;
      if (this.#life.phase !== 'stopped' && !announced) this.#options.onCrash(this.#killedBecause);
      this.#happen({ kind: 'exited', announced });
    });
  }

  #hear(report: EngineReport): void {
    this.#heardAtMs = performance.now();
    switch (report.kind) {
      case 'ready':
        if (this.#limits.lowest !== null) {
          this.#send({ kind: 'limits', limits: this.#limits.known() });
        }
        this.#happen({ kind: 'ready' });
        return;
      case 'out-of-memory':
        this.#runOut(report);
        return;
      case 'unfit':
        this.#options.onUnfit(fromPlainError(report.error));
        return;
      case 'beat':
        this.#held.progress(report.answered, performance.now());
        this.#options.onBeat(report);
        this.#happen({ kind: 'beat' });
        return;
      case 'done':
        this.#held.answer(report.id, report.answer, performance.now());
        this.#happen({ kind: 'answered' });
        return;
      case 'failed':
        this.#held.fail(report.id, fromPlainError(report.error), performance.now());
    }
  }

  /** An engine that ends without having found a lower limit would do so forever: that one counts as crashed. */
  #runOut(found: FoundOutOfMemory): void {
    const known = this.#limits.known();
    this.#limits.learn(found.limits);
    const lower = Object.entries(this.#limits.known()).some(
      ([key, limit]) => limit < (known[key] ?? Infinity),
    );
    if (found.renew && lower) this.#ending = true;
    this.#options.onOutOfMemory(found);
  }

  #sendWaiting(): void {
    if (this.#life.phase !== 'running' || this.#ending) return;
    for (const request of this.#held.takeWaiting(performance.now())) this.#send(request);
  }

  #send(request: EngineRequest): void {
    // A channel that is gone means that the process is: its exit tells who waits.
    this.#process?.send(request, () => undefined);
  }
}

function stopping(): DrivesweepError {
  return new DrivesweepError('SHUTTING_DOWN', 'the worker is stopping');
}

function forkEngine(env: NodeJS.ProcessEnv): ChildProcess {
  return fork(ENTRY, [], {
    env,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
