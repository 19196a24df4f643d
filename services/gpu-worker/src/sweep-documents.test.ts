import { beforeEach, describe, expect, it } from 'vitest';
import { encodePlanChunk, keys, shardsOfDrive } from '@drivesweep/contracts';
import type { PredictionJob, Shard } from '@drivesweep/contracts';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { SweepDocuments } from './sweep-documents.ts';

const SPEC = buildSpec();
const { sweepId } = SPEC;
const SHARDS = shardsOfDrive({ driveId: 'd', t0Us: [1, 2, 3], verdict: null }, 0, 1);

let store: MemoryObjectStore;
let documents: SweepDocuments;
beforeEach(async () => {
  store = new MemoryObjectStore();
  documents = new SweepDocuments(store);
  await store.put(keys.spec(sweepId), new TextEncoder().encode(JSON.stringify(SPEC)));
  await store.put(keys.planChunk(sweepId, 0), encodePlanChunk(SHARDS));
  store.calls.length = 0;
});

function jobOf(shard: Shard | undefined, changes: Partial<PredictionJob> = {}): PredictionJob {
  return { v: 1, sweepId, shardId: shard?.shardId ?? '', index: shard?.index ?? 0, ...changes };
}

describe('SweepDocuments', () => {
  it('reads the spec and each chunk of a plan once', async () => {
    for (const shard of SHARDS) {
      expect(await documents.spec(sweepId)).toEqual(SPEC);
      expect(await documents.shard(jobOf(shard))).toEqual(shard);
    }
    expect(store.calls.map(({ op }) => op)).toEqual(['get', 'get']);
  });

  it('refuses a job that names another shard than the plan has in its place', async () => {
    const job = jobOf(SHARDS[0], { index: 1 });
    await expect(documents.shard(job)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('refuses a plan whose windows were changed under the same id', async () => {
    const changed = SHARDS.map((shard) => ({ ...shard, t0Us: [9] }));
    await store.put(keys.planChunk(sweepId, 0), encodePlanChunk(changed));
    await expect(documents.shard(jobOf(SHARDS[0]))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('says when the store does not have the sweep, and looks again later', async () => {
    const bytes = await store.get(keys.spec(sweepId));
    await store.delete(keys.spec(sweepId));
    await expect(documents.spec(sweepId)).rejects.toMatchObject({ code: 'SWEEP_NOT_FOUND' });
    await store.put(keys.spec(sweepId), bytes);
    await expect(documents.spec(sweepId)).resolves.toEqual(SPEC);
  });

  it('does not guess what another version wrote', async () => {
    await store.put(keys.spec(sweepId), new TextEncoder().encode('{"schema":"sweep/9"}'));
    await expect(documents.spec(sweepId)).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED' });
  });
});
