import { decodePlanChunk } from '@drivesweep/contracts';
import type { ManifestEntry, ObjectStore, Shard } from '@drivesweep/contracts';
import { readPlanIndex, readSpec, readVerified } from '../sweep-documents.ts';

/** The text that the window at a t0 was told where to go; null when it was told nothing. */
export type NavigationAt = (t0Us: number | null) => string | null;

/**
 * Gives the texts of a shard, from the plan or else from the sweep, as the policy was given them. One chunk of the plan
 * is in memory at a time. Errors: SWEEP_NOT_FOUND, OBJECT_NOT_FOUND, PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*.
 */
export async function createNavigationReader(
  store: ObjectStore,
  sweepId: string,
): Promise<(entry: Pick<ManifestEntry, 'index'>) => Promise<NavigationAt>> {
  const { navigation = null } = await readSpec(store, sweepId);
  const { chunks } = await readPlanIndex(store, sweepId);
  let last: { readonly key: string; readonly shards: Promise<readonly Shard[]> } | undefined;
  return async ({ index }) => {
    const chunk = chunks.find(
      ({ firstShard, shards }) => index >= firstShard && index < firstShard + shards,
    );
    if (chunk === undefined) return () => navigation;
    if (last?.key !== chunk.key) {
      last = { key: chunk.key, shards: readVerified(store, chunk).then(decodePlanChunk) };
    }
    const shard = (await last.shards)[index - chunk.firstShard];
    const texts = new Map(shard?.t0Us.map((t0, i) => [t0, shard.navigation?.[i] ?? null]));
    return (t0Us) => texts.get(t0Us) ?? navigation;
  };
}
