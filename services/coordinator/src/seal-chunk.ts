import {
  addRealtime,
  addRowCounts,
  isConserved,
  NO_REALTIME,
  NO_ROWS,
} from '@drivesweep/contracts';
import type {
  Commit,
  Manifest,
  ManifestEntry,
  RealtimeCounts,
  RowCounts,
  Shard,
} from '@drivesweep/contracts';
import type { JobFailure } from '@drivesweep/queue-bullmq';

/** What one chunk of the plan adds to the sums of a manifest. */
export interface ChunkSums {
  readonly shards: number;
  /** Of the shards that have an answer. */
  readonly rows: RowCounts;
  readonly missingWindows: number;
  readonly missingShards: number;
  readonly errors: ReadonlyMap<string, number>;
  /** Absent when no commit says it. */
  readonly realtime?: RealtimeCounts;
}

export interface SealedChunk {
  readonly entries: readonly ManifestEntry[];
  readonly sums: ChunkSums;
  /** Shards whose commit does not account for its windows: they count as missing. */
  readonly broken: readonly string[];
}

/** Why a shard has no answer when nothing more is known of it. */
const NOT_COMPUTED: JobFailure = { code: 'CANCELLED', message: 'the shard was not computed' };

/**
 * Puts the shards of a plan chunk beside their commits, in plan order.
 * A commit counts when expected = ok + error + skipped, and expected is the number of windows that were planned.
 * @param commits same order as the shards; undefined where there is none
 * @param failures why a shard failed, by its index
 */
export function sealChunk(
  shards: readonly Shard[],
  commits: readonly (Commit | undefined)[],
  failures: ReadonlyMap<number, JobFailure>,
): SealedChunk {
  const errors = new Map<string, number>();
  const broken: string[] = [];
  let rows = NO_ROWS;
  let missingWindows = 0;
  let missingShards = 0;
  let realtime: RealtimeCounts | undefined;
  const entries = shards.map((shard, position): ManifestEntry => {
    const commit = commits[position];
    if (commit && accountsFor(commit, shard)) {
      rows = addRowCounts(rows, commit.rows);
      if (commit.realtime) realtime = addRealtime(realtime ?? NO_REALTIME, commit.realtime);
      for (const [code, n] of Object.entries(commit.errors)) {
        errors.set(code, (errors.get(code) ?? 0) + n);
      }
      return entryOf(shard, commit);
    }
    missingShards += 1;
    missingWindows += shard.t0Us.length;
    if (!commit) return missingEntry(shard, failures.get(shard.index) ?? NOT_COMPUTED);
    broken.push(shard.shardId);
    const message = `the commit accounts for other windows than the ${shard.t0Us.length} planned`;
    return missingEntry(shard, { code: 'PART_CORRUPT', message });
  });
  const sums = {
    ...{ shards: shards.length, rows, missingWindows, missingShards, errors },
    ...(realtime ? { realtime } : {}),
  };
  return { entries, sums, broken };
}

function accountsFor(commit: Commit, shard: Shard): boolean {
  return (
    commit.shardId === shard.shardId &&
    commit.rows.expected === shard.t0Us.length &&
    isConserved(commit.rows)
  );
}

function entryOf({ index, shardId }: Shard, { part, rows }: Commit): ManifestEntry {
  return { index, shardId, part, rows, failure: null };
}

function missingEntry(shard: Shard, failure: JobFailure): ManifestEntry {
  const { index, shardId, t0Us } = shard;
  return { index, shardId, part: null, rows: { ...NO_ROWS, expected: t0Us.length }, failure };
}

/** The head of a manifest, before it has a time and chunks. */
export type ManifestTotals = Pick<
  Manifest,
  'outcome' | 'reason' | 'counts' | 'errors' | 'shards' | 'realtime'
>;

/**
 * Adds up chunks.
 * @param stopped why the sweep was stopped before all shards were tried, or null
 */
export function totalsOf(chunks: readonly ChunkSums[], stopped: string | null): ManifestTotals {
  const errors = new Map<string, number>();
  let rows = NO_ROWS;
  for (const chunk of chunks) {
    rows = addRowCounts(rows, chunk.rows);
    for (const [code, n] of chunk.errors) errors.set(code, (errors.get(code) ?? 0) + n);
  }
  const sum = (of: (chunk: ChunkSums) => number) => chunks.reduce((n, one) => n + of(one), 0);
  const missing = sum((chunk) => chunk.missingWindows);
  const total = sum((chunk) => chunk.shards);
  const missingShards = sum((chunk) => chunk.missingShards);
  const known = chunks.flatMap(({ realtime }) => realtime ?? []);
  const unanswered = `${missingShards} of ${total} shards have no answer (${missing} windows)`;
  return {
    outcome: missingShards === 0 ? 'complete' : 'partial',
    reason:
      missingShards === 0 ? null : stopped === null ? unanswered : `${stopped}; ${unanswered}`,
    counts: { ...rows, expected: rows.expected + missing, missing },
    errors: Object.fromEntries([...errors].sort(([a], [b]) => (a < b ? -1 : 1))),
    shards: { total, committed: total - missingShards, missing: missingShards },
    ...(known.length > 0 ? { realtime: known.reduce(addRealtime) } : {}),
  };
}

/** True when an id (16 hex digits each) is there twice. Takes 8 bytes per id, so that a sweep of millions fits. */
export function hasDuplicate(shardIds: BigUint64Array): boolean {
  const sorted = shardIds.slice().sort();
  return sorted.some((id, position) => position > 0 && id === sorted[position - 1]);
}
