import {
  addRowCounts,
  keys,
  NO_ROWS,
  predictionJobId,
  scoreJobId,
  scoringIdOf,
} from '@drivesweep/contracts';
import type {
  Commit,
  Manifest,
  PredictionJob,
  RowCounts,
  ScoreJob,
  Shard,
  SweepSpec,
  SweepState,
} from '@drivesweep/contracts';
import type { JobFailure, NewJob } from '@drivesweep/queue-bullmq';
import { scoringDescription } from '@drivesweep/scoring';
import type { FeedWork } from './job-feed.ts';
import type { PlanReader } from './plan-reader.ts';
import { ShardProgress } from './shard-progress.ts';
import type { InFlight } from './shard-progress.ts';
import { Throughput } from './throughput.ts';

/** A piece of work that runs beside the turns: planning, loading or sealing. */
export interface Activity {
  readonly kind: 'planning' | 'loading' | 'sealing';
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * One sweep, as the coordinator has it in memory. Its life (contracts/status.ts gives the words):
 *
 *   planning --the plan's index is in the store--> running
 *            --no window, or an error that will not pass--> refused --submitted again--> planning
 *   running  --every shard has a commit or is quarantined, or the error budget is spent--> sealing
 *   sealing  --manifest.json is in the store--> scoring
 *   scoring  --the scorecard of this manifest is in the store--> complete | partial, as the manifest says
 *            --scores failed for good--> partial
 *   planning, running --cancel--> cancelled --resume--> planning | running, whether there is a plan
 *   partial  --resume--> running, and the next seal is a new generation
 *   complete, partial --score--> scoring
 *
 * What the state is follows from the store alone (take-up.ts), so a coordinator that was killed comes to the same.
 * `loaded` says that the commits in the store are known; until then nothing is fed.
 */
export class SweepRun {
  readonly spec: SweepSpec;
  readonly scoringId: string;
  state: SweepState;
  message: string | null = null;
  /** Null until the sweep is planned. */
  plan: PlanReader | null = null;
  /** The latest seal. */
  manifest: Manifest | null = null;
  loaded = false;
  predictions = new ShardProgress(0);
  scores = new ShardProgress(0);
  counts: RowCounts = NO_ROWS;
  errors = new Map<string, number>();
  quarantinedWindows = 0;
  /** Why no more shards are fed although some are open: the error budget. */
  stopped: string | null = null;
  /** The store says that the sweep is cancelled, Redis does not yet. */
  cancelToAnnounce = false;
  scorecardTries = 0;
  activity: Activity | null = null;
  /** Not before this time is a failed activity tried again. */
  retryAtMs = 0;
  endedAtMs: number | null = null;
  throughput = new Throughput();
  #deficits = { predictions: 0, scores: 0 };

  constructor(spec: SweepSpec, state: SweepState) {
    this.spec = spec;
    this.state = state;
    this.scoringId = scoringIdOfSpec(spec);
  }

  get sweepId(): string {
    return this.spec.sweepId;
  }

  /** Number of the seal that is to come. */
  get generation(): number {
    return (this.manifest?.generation ?? 0) + 1;
  }

  get isEnded(): boolean {
    return ['complete', 'partial', 'cancelled', 'refused'].includes(this.state);
  }

  /** Forgets what was read from the store; it is read again before the sweep goes on. */
  unload(): void {
    const shards = this.plan?.index.shards ?? 0;
    this.loaded = false;
    this.predictions = new ShardProgress(shards);
    this.scores = new ShardProgress(shards);
    this.counts = NO_ROWS;
    this.errors = new Map();
    this.quarantinedWindows = 0;
    this.stopped = null;
    this.scorecardTries = 0;
    this.throughput = new Throughput();
  }

  /** Ends the sweep; its figures come from the manifest from now on. */
  end(state: 'complete' | 'partial', message: string | null, nowMs: number): void {
    this.unload();
    this.state = state;
    this.message = message;
    this.endedAtMs = nowMs;
  }

  /** Counts a commit once, whoever saw it first. */
  countCommit(index: number, commit: Commit): void {
    if (this.predictions.finish(index)) this.addCommit(commit);
  }

  addCommit(commit: Commit): void {
    this.counts = addRowCounts(this.counts, commit.rows);
    for (const [code, n] of Object.entries(commit.errors)) {
      this.errors.set(code, (this.errors.get(code) ?? 0) + n);
    }
  }

  /** This sweep's part in the queue of predictions. */
  predictionWork(seen: WorkListener): FeedWork<PredictionJob> {
    const deficits = this.#deficits;
    return {
      sweepId: this.sweepId,
      progress: this.predictions,
      within: null,
      mayFeed: this.state === 'running' && this.stopped === null,
      get deficit() {
        return deficits.predictions;
      },
      set deficit(windows) {
        deficits.predictions = windows;
      },
      readShard: (index) => this.#readShard(index),
      jobOf: (shard) => this.#predictionJob(shard),
      commitKey: (shardId) => keys.predictionCommit(this.sweepId, shardId),
      onCommit: (entry, commit) => {
        this.addCommit(commit);
        seen.committed(commit, entry);
      },
      onQuarantine: ({ windows, shardId }, failure) => {
        this.quarantinedWindows += windows;
        seen.quarantined(shardId, failure);
      },
    };
  }

  /** This sweep's part in the queue of scores: only shards that have predictions. */
  scoreWork(seen: WorkListener): FeedWork<ScoreJob> {
    const deficits = this.#deficits;
    return {
      sweepId: this.sweepId,
      progress: this.scores,
      within: this.predictions.done,
      mayFeed: true,
      get deficit() {
        return deficits.scores;
      },
      set deficit(windows) {
        deficits.scores = windows;
      },
      readShard: (index) => this.#readShard(index),
      jobOf: ({ shardId, index }) => this.#scoreJob({ kind: 'shard', shardId, index }),
      commitKey: (shardId) => keys.scoreCommit(this.sweepId, this.scoringId, shardId),
      onCommit: (entry, commit) => seen.committed(commit, entry),
      onQuarantine: ({ shardId }, failure) => seen.quarantined(shardId, failure),
    };
  }

  scorecardJob(): NewJob<ScoreJob> {
    return this.#scoreJob({ kind: 'scorecard' });
  }

  #predictionJob({ shardId, index }: Shard): NewJob<PredictionJob> {
    const data: PredictionJob = { v: 1, sweepId: this.sweepId, shardId, index };
    return { jobId: predictionJobId(data), data };
  }

  #scoreJob(task: ScoreJob['task']): NewJob<ScoreJob> {
    const data: ScoreJob = { v: 1, sweepId: this.sweepId, scoringId: this.scoringId, task };
    return { jobId: scoreJobId(data), data };
  }

  #readShard(index: number): Promise<Shard> {
    if (!this.plan) throw new Error(`sweep ${this.sweepId} has no plan yet`);
    return this.plan.shard(index);
  }
}

/** Who wants to know what becomes of shards. */
export interface WorkListener {
  committed(commit: Commit, entry: InFlight): void;
  quarantined(shardId: string, failure: JobFailure): void;
}

/** The scoring that this program gives a sweep: the same that the metrics service works out for itself. */
export function scoringIdOfSpec(spec: SweepSpec): string {
  const { samples, horizonSteps, stepUs } = spec;
  return scoringIdOf(scoringDescription({ samples, horizonSteps, stepS: stepUs / 1e6 }));
}
