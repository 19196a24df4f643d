import { aboutSweep, DrivesweepError, keys, scorecardSchema } from '@drivesweep/contracts';
import type { Manifest, ManifestEntry, Scorecard, ScoreRow } from '@drivesweep/contracts';
import { createSummary } from '@drivesweep/scoring';
import type { Summary, WindowOutcome } from '@drivesweep/scoring';
import type { ScoredSweep } from './score-shard.ts';
import { manifestEntries, readManifest, readPlanIndex } from './sweep-documents.ts';

/** Gives the score rows of one shard that has a part. */
export type ShardScores = (
  entry: ManifestEntry & { readonly part: NonNullable<ManifestEntry['part']> },
) => Promise<readonly ScoreRow[]>;

/** Sees the rows of each shard while they are summed up. */
export interface RowWatcher {
  see(part: NonNullable<ManifestEntry['part']>, rows: readonly ScoreRow[]): void;
}

/**
 * Sums up a sealed sweep, one shard in memory at a time, and writes its scorecard. The bytes depend on the spec, the
 * rows and the metrics only: not on the order of the work, nor on who did it, when or where.
 * A sweep that is sealed anew in the meantime (it was partial and went on) is summed up again.
 * @param newWatcher called before each time that the rows go by
 * @param before called with each scorecard before it is written: whoever finds a scorecard may count on what this does
 * Errors: SWEEP_STATE when it is not sealed, PART_CORRUPT, what `shardScores` throws, STORE_*.
 */
export async function writeScorecard(
  sweep: ScoredSweep,
  shardScores: ShardScores,
  newWatcher?: () => RowWatcher,
  before?: (scorecard: Scorecard) => Promise<void>,
): Promise<Scorecard> {
  const { store, spec, scoring } = sweep;
  for (;;) {
    const manifest = await readManifest(store, spec.sweepId);
    const scorecard = await sumUp(sweep, manifest, shardScores, newWatcher?.());
    await before?.(scorecard);
    const key = keys.scorecard(spec.sweepId, scoring.scoringId);
    await store.put(key, encodeScorecard(scorecard));
    const latest = await readManifest(store, spec.sweepId);
    if (latest.generation === manifest.generation) return scorecard;
  }
}

/** Indented for a person; fields in the order of the schema, so that equal scorecards are equal bytes. */
export function encodeScorecard(scorecard: Scorecard): Uint8Array {
  const ordered = scorecardSchema.parse(scorecard);
  return new TextEncoder().encode(`${JSON.stringify(ordered, null, 2)}\n`);
}

async function sumUp(
  { store, spec, scoring }: ScoredSweep,
  manifest: Manifest,
  shardScores: ShardScores,
  watcher: RowWatcher | undefined,
): Promise<Scorecard> {
  const summary = createSummary(scoring.metrics);
  const counts = { expected: 0, ok: 0, error: 0, skipped: 0, missing: 0 };
  const errors = new Map<string, number>();
  for await (const entry of manifestEntries(store, manifest)) {
    counts.expected += entry.rows.expected;
    if (entry.part === null) {
      counts.missing += entry.rows.expected;
      addMissing(summary, entry.rows.expected);
      continue;
    }
    const rows = await shardScores({ ...entry, part: entry.part });
    watcher?.see(entry.part, rows);
    for (const row of rows) {
      counts[row.status]++;
      if (row.code !== null) errors.set(row.code, (errors.get(row.code) ?? 0) + 1);
      summary.add(row);
    }
  }
  assertCounts(manifest, counts);
  const { drives } = await readPlanIndex(store, spec.sweepId);
  return {
    schema: 'scorecard/2',
    sweep: aboutSweep(spec, manifest),
    scoringId: scoring.scoringId,
    counts,
    errors: Object.fromEntries([...errors].sort(([a], [b]) => (a < b ? -1 : 1))),
    drives,
    statistics: summary.statistics,
    headline: summary.headline(),
    metrics: summary.metrics(),
    macro: summary.macroMeans(),
    factsNotSliced: summary.factsNotSliced(),
  };
}

const MISSING: WindowOutcome = { status: 'missing', driveId: null, facts: {}, values: [] };

/** Nothing is known about the windows of a missing shard but that they were expected. */
function addMissing(summary: Summary, windows: number): void {
  for (let n = 0; n < windows; n++) summary.add(MISSING);
}

/** Every window that the seal accounted for is in the scorecard, and no other. */
function assertCounts(manifest: Manifest, counts: Scorecard['counts']): void {
  const names = ['expected', 'ok', 'error', 'skipped', 'missing'] as const;
  const wrong = names.filter((name) => manifest.counts[name] !== counts[name]);
  if (wrong.length === 0) return;
  const details = wrong.map((name) => `${name}: ${manifest.counts[name]} != ${counts[name]}`);
  throw new DrivesweepError(
    'PART_CORRUPT',
    `sweep ${manifest.sweepId}: the scores do not hold the windows of the seal (${details.join(', ')})`,
  );
}
