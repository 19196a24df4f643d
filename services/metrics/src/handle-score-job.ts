import { randomUUID } from 'node:crypto';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { JobHandler, JobResult, ObjectStore, ScoreJob } from '@drivesweep/contracts';
import { ROOT_SPAN } from '@drivesweep/service-kit';
import type { Tracing } from '@drivesweep/service-kit';
import { writeScorecardAndReport } from './report-scored.ts';
import type { Reporter } from './report-scored.ts';
import { readScores, scoreShard } from './score-shard.ts';
import type { ScoredShard, ScoredSweep } from './score-shard.ts';
import { readSpec } from './sweep-documents.ts';
import { scoringOf } from './sweep-scoring.ts';
import { OUTCOMES } from './telemetry.ts';
import type { Telemetry } from './telemetry.ts';

/** Specs never change, so a few are kept: jobs of one sweep come in a row. */
const KEPT_SWEEPS = 16;

/** Handles the jobs of the queue `scores`: one shard's scores, or the scorecard and the report of a sealed sweep. */
export function createScoreJobHandler(
  store: ObjectStore,
  telemetry: Telemetry,
  report: Reporter | null = null,
  tracing?: Tracing,
): JobHandler<ScoreJob> {
  const openSweep = keepRecent(KEPT_SWEEPS, async (sweepId): Promise<ScoredSweep> => {
    const spec = await readSpec(store, sweepId);
    return { store, spec, scoring: scoringOf(spec) };
  });
  const score = async (
    { spec, scoring }: ScoredSweep,
    shardId: string,
    attempt: number,
  ): Promise<ScoredShard> => {
    const end = telemetry.scoreSeconds.startTimer();
    const startMs = Date.now();
    const who = { attempt, nonce: randomUUID(), now: () => new Date() };
    const scored = await scoreShard({ store, spec, scoring }, shardId, who);
    if (scored.result !== 'resumed') end();
    countShard(telemetry, scored);
    tracing?.record({
      ...{ sweepId: spec.sweepId, shardId, name: 'score', key: `score/${attempt}` },
      ...{ parentKey: ROOT_SPAN, startMs, endMs: Date.now() },
      attributes: { attempt, result: scored.result },
    });
    return scored;
  };
  const handle: JobHandler<ScoreJob> = async (job, { attempt, signal }) => {
    const sweep = await openSweep(job.sweepId);
    assertSameScoring(job, sweep);
    signal.throwIfAborted();
    if (job.task.kind === 'shard') {
      const { commit, result } = await score(sweep, job.task.shardId, attempt);
      return { rows: commit.rows, resumed: result !== 'scored' };
    }
    const scoresOf = async ({ shardId }: { readonly shardId: string }) => {
      signal.throwIfAborted();
      // Each shard was scored by a job of its own before, unless that job was lost with Redis.
      return readScores(sweep, (await score(sweep, shardId, attempt)).commit);
    };
    const scorecard = await writeScorecardAndReport(sweep, scoresOf, report);
    telemetry.scorecards.inc({ outcome: scorecard.sweep.outcome });
    return resultOf(scorecard.counts);
  };
  return async (job, attempt) => {
    try {
      return await handle(job, attempt);
    } catch (thrown) {
      telemetry.failures.inc({ code: asDrivesweepError(thrown).code });
      throw thrown;
    }
  };
}

function resultOf({ expected, ok, error, skipped }: JobResult['rows']): JobResult {
  return { rows: { expected, ok, error, skipped }, resumed: false };
}

/** A coordinator of another version asks for scores that this one would not make. */
function assertSameScoring(job: ScoreJob, { scoring }: ScoredSweep): void {
  if (job.scoringId === scoring.scoringId) return;
  throw new DrivesweepError(
    'SCHEMA_UNSUPPORTED',
    `the job asks for scoring ${job.scoringId}, this service makes ${scoring.scoringId}`,
    { hint: 'Coordinator and metrics service must be of the same version.' },
  );
}

function countShard(telemetry: Telemetry, { commit, result }: ScoredShard): void {
  telemetry.shards.inc({ result });
  if (result === 'lost') telemetry.conflicts.inc();
  if (result !== 'scored') return;
  for (const outcome of OUTCOMES) telemetry.windows.inc({ outcome }, commit.rows[outcome]);
}

/** Calls `open` once per key, and again only after `limit` other keys or a failure. */
function keepRecent<T>(
  limit: number,
  open: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (key) => {
    const known = kept.get(key);
    if (known) return known;
    const opened = open(key);
    kept.set(key, opened);
    opened.catch(() => kept.delete(key));
    const oldest = kept.keys().next().value;
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    return opened;
  };
}
