import { describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import type { DriveReader } from '@drivesweep/contracts';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { PlanReader } from './plan-reader.ts';
import { SweepStore } from './sweep-store.ts';
import { selectionOf, writePlan } from './write-plan.ts';

const spec = buildSpec();

function readerOf(lastUsByDrive: Record<string, number>): DriveReader {
  const refuse = () => Promise.reject(new Error('not for planning'));
  return {
    describe: refuse,
    openDrive: refuse,
    async *listDrives() {
      for (const driveId of Object.keys(lastUsByDrive)) {
        yield await Promise.resolve({ driveId, split: null, valid: true, chunk: null });
      }
    },
    readSpan: (driveId) => Promise.resolve({ firstUs: 0, lastUs: lastUsByDrive[driveId] ?? 0 }),
  };
}

function plan(
  objects: MemoryObjectStore,
  reader: DriveReader,
  signal = new AbortController().signal,
) {
  return writePlan({
    spec,
    store: new SweepStore(objects),
    reader,
    choice: { kind: 'grid', everyUs: 100_000 },
    signal,
  });
}

describe('writePlan', () => {
  it('writes chunks that can be read back, and the index last', async () => {
    const objects = new MemoryObjectStore();
    const index = await plan(objects, readerOf({ a: 900_000, b: 100_000, c: 700_000 }));
    expect(index).toMatchObject({ drives: 3, drivesWithoutWindows: 1, shards: 2, windows: 4 });
    expect((await new PlanReader(objects, index).shard(1)).driveId).toBe('c');
    const written = objects.calls.filter(({ op }) => op.startsWith('put')).map(({ key }) => key);
    expect(written).toEqual([keys.planChunk(spec.sweepId, 0), keys.planIndex(spec.sweepId)]);
  });

  it('is the same plan whenever it is made', async () => {
    const [one, two] = [new MemoryObjectStore(), new MemoryObjectStore()];
    const reader = readerOf({ a: 900_000, b: 800_000 });
    expect(await plan(one, reader)).toEqual(await plan(two, reader));
    expect([...one.objects]).toEqual([...two.objects]);
  });

  it('lets the first index stand', async () => {
    const objects = new MemoryObjectStore();
    const first = await plan(objects, readerOf({ a: 900_000 }));
    expect(await plan(objects, readerOf({ a: 900_000, b: 900_000 }))).toEqual(first);
  });

  it('refuses a sweep in which no drive is long enough', async () => {
    const planning = plan(new MemoryObjectStore(), readerOf({ a: 100_000, b: 0 }));
    await expect(planning).rejects.toMatchObject({
      code: 'SWEEP_EMPTY',
      message: '2 of 2 drives are too short for a single window',
    });
  });

  it('leaves no index when it is cancelled', async () => {
    const objects = new MemoryObjectStore();
    const planning = plan(objects, readerOf({ a: 900_000 }), AbortSignal.abort(new Error('stop')));
    await expect(planning).rejects.toThrow('stop');
    expect(objects.objects.has(keys.planIndex(spec.sweepId))).toBe(false);
  });
});

describe('PlanReader', () => {
  it('reads a chunk once for all its shards', async () => {
    const objects = new MemoryObjectStore();
    const index = await plan(objects, readerOf({ a: 900_000, c: 700_000 }));
    const reader = new PlanReader(objects, index);
    objects.calls.length = 0;
    await Promise.all([reader.shard(0), reader.shard(1), reader.shard(0)]);
    expect(objects.calls).toHaveLength(1);
  });

  it('refuses a chunk that is not the one that was planned, and a shard that is not there', async () => {
    const objects = new MemoryObjectStore();
    const index = await plan(objects, readerOf({ a: 900_000 }));
    await expect(new PlanReader(objects, index).shard(7)).rejects.toMatchObject({
      code: 'PART_CORRUPT',
    });
    objects.objects.set(keys.planChunk(spec.sweepId, 0), new Uint8Array(1));
    await expect(new PlanReader(objects, index).shard(0)).rejects.toMatchObject({
      code: 'PART_CORRUPT',
    });
  });
});

describe('selectionOf', () => {
  it('takes the drives of a list, narrowed by the ids of the sweep', () => {
    const choice = {
      kind: 'list',
      windowsByDrive: new Map(['b', 'a'].map((driveId) => [driveId, new Map([[1, null]])])),
    } as const;
    expect(selectionOf(spec, choice).ids).toEqual(['a', 'b']);
    const narrowed = { ...spec, drives: { split: null, ids: ['b', 'c'], limit: null } };
    expect(selectionOf(narrowed, choice).ids).toEqual(['b']);
  });
});
