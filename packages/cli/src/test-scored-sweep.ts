import {
  canonicalJson,
  encodePlanChunk,
  keys,
  SCORE_SCHEMA_VERSION,
  scoringIdOf,
  sha256Hex,
  windowIdOf,
} from '@drivesweep/contracts';
import type {
  ObjectStore,
  OkPrediction,
  PlanIndex,
  PredictionRow,
  ScoreRow,
  SweepSpec,
} from '@drivesweep/contracts';
import { commitPart } from '@drivesweep/object-store';
import { encodePredictionPart, encodeScorePart } from '@drivesweep/parquet-io';
import { createWindowScorer, scoringDescription } from '@drivesweep/scoring';
import { buildOkPrediction, buildSealedSweep } from '@drivesweep/testkit';
import type { BuiltPrediction } from '@drivesweep/testkit';

/** For tests: one shard. A number instead of rows is a shard without an answer for this many windows, 1 s apart from 0. */
export interface TestShard {
  readonly drive: string;
  readonly rows: readonly PredictionRow[] | number;
}

/** A window of a drive, answered `lateralM` beside what the car did: every displacement is `lateralM`. */
export function windowOf(drive: string, t0Us: number, built: BuiltPrediction = {}): OkPrediction {
  return { ...buildOkPrediction(t0Us, built), driveId: drive, windowId: windowIdOf(drive, t0Us) };
}

/** A window that failed. */
export function failedWindow(drive: string, t0Us: number): PredictionRow {
  const windowId = windowIdOf(drive, t0Us);
  const what = { code: 'CAMERA_MISSING', message: 'no such camera' } as const;
  return { status: 'error', windowId, driveId: drive, t0Us, facts: {}, ...what };
}

/** Writes a sweep into a store as it is after the seal and after scoring, with its plan. */
export async function putScoredSweep(
  store: ObjectStore,
  spec: SweepSpec,
  shards: readonly TestShard[],
): Promise<void> {
  const built = shards.map(({ rows }) => rows);
  await buildSealedSweep(store, spec, built, encodePredictionPart);
  await putPlan(store, spec, shards);
  await store.put(keys.sweepIndexEntry(spec.sweepId), new Uint8Array());
  for (const [index, { rows }] of shards.entries()) {
    if (typeof rows !== 'number') await putScores(store, spec, shardIdAt(index), rows);
  }
}

/** As `buildSealedSweep` names them. */
function shardIdAt(index: number): string {
  return index.toString().padStart(16, '0');
}

async function putPlan(
  store: ObjectStore,
  { sweepId }: SweepSpec,
  shards: readonly TestShard[],
): Promise<void> {
  const planned = shards.map(({ drive, rows }, index) => ({
    index,
    shardId: shardIdAt(index),
    driveId: drive,
    t0Us:
      typeof rows === 'number'
        ? Array.from({ length: rows }, (_, n) => n * 1_000_000)
        : rows.map(({ t0Us }) => t0Us),
    verdict: null,
  }));
  const bytes = encodePlanChunk(planned);
  const key = keys.planChunk(sweepId, 0);
  const windows = planned.reduce((sum, { t0Us }) => sum + t0Us.length, 0);
  const index: PlanIndex = {
    schema: 'plan/1',
    sweepId,
    drives: new Set(shards.map(({ drive }) => drive)).size,
    shards: shards.length,
    windows,
    chunks: [{ key, sha256: sha256Hex(bytes), firstShard: 0, shards: shards.length, windows }],
  };
  await store.put(key, bytes);
  await store.put(keys.planIndex(sweepId), new TextEncoder().encode(canonicalJson({ ...index })));
}

async function putScores(
  store: ObjectStore,
  spec: SweepSpec,
  shardId: string,
  rows: readonly PredictionRow[],
): Promise<void> {
  const { sweepId, samples, horizonSteps, stepUs } = spec;
  const parameters = { samples, horizonSteps, stepS: stepUs / 1e6 };
  const scorer = createWindowScorer(parameters);
  const scoringId = scoringIdOf(scoringDescription(parameters));
  const scored = rows.map((row): ScoreRow => {
    const { windowId, driveId, t0Us, facts } = row;
    const identity = { windowId, driveId, t0Us, facts };
    if (row.status !== 'ok') {
      return { ...identity, status: row.status, code: row.code, values: [] };
    }
    const values = Array.from(scorer.score(row), (value) => (Number.isNaN(value) ? null : value));
    return { ...identity, status: 'ok', code: null, values };
  });
  const count = (status: ScoreRow['status']) => rows.filter((row) => row.status === status).length;
  const provenance = { provider: 'none', software: {} };
  const metadata = {
    schemaVersion: SCORE_SCHEMA_VERSION,
    sweepId,
    shardId,
    bundleSha256: spec.policy.bundleSha256,
    ...provenance,
  };
  await commitPart({
    store,
    commitKey: keys.scoreCommit(sweepId, scoringId, shardId),
    part: {
      key: keys.scorePart(sweepId, scoringId, shardId, 1, 'test'),
      bytes: encodeScorePart(
        scored,
        scorer.metrics.map(({ id }) => id),
        metadata,
      ),
    },
    commit: {
      schema: 'commit/1',
      sweepId,
      shardId,
      rows: {
        expected: rows.length,
        ok: count('ok'),
        error: count('error'),
        skipped: count('skipped'),
      },
      errors: {},
      writer: 'test',
      attempt: 1,
      committedAt: '2026-01-01T00:00:00.000Z',
      ...provenance,
    },
  });
}
