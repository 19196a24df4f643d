import { DrivesweepError, keys, SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { Commit, ObjectStore, ScoreRow, SweepSpec } from '@drivesweep/contracts';
import { commitPart, readCommit, readPart } from '@drivesweep/object-store';
import { decodeScoredPredictions, decodeScorePart, encodeScorePart } from '@drivesweep/parquet-io';
import { SCORING_VERSION } from '@drivesweep/scoring';
import type { SweepScoring } from './sweep-scoring.ts';

/** What a shard's scoring needs to know about who does it. */
export interface ScoreAttempt {
  readonly attempt: number;
  /** Used by this attempt only. */
  readonly nonce: string;
  readonly now: () => Date;
}

export interface ScoredShard {
  readonly commit: Commit;
  /** `resumed`: the scores were there already; `lost`: somebody else committed first. */
  readonly result: 'scored' | 'resumed' | 'lost';
}

/** A sweep that is being scored. */
export interface ScoredSweep {
  readonly store: ObjectStore;
  readonly spec: SweepSpec;
  readonly scoring: SweepScoring;
}

/**
 * Scores the part of one shard and commits the scores: the commit of the predictions by key, its part by hash, one
 * score row per prediction row, then the same commit protocol as for predictions.
 * Errors: OBJECT_NOT_FOUND when the shard has no predictions, PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*.
 */
export async function scoreShard(
  sweep: ScoredSweep,
  shardId: string,
  attempt: ScoreAttempt,
): Promise<ScoredShard> {
  const done = await readScoreCommit(sweep, shardId);
  if (done) return { commit: done, result: 'resumed' };
  const predictions = await requirePredictions(sweep, shardId);
  return commitScores(sweep, predictions, await scorePart(sweep, predictions), attempt);
}

/** Undefined when the shard is not scored yet. */
export function readScoreCommit(
  { store, spec, scoring }: ScoredSweep,
  shardId: string,
): Promise<Commit | undefined> {
  return readCommit(store, keys.scoreCommit(spec.sweepId, scoring.scoringId, shardId));
}

/** The predictions' commit of a shard. @throws OBJECT_NOT_FOUND */
export async function requirePredictions(
  { store, spec }: ScoredSweep,
  shardId: string,
): Promise<Commit> {
  const key = keys.predictionCommit(spec.sweepId, shardId);
  const commit = await readCommit(store, key);
  if (commit) return commit;
  throw new DrivesweepError('OBJECT_NOT_FOUND', `shard ${shardId} has no predictions (${key})`);
}

/** Reads a part of predictions and scores its rows, which must be as many as its commit says. */
export async function scorePart(
  { store, scoring }: ScoredSweep,
  predictions: Pick<Commit, 'part' | 'rows'>,
): Promise<ScoreRow[]> {
  const part = await decodeScoredPredictions(await readPart(store, predictions.part));
  const scored = scoring.scoreRows(part);
  assertRows(predictions, scored);
  return scored;
}

/** The score rows of a shard that is scored. @throws PART_CORRUPT when they are not what was committed */
export async function readScores(
  { store, scoring }: ScoredSweep,
  commit: Commit,
): Promise<readonly ScoreRow[]> {
  const { rows, metricIds } = decodeScorePart(await readPart(store, commit.part));
  const expected = scoring.metrics.map(({ id }) => id);
  if (metricIds.join() !== expected.join()) {
    throw new DrivesweepError('PART_CORRUPT', `${commit.part.key} holds other metrics`);
  }
  assertRows(commit, rows);
  return rows;
}

/** Writes score rows and tries to make them the shard's scores. */
export async function commitScores(
  { store, spec, scoring }: ScoredSweep,
  predictions: Commit,
  rows: readonly ScoreRow[],
  { attempt, nonce, now }: ScoreAttempt,
): Promise<ScoredShard> {
  const { sweepId, shardId, provider } = predictions;
  const software = { scoring: SCORING_VERSION };
  const metadata = {
    schemaVersion: SCORE_SCHEMA_VERSION,
    sweepId,
    shardId,
    bundleSha256: spec.policy.bundleSha256,
    provider,
    software,
  };
  const metricIds = scoring.metrics.map(({ id }) => id);
  const { outcome, commit } = await commitPart({
    store,
    commitKey: keys.scoreCommit(sweepId, scoring.scoringId, shardId),
    part: {
      key: keys.scorePart(sweepId, scoring.scoringId, shardId, attempt, nonce),
      bytes: encodeScorePart(rows, metricIds, metadata),
    },
    commit: {
      schema: 'commit/1',
      sweepId,
      shardId,
      rows: predictions.rows,
      errors: predictions.errors,
      writer: nonce,
      attempt,
      committedAt: now().toISOString(),
      provider,
      software,
    },
  });
  return { commit, result: outcome === 'committed' ? 'scored' : 'lost' };
}

function assertRows({ part, rows }: Pick<Commit, 'part' | 'rows'>, found: readonly ScoreRow[]) {
  const count = (status: ScoreRow['status']) => found.filter((row) => row.status === status).length;
  const counts = { ok: count('ok'), error: count('error'), skipped: count('skipped') };
  const same =
    counts.ok === rows.ok && counts.error === rows.error && counts.skipped === rows.skipped;
  if (same && found.length === rows.expected) return;
  throw new DrivesweepError(
    'PART_CORRUPT',
    `${part.key}: expected ${JSON.stringify(rows)}, found ${JSON.stringify(counts)}`,
  );
}
