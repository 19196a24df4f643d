import { canonicalJson, DrivesweepError, keys, sha256Hex } from '@drivesweep/contracts';
import type { Commit, Manifest, ManifestEntry } from '@drivesweep/contracts';
import { readCommit } from '@drivesweep/object-store';
import type { JobFailure } from '@drivesweep/queue-bullmq';
import { forEachBounded } from './bounded.ts';
import type { PlanReader } from './plan-reader.ts';
import { hasDuplicate, sealChunk, totalsOf } from './seal-chunk.ts';
import type { ChunkSums, SealedChunk } from './seal-chunk.ts';
import type { SweepStore } from './sweep-store.ts';

const READS_AT_ONCE = 32;

export interface SealRequest {
  readonly store: SweepStore;
  readonly plan: PlanReader;
  readonly generation: number;
  readonly failures: ReadonlyMap<number, JobFailure>;
  /** Why the sweep was stopped early, or null. */
  readonly stopped: string | null;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Called with shards whose commit does not account for their windows. */
  readonly onBroken: (shardIds: readonly string[]) => void;
}

/**
 * Seals a sweep: reads every commit by its key (never a listing), checks that each planned window is accounted for
 * once, writes the chunks of the manifest, then the manifest of the generation if it is absent, then manifest.json.
 * Killed at any point and run again it comes to the same end: a generation that is there already is the seal.
 * Errors: STORE_*, PART_CORRUPT when the plan was changed, the signal's reason.
 */
export async function sealSweep(request: SealRequest): Promise<Manifest> {
  const { store, plan, generation, signal } = request;
  const { sweepId } = plan.index;
  const earlier = await store.readGeneration(sweepId, generation);
  if (earlier) return store.publishManifest(earlier);

  const sums: ChunkSums[] = [];
  const chunks: Manifest['chunks'] = [];
  const shardIds = new BigUint64Array(plan.index.shards);
  for (let number = 0; number < plan.index.chunks.length; number += 1) {
    signal.throwIfAborted();
    const sealed = await sealOne(request, number, shardIds);
    if (sealed.broken.length > 0) request.onBroken(sealed.broken);
    const key = keys.manifestChunk(sweepId, generation, number);
    const bytes = encodeEntries(sealed.entries);
    await store.objects.put(key, bytes);
    chunks.push({ key, sha256: sha256Hex(bytes), shards: sealed.entries.length });
    sums.push(sealed.sums);
  }
  if (hasDuplicate(shardIds)) {
    throw new DrivesweepError('PART_CORRUPT', `the plan of ${sweepId} has a shard twice`);
  }
  return store.createManifest({
    schema: 'manifest/1',
    sweepId,
    generation,
    ...totalsOf(sums, request.stopped),
    chunks,
    sealedAt: request.now.toISOString(),
  });
}

async function sealOne(
  { store, plan, failures }: SealRequest,
  number: number,
  shardIds: BigUint64Array,
): Promise<SealedChunk> {
  const shards = await plan.chunk(number);
  const commits = new Array<Commit | undefined>(shards.length);
  await forEachBounded(shards.entries(), READS_AT_ONCE, async ([position, shard]) => {
    shardIds[shard.index] = BigInt(`0x${shard.shardId}`);
    const key = keys.predictionCommit(plan.index.sweepId, shard.shardId);
    commits[position] = await readCommit(store.objects, key);
  });
  return sealChunk(shards, commits, failures);
}

function encodeEntries(entries: readonly ManifestEntry[]): Uint8Array {
  return new TextEncoder().encode(entries.map((entry) => `${canonicalJson(entry)}\n`).join(''));
}
