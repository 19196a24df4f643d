import { canonicalJson, encodePlanChunk, keys, sha256Hex } from '@drivesweep/contracts';
import type { PlanIndex, Shard } from '@drivesweep/contracts';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { openExport } from './open-export.ts';
import { createNavigationReader } from './shard-navigation.ts';
import { answeredWindow, preparedExport, sealedSweep } from './test-export.ts';
import { teacherWindows } from './write-shard.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(canonicalJson(value));
const shard = (index: number, texts: Pick<Shard, 'navigation'> = {}): Shard => ({
  index,
  shardId: index.toString().padStart(16, '0'),
  driveId: `drive-${index}`,
  t0Us: [1_000_000, 1_200_000],
  ...texts,
  verdict: null,
});

/** Two drives in two chunks of the plan; only the second one's second window has a text of its own. */
async function sweepTold(navigation?: string) {
  const store = new MemoryObjectStore();
  const rows = ['drive-0', 'drive-1'].map((drive) => [
    answeredWindow(drive, 1_000_000),
    answeredWindow(drive, 1_200_000),
  ]);
  const spec = await sealedSweep(store, rows);
  const { sweepId } = spec;
  await store.put(keys.spec(sweepId), bytesOf({ ...spec, navigation }));
  const chunks: PlanIndex['chunks'] = [];
  const shards = [shard(0), shard(1, { navigation: [null, 'Turn left in 30 m'] })];
  for (const [i, one] of shards.entries()) {
    const [key, bytes] = [keys.planChunk(sweepId, i), encodePlanChunk([one])];
    await store.put(key, bytes);
    chunks.push({ key, sha256: sha256Hex(bytes), firstShard: i, shards: 1, windows: 2 });
  }
  const index = { schema: 'plan/1', sweepId, drives: 2, shards: 2, windows: 4, chunks };
  await store.put(keys.planIndex(sweepId), bytesOf(index));
  return { store, spec, chunks };
}

describe('what a window was told', () => {
  it('is its own text in the plan, else that of the sweep, else nothing', async () => {
    for (const ofSweep of ['Keep straight', undefined]) {
      const { store, spec } = await sweepTold(ofSweep);
      const textsOf = await createNavigationReader(store, spec.sweepId);
      const [first, second] = [await textsOf({ index: 0 }), await textsOf({ index: 1 })];
      expect([first(1_000_000), first(1_200_000)]).toEqual([ofSweep ?? null, ofSweep ?? null]);
      expect([second(1_000_000), second(1_200_000)]).toEqual([
        ofSweep ?? null,
        'Turn left in 30 m',
      ]);
    }
  });

  it('stands in the rows of an export', async () => {
    const { store, spec } = await sweepTold();
    const target = new MemoryObjectStore();
    await preparedExport(store, target, spec, { contents: { scores: false, reasons: false } });
    const open = await openExport(target, () => store);
    const windows = [0, 1].flatMap((entry) => [0, 1].map((row) => ({ entry, row, samples: [0] })));
    const found: unknown[] = [];
    for await (const { windowId, navigation } of teacherWindows(open, windows, 'train')) {
      found.push(...windowId.map((id, row) => [id, navigation[row]]));
    }
    expect(found).toEqual([
      ['drive-0@1000000', null],
      ['drive-0@1200000', null],
      ['drive-1@1000000', null],
      ['drive-1@1200000', 'Turn left in 30 m'],
    ]);
  });

  it('is refused when the plan was changed', async () => {
    const { store, spec, chunks } = await sweepTold();
    await store.put(chunks[1]?.key ?? '', encodePlanChunk([shard(1)]));
    const textsOf = await createNavigationReader(store, spec.sweepId);
    await expect(textsOf({ index: 1 })).rejects.toMatchObject({ code: 'PART_CORRUPT' });
  });
});
