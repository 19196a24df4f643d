import { DrivesweepError, keys, windowIdOf } from '@drivesweep/contracts';
import type { ManifestEntry, ObjectStore, Shard } from '@drivesweep/contracts';
import { readCommit, readPart } from '@drivesweep/object-store';
import { decodeScorePart } from '@drivesweep/parquet-io';
import type { SideOfWindow } from '@drivesweep/scoring';
import { manifestEntries, planShards } from './sealed-sweep.ts';
import type { SealedSweep } from './sealed-sweep.ts';

/** Parts that are read at the same time: enough to hide the latency of S3, few enough to hold in memory. */
const PARTS_AT_ONCE = 8;

/**
 * Every window that a sealed sweep expects, with the values of some metrics: through manifest and commits, shard by shard
 * in plan order, never by listing. Windows of shards without an answer come last, from the plan, as missing.
 * Errors: SWEEP_STATE when it is not scored by this version, PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*.
 * @param ids metrics of the sweep; values come in this order
 */
export async function* scoredWindows(
  store: ObjectStore,
  sweep: SealedSweep,
  ids: readonly string[],
): AsyncGenerator<SideOfWindow> {
  const columns = ids.map((id) => sweep.metrics.findIndex((metric) => metric.id === id));
  const answers = (entry: ManifestEntry) =>
    entry.part === null ? Promise.resolve(null) : readShard(store, sweep, columns, entry);
  for await (const entries of groupsOf(manifestEntries(store, sweep.manifest), PARTS_AT_ONCE)) {
    // All are waited for before any is used, so that none of them fails unheard.
    const read = await Promise.all(entries.map(answers));
    for (const [i, entry] of entries.entries()) {
      const windows = read[i];
      if (!windows) continue;
      assertCount(entry, windows);
      yield* windows;
    }
  }
  yield* missingWindows(store, sweep);
}

/** The windows of shards without an answer stand in the plan only. It is not read when every shard has one. */
async function* missingWindows(
  store: ObjectStore,
  { spec, manifest }: SealedSweep,
): AsyncGenerator<SideOfWindow> {
  if (manifest.shards.missing === 0) return;
  const missing = new Map<string, ManifestEntry>();
  for await (const entry of manifestEntries(store, manifest)) {
    if (entry.part === null) missing.set(entry.shardId, entry);
  }
  for await (const shard of planShards(store, spec.sweepId)) {
    const entry = missing.get(shard.shardId);
    if (!entry) continue;
    missing.delete(shard.shardId);
    const windows = windowsOf(shard);
    assertCount(entry, windows);
    yield* windows;
  }
  const [unplanned] = missing.keys();
  if (unplanned === undefined) return;
  throw new DrivesweepError(
    'PART_CORRUPT',
    `shard ${unplanned} of sweep ${spec.sweepId} is in the manifest and not in the plan`,
  );
}

async function readShard(
  store: ObjectStore,
  { spec, scoringId, metrics }: SealedSweep,
  columns: readonly number[],
  { shardId }: ManifestEntry,
): Promise<SideOfWindow[]> {
  const commit = await readCommit(store, keys.scoreCommit(spec.sweepId, scoringId, shardId));
  if (commit === undefined) throw notScored(spec);
  const { rows, metricIds } = decodeScorePart(await readPart(store, commit.part));
  if (metricIds.join() !== metrics.map(({ id }) => id).join()) {
    throw new DrivesweepError('PART_CORRUPT', `${commit.part.key} holds other metrics`);
  }
  return rows.map(({ windowId, driveId, status, facts, values }) => ({
    windowId,
    driveId,
    status,
    facts,
    values: status === 'ok' ? columns.map((column) => values[column] ?? null) : [],
  }));
}

function windowsOf({ driveId, t0Us }: Shard): SideOfWindow[] {
  return t0Us.map((t0) => ({
    windowId: windowIdOf(driveId, t0),
    driveId,
    status: 'missing',
    facts: {},
    values: [],
  }));
}

function notScored({ name, sweepId }: SealedSweep['spec']): DrivesweepError {
  return new DrivesweepError(
    'SWEEP_STATE',
    `sweep ${name} (${sweepId}) is not scored by the metrics of this version`,
    { hint: `score it from its parts: drivesweep score ${sweepId}` },
  );
}

function assertCount({ shardId, rows }: ManifestEntry, windows: readonly SideOfWindow[]): void {
  if (windows.length === rows.expected) return;
  throw new DrivesweepError(
    'PART_CORRUPT',
    `shard ${shardId}: the seal expects ${rows.expected} windows, found ${windows.length}`,
  );
}

async function* groupsOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
