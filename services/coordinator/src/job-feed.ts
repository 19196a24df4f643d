import type { Commit, ObjectStore, Shard } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import type {
  JobFailure,
  JobProducer,
  JobStanding,
  NewJob,
  SweepJob,
} from '@drivesweep/queue-bullmq';
import type { Bitmap } from './bitmap.ts';
import { forEachBounded } from './bounded.ts';
import { chooseNext } from './choose-next.ts';
import type { InFlight, ShardProgress } from './shard-progress.ts';

/** One sweep's part in a queue. */
export interface FeedWork<T extends SweepJob> {
  readonly sweepId: string;
  readonly progress: ShardProgress;
  /** Shards that may be fed; null for all. */
  readonly within: Bitmap | null;
  /** False when the sweep is not to get new jobs, because it has failed too often. */
  readonly mayFeed: boolean;
  /** Windows that the sweep is owed; see chooseNext. */
  deficit: number;
  readShard(index: number): Promise<Shard>;
  jobOf(shard: Shard): NewJob<T>;
  commitKey(shardId: string): string;
  onCommit(entry: InFlight, commit: Commit): void;
  onQuarantine(entry: InFlight, failure: JobFailure): void;
}

export interface JobFeedOptions<T extends SweepJob> {
  readonly producer: JobProducer<T>;
  readonly store: ObjectStore;
  readonly jobsPerWorker: number;
  /** How often jobs are looked at, for events that were lost. */
  readonly reconcileMs: number;
  readonly now: () => number;
  /** Called when there may be something to do. */
  readonly wake: () => void;
  /** Called with the number of jobs that were gone from Redis without a commit. */
  readonly onLost?: (jobs: number) => void;
  /** Called for each job that was put back because its worker was silent. */
  readonly onStalled?: () => void;
}

/** How a job ended, as an event told it. */
type End = 'completed' | JobFailure;

const LOOKS_AT_ONCE = 16;
const COUNT_WORKERS_MS = 1_000;

/**
 * Keeps a few jobs per worker of one queue in Redis, for all running sweeps together, and learns how they end.
 * What counts is the commit in the store: an event, or a job's state in Redis, is only a reason to look for it. So a
 * Redis that was wiped, an event that was lost or a worker that died after its commit costs one look and no work.
 */
export class JobFeed<T extends SweepJob> {
  readonly #options: JobFeedOptions<T>;
  readonly #ends = new Map<string, End>();
  #workers = 0;
  #countedMs = -Infinity;
  #reconciledMs = -Infinity;

  constructor(options: JobFeedOptions<T>) {
    this.#options = options;
    const told = (jobId: string, end: End) => {
      this.#ends.set(jobId, end);
      options.wake();
    };
    options.producer.watch({
      completed: (jobId) => told(jobId, 'completed'),
      failed: (jobId, failure) => told(jobId, failure),
      stalled: () => options.onStalled?.(),
    });
  }

  /** Workers that said lately that they are there. */
  get workers(): number {
    return this.#workers;
  }

  /** One turn: settles what ended, looks at all jobs when it is time to, and feeds. Errors: QUEUE_UNAVAILABLE, STORE_*. */
  async turn(works: readonly FeedWork<T>[]): Promise<void> {
    await this.#settleEnded(works);
    const now = this.#options.now();
    if (now - this.#reconciledMs >= this.#options.reconcileMs) {
      await this.#reconcile(works);
      this.#reconciledMs = now;
    }
    if (now - this.#countedMs >= COUNT_WORKERS_MS) {
      this.#workers = await this.#options.producer.workersCount();
      this.#countedMs = now;
    }
    await this.#feed(works);
  }

  /** Looks at every job in the next turn. */
  reconcileSoon(): void {
    this.#reconciledMs = -Infinity;
  }

  async #settleEnded(works: readonly FeedWork<T>[]): Promise<void> {
    const ends = [...this.#ends];
    this.#ends.clear();
    const ended = ends.flatMap(([jobId, end]) => {
      const work = works.find((one) => one.progress.inFlight.has(jobId));
      const entry = work?.progress.inFlight.get(jobId);
      return work && entry ? [{ work, entry, standing: standingOf(end) }] : [];
    });
    await forEachBounded(ended, LOOKS_AT_ONCE, (one) => this.#settle(one));
  }

  async #reconcile(works: readonly FeedWork<T>[]): Promise<void> {
    const open = works.flatMap((work) =>
      [...work.progress.inFlight.values()].map((entry) => ({ work, entry })),
    );
    const standings = await this.#options.producer.standings(open.map(({ entry }) => entry.jobId));
    const moved = open.flatMap(({ work, entry }, position) => {
      const standing = standings[position];
      const rests = !standing || standing.state === 'waiting' || standing.state === 'active';
      return rests ? [] : [{ work, entry, standing }];
    });
    const lost = moved.filter(({ standing }) => standing.state === 'absent').length;
    if (lost > 0) this.#options.onLost?.(lost);
    await forEachBounded(moved, LOOKS_AT_ONCE, (one) => this.#settle(one));
  }

  /** The job is over, one way or another: is there a commit? */
  async #settle(one: {
    readonly work: FeedWork<T>;
    readonly entry: InFlight;
    readonly standing: JobStanding;
  }): Promise<void> {
    const { work, entry, standing } = one;
    const commit = await readCommit(this.#options.store, work.commitKey(entry.shardId));
    // The sweep may have been cancelled while we looked.
    if (!work.progress.inFlight.has(entry.jobId)) return;
    if (commit) {
      if (work.progress.finish(entry.index, entry.jobId)) work.onCommit(entry, commit);
    } else if (standing.state === 'failed' && standing.failure.code !== 'CANCELLED') {
      work.progress.quarantine(entry.jobId, standing.failure);
      work.onQuarantine(entry, standing.failure);
    } else {
      // Gone, or ended without an answer: what is left of the job would keep it from being added again.
      await this.#options.producer.remove([entry.jobId]);
      work.progress.release(entry.jobId);
    }
  }

  async #feed(works: readonly FeedWork<T>[]): Promise<void> {
    const inFlight = works.reduce((sum, work) => sum + work.progress.inFlight.size, 0);
    const capacity = this.#options.jobsPerWorker * Math.max(1, this.#workers) - inFlight;
    if (capacity <= 0) return;
    const hungry = works.filter((work) => work.mayFeed);
    const shards = new Map<string, Shard>();
    const contenders = await Promise.all(
      hungry.map(async (work) => {
        const open = work.progress.open(capacity, work.within);
        const next = await Promise.all(open.map((index) => work.readShard(index)));
        for (const shard of next) shards.set(`${work.sweepId} ${shard.index}`, shard);
        const sizes = next.map(({ index, t0Us }) => ({ index, windows: t0Us.length }));
        return { sweepId: work.sweepId, deficit: work.deficit, shards: sizes };
      }),
    );
    const { picks, deficits } = chooseNext(contenders, capacity);
    const picked = picks.flatMap(({ sweepId, index }) => {
      const work = hungry.find((one) => one.sweepId === sweepId);
      const shard = shards.get(`${sweepId} ${index}`);
      return work && shard ? [{ work, shard, job: work.jobOf(shard) }] : [];
    });
    if (picked.length === 0) return;
    await this.#options.producer.add(picked.map(({ job }) => job));
    for (const { work, shard, job } of picked) {
      const { index, shardId, t0Us } = shard;
      work.progress.start({
        index,
        shardId,
        jobId: job.jobId,
        windows: t0Us.length,
        sinceMs: Date.now(),
      });
    }
    for (const work of hungry) work.deficit = deficits.get(work.sweepId) ?? 0;
  }
}

function standingOf(end: End): JobStanding {
  return end === 'completed' ? { state: 'completed' } : { state: 'failed', failure: end };
}
