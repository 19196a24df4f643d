import { setTimeout as sleep } from 'node:timers/promises';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type {
  PredictionJob,
  QUEUES,
  Scorecard,
  ScoreJob,
  Submitted,
  SweepFile,
  SweepStatus,
} from '@drivesweep/contracts';
import type { JobProducer } from '@drivesweep/queue-bullmq';
import { ROOT_SPAN } from '@drivesweep/service-kit';
import type { Logger, Tracing } from '@drivesweep/service-kit';
import { activityOf, perform } from './activities.ts';
import { forEachBounded } from './bounded.ts';
import { budgetSpent } from './error-budget.ts';
import { finishScoring } from './finish-scoring.ts';
import type { Ending } from './finish-scoring.ts';
import { JobFeed } from './job-feed.ts';
import { resolveSweep } from './resolve-sweep.ts';
import type { OpenStore } from './open-store.ts';
import type { SweepRun, WorkListener } from './sweep-run.ts';
import type { InFlight } from './shard-progress.ts';
import { statusOf } from './sweep-status.ts';
import type { SweepStore } from './sweep-store.ts';
import { takeUp } from './take-up.ts';
import type { Telemetry } from './telemetry.ts';

export interface CoordinatorOptions {
  readonly store: SweepStore;
  /** Opens datasets, bundles and lists. */
  readonly openStore: OpenStore;
  readonly predictions: JobProducer<PredictionJob>;
  readonly scores: JobProducer<ScoreJob>;
  /** Jobs in Redis per worker, waiting ones and the one at work together. */
  readonly jobsPerWorker: number;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly tracing?: Tracing;
  /** How often jobs are looked at for events that were lost. */
  readonly reconcileMs?: number;
  /** How long it rests at most when nothing happens. */
  readonly restMs?: number;
}

const RECONCILE_MS = 5_000;
const REST_MS = 500;
const RETRY_MS = 5_000;
const TAKEN_UP_AT_ONCE = 8;

/**
 * Moves all sweeps on. There is one loop; a turn of it settles and feeds both queues and moves each sweep by a step.
 * What takes long (planning, reading commits, sealing) runs beside the loop, one activity per sweep. What a person asks
 * for (submit, cancel, resume, score) comes between two turns, never into one.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #runs = new Map<string, SweepRun>();
  readonly #predictions: JobFeed<PredictionJob>;
  readonly #scores: JobFeed<ScoreJob>;
  #last: Promise<unknown> = Promise.resolve();
  #loop: Promise<void> | undefined;
  #stopping = false;
  #woken = new AbortController();
  #lastTurnMs = performance.now();
  #queueTrouble: string | null = null;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    const { store, telemetry, jobsPerWorker } = options;
    const common = {
      store: store.objects,
      jobsPerWorker,
      reconcileMs: options.reconcileMs ?? RECONCILE_MS,
      now: () => performance.now(),
      wake: () => this.#wake(),
    };
    const counting = (queue: keyof typeof QUEUES) => ({
      onLost: (jobs: number) => telemetry.jobsLost.inc({ queue }, jobs),
      onStalled: () => telemetry.stalled.inc({ queue }),
    });
    this.#predictions = new JobFeed({
      ...common,
      ...counting('predictions'),
      producer: options.predictions,
    });
    this.#scores = new JobFeed({ ...common, ...counting('scores'), producer: options.scores });
  }

  /** Takes up every sweep of the store and begins to turn. */
  async start(): Promise<void> {
    const { store, logger } = this.#options;
    const sweepIds: string[] = [];
    for await (const sweepId of store.sweepIds()) sweepIds.push(sweepId);
    await forEachBounded(sweepIds, TAKEN_UP_AT_ONCE, (sweepId) => this.#takeUp(sweepId));
    const open = [...this.#runs.values()].filter((run) => !run.isEnded).length;
    logger.info({ sweeps: this.#runs.size, open }, 'took up the sweeps of the store');
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    for (const run of this.#runs.values()) run.activity?.abort.abort();
    await this.#loop;
    const activities = [...this.#runs.values()].flatMap(({ activity }) => activity ?? []);
    await Promise.allSettled(activities.map(({ ended }) => ended));
  }

  /** Milliseconds since the last turn began or ended: for liveness. */
  idleMs(): number {
    return performance.now() - this.#lastTurnMs;
  }

  /** Why Redis cannot be used, or null. */
  get queueTrouble(): string | null {
    return this.#queueTrouble;
  }

  get workers(): { readonly predictions: number; readonly scores: number } {
    return { predictions: this.#predictions.workers, scores: this.#scores.workers };
  }

  list(): SweepStatus[] {
    return [...this.#runs.values()].map((run) => statusOf(run, this.#predictions.workers));
  }

  /** The runs themselves, for the metrics. */
  runs(): Iterable<SweepRun> {
    return this.#runs.values();
  }

  /** @throws SWEEP_NOT_FOUND */
  status(sweepId: string): SweepStatus {
    return statusOf(this.#find(sweepId), this.#predictions.workers);
  }

  /** @throws SWEEP_NOT_FOUND, SWEEP_STATE when there is none yet */
  async scorecard(sweepId: string): Promise<Scorecard> {
    const run = this.#find(sweepId);
    const scorecard = await this.#options.store.readScorecard(sweepId, run.scoringId);
    if (scorecard) return scorecard;
    throw new DrivesweepError('SWEEP_STATE', `sweep ${sweepId} is ${run.state}: no scorecard yet`, {
      hint: 'It is written when the sweep is sealed and scored.',
    });
  }

  /** The same sweep again costs nothing and changes nothing, but for one that was refused: that is planned again. */
  async submit(file: SweepFile): Promise<Submitted> {
    const { store, openStore, logger } = this.#options;
    const spec = await resolveSweep(file, openStore);
    const { sweepId } = spec;
    return this.#exclusive(async () => {
      const known = this.#runs.get(sweepId);
      if (known?.state === 'refused') known.state = 'planning';
      const created = known ? false : (await store.createSpec(spec)) === 'created';
      if (!known) await this.#takeUp(sweepId);
      logger.info({ sweepId, name: spec.name, created }, 'submitted');
      this.#wake();
      return { sweepId, created };
    });
  }

  /** Stops a sweep: what is committed is kept, jobs that wait are removed, workers are told. */
  cancel(sweepId: string): Promise<SweepStatus> {
    const run = this.#find(sweepId);
    return this.#change(run, async () => {
      if (run.state === 'cancelled') return;
      this.#require(run, ['planning', 'running'], 'cancelled');
      await this.#options.store.cancel(sweepId, new Date());
      await this.#abortActivity(run);
      run.state = 'cancelled';
      run.predictions.releaseAll();
      run.scores.releaseAll();
      run.cancelToAnnounce = true;
      await this.#announceCancel(run).catch((thrown: unknown) => this.#trouble(thrown));
    });
  }

  /** Goes on with a sweep that was cancelled or sealed as partial: what failed is tried again. */
  resume(sweepId: string): Promise<SweepStatus> {
    const run = this.#find(sweepId);
    return this.#change(run, async () => {
      const { store, predictions, scores } = this.#options;
      this.#require(run, ['cancelled', 'partial'], 'resumed');
      await predictions.removeSweep(sweepId);
      await scores.removeSweep(sweepId);
      await predictions.clearCancel(sweepId);
      if (run.state === 'partial') await store.markResumed(sweepId, run.generation);
      else await store.uncancel(sweepId);
      await this.#abortActivity(run);
      run.unload();
      run.cancelToAnnounce = false;
      run.message = null;
      run.endedAtMs = null;
      run.state = run.plan ? 'running' : 'planning';
    });
  }

  /** Sums up a sealed sweep again, and scores what has no scores. */
  score(sweepId: string): Promise<SweepStatus> {
    const run = this.#find(sweepId);
    return this.#change(run, async () => {
      const { store, scores } = this.#options;
      this.#require(run, ['complete', 'partial'], 'scored again');
      await scores.removeSweep(sweepId);
      await scores.remove([run.scorecardJob().jobId]);
      await store.deleteScorecard(sweepId, run.scoringId);
      run.unload();
      run.message = null;
      run.endedAtMs = null;
      run.state = 'scoring';
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = new AbortController();
      await this.#exclusive(() => this.#turn());
      const { signal } = this.#woken;
      await sleep(this.#options.restMs ?? REST_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #turn(): Promise<void> {
    this.#lastTurnMs = performance.now();
    const runs = [...this.#runs.values()];
    for (const run of runs) this.#startActivity(run);
    try {
      for (const run of runs.filter((one) => one.cancelToAnnounce)) await this.#announceCancel(run);
      const fed = runs.filter((run) => run.loaded && !run.isEnded);
      await this.#predictions.turn(
        fed.map((run) => run.predictionWork(this.#listener(run, 'predictions'))),
      );
      await this.#scores.turn(fed.map((run) => run.scoreWork(this.#listener(run, 'scores'))));
      this.#queueTrouble = null;
    } catch (thrown) {
      this.#trouble(thrown);
    }
    for (const run of runs) {
      await this.#advance(run).catch((thrown: unknown) => this.#trouble(thrown, run));
    }
    this.#lastTurnMs = performance.now();
  }

  /** Moves a sweep by one step, when what it waits for is there. */
  async #advance(run: SweepRun): Promise<void> {
    if (!run.loaded || run.isEnded) return;
    const { counts, predictions } = run;
    run.throughput.observe(performance.now(), counts.ok + counts.error + counts.skipped);
    if (run.state === 'running') {
      await this.#checkBudget(run);
      const settled =
        run.stopped === null ? predictions.isSettled() : predictions.inFlight.size === 0;
      if (settled) this.#move(run, 'sealing');
    } else if (run.state === 'scoring' && run.scores.isSettled(predictions.done)) {
      const ending = await finishScoring(run, this.#options.store, this.#options.scores);
      if (ending) this.#end(run, ending);
    }
  }

  /** The budget holds until the first seal: a person who resumes after that has seen the errors. */
  async #checkBudget(run: SweepRun): Promise<void> {
    if (run.stopped !== null || run.generation > 1) return;
    const failed = run.counts.error + run.quarantinedWindows;
    const reason = budgetSpent(run.spec.errorBudget, failed, run.plan?.index.windows ?? 0);
    if (reason === null) return;
    run.stopped = reason;
    this.#options.logger.warn({ sweepId: run.sweepId, reason }, 'the error budget is spent');
    await this.#options.predictions.removeSweep(run.sweepId);
    this.#predictions.reconcileSoon();
    this.#wake();
  }

  #startActivity(run: SweepRun): void {
    const kind = activityOf(run);
    if (kind === null || run.activity || performance.now() < run.retryAtMs || this.#stopping)
      return;
    const abort = new AbortController();
    const { store, openStore, telemetry, logger } = this.#options;
    const tools = {
      store,
      openStore,
      now: () => new Date(),
      onBroken: (shardIds: readonly string[]) => {
        telemetry.conservationBroken.inc(shardIds.length);
        logger.error(
          { sweepId: run.sweepId, shardIds },
          'commits do not account for their windows',
        );
      },
    };
    const before = run.state;
    const ended = perform(kind, run, tools, abort.signal).then(
      () => {
        run.message = null;
        if (run.state !== before) {
          logger.info({ sweepId: run.sweepId, from: before, to: run.state }, 'sweep moved on');
        }
      },
      (thrown: unknown) => {
        if (!abort.signal.aborted) this.#activityFailed(run, kind, thrown);
      },
    );
    run.activity = {
      kind,
      abort,
      ended: ended.finally(() => {
        run.activity = null;
        this.#wake();
      }),
    };
  }

  /** A plan that cannot be made is refused; anything else is tried again until it works. */
  #activityFailed(run: SweepRun, kind: string, thrown: unknown): void {
    const error = asDrivesweepError(thrown);
    const { sweepId } = run;
    this.#options.logger.error({ sweepId, kind, code: error.code, err: error }, `${kind} failed`);
    run.message = `${error.code}: ${error.message}`;
    if (kind === 'planning' && error.kind !== 'transient') {
      run.state = 'refused';
      run.endedAtMs = performance.now();
    }
    run.retryAtMs = performance.now() + RETRY_MS;
  }

  async #abortActivity(run: SweepRun): Promise<void> {
    run.activity?.abort.abort();
    await run.activity?.ended;
    run.retryAtMs = 0;
  }

  async #announceCancel(run: SweepRun): Promise<void> {
    const { predictions, scores } = this.#options;
    await predictions.announceCancel(run.sweepId);
    await predictions.removeSweep(run.sweepId);
    await scores.removeSweep(run.sweepId);
    run.cancelToAnnounce = false;
  }

  async #takeUp(sweepId: string): Promise<void> {
    const { store, logger } = this.#options;
    try {
      const run = await takeUp(store, sweepId, performance.now());
      if (run) this.#runs.set(sweepId, run);
    } catch (thrown) {
      const error = asDrivesweepError(thrown);
      if (error.kind === 'transient') throw error;
      // One sweep that another version wrote must not keep the others from going on.
      logger.error({ sweepId, code: error.code, err: error }, 'cannot take up a sweep');
    }
  }

  #listener(run: SweepRun, queue: keyof typeof QUEUES): WorkListener {
    const { telemetry, logger } = this.#options;
    return {
      committed: ({ attempt }, entry) => {
        telemetry.commits.inc({ queue });
        telemetry.attempts.observe({ queue }, attempt);
        if (queue === 'predictions') this.#trace(run, attempt, entry);
      },
      quarantined: (shardId, failure) => {
        telemetry.quarantined.inc({ queue });
        logger.error({ sweepId: run.sweepId, queue, shardId, ...failure }, 'shard quarantined');
      },
    };
  }

  /** The root of a shard's trace: from its job being handed out to its commit being seen. */
  #trace({ sweepId }: SweepRun, attempt: number, { shardId, windows, sinceMs }: InFlight): void {
    if (sinceMs === undefined) return;
    this.#options.tracing?.record({
      ...{ sweepId, shardId, name: 'shard', key: ROOT_SPAN, parentKey: null },
      ...{ startMs: sinceMs, endMs: Date.now(), attributes: { windows, attempt } },
    });
  }

  #move(run: SweepRun, to: SweepRun['state']): void {
    this.#options.logger.info({ sweepId: run.sweepId, from: run.state, to }, 'sweep moved on');
    run.state = to;
    this.#wake();
  }

  #end(run: SweepRun, { state, message }: Ending): void {
    this.#move(run, state);
    run.end(state, message, performance.now());
  }

  #trouble(thrown: unknown, run?: SweepRun): void {
    const error = asDrivesweepError(thrown);
    if (error.code === 'QUEUE_UNAVAILABLE') {
      if (this.#queueTrouble === null)
        this.#options.logger.warn({ code: error.code }, error.message);
      this.#queueTrouble = error.message;
      return;
    }
    const about = run ? { sweepId: run.sweepId } : {};
    this.#options.logger.error({ ...about, code: error.code, err: error }, 'a turn failed');
  }

  #find(sweepId: string): SweepRun {
    const run = this.#runs.get(sweepId);
    if (run) return run;
    throw new DrivesweepError('SWEEP_NOT_FOUND', `there is no sweep ${sweepId}`, {
      hint: 'GET /v1/sweeps lists them.',
    });
  }

  #require(run: SweepRun, states: readonly SweepRun['state'][], wanted: string): void {
    if (states.includes(run.state)) return;
    throw new DrivesweepError(
      'SWEEP_STATE',
      `sweep ${run.sweepId} is ${run.state} and cannot be ${wanted}`,
      { hint: `Only a sweep that is ${states.join(' or ')} can.` },
    );
  }

  async #change(run: SweepRun, change: () => Promise<void>): Promise<SweepStatus> {
    await this.#exclusive(change);
    this.#wake();
    return statusOf(run, this.#predictions.workers);
  }

  /** One after the other, in the order of the calls. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #wake(): void {
    this.#woken.abort();
  }
}
