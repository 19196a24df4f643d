import { describe, expect, it } from 'vitest';
import { encodePlanChunk, keys, sha256Hex, shardsOfDrive } from '@drivesweep/contracts';
import type { Commit, Shard } from '@drivesweep/contracts';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { PlanReader } from './plan-reader.ts';
import { sealSweep } from './seal-sweep.ts';
import { encode, SweepStore } from './sweep-store.ts';

const sweepId = 'sw-0123456789abcdef';

/** A store that dies at the n-th call that changes it: before or after the change. */
class DyingStore extends MemoryObjectStore {
  changes = 0;
  diesAt = Infinity;
  after = false;

  override put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#change(() => super.put(key, bytes));
  }

  override putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#change(() => super.putIfAbsent(key, bytes));
  }

  override delete(key: string): Promise<void> {
    return this.#change(() => super.delete(key));
  }

  async #change<T>(change: () => Promise<T>): Promise<T> {
    this.changes += 1;
    if (this.changes === this.diesAt && !this.after) throw new Error('killed');
    const result = await change();
    if (this.changes === this.diesAt) throw new Error('killed');
    return result;
  }
}

function commitOf(shard: Shard): Commit {
  const expected = shard.t0Us.length;
  return {
    schema: 'commit/1',
    sweepId,
    shardId: shard.shardId,
    part: { key: `part-${shard.shardId}`, sha256: '0'.repeat(64), bytes: 1 },
    rows: { expected, ok: expected, error: 0, skipped: 0 },
    errors: {},
    writer: 'w',
    attempt: 1,
    committedAt: '',
    provider: 'none',
    software: {},
  };
}

/** A planned sweep of `drives` shards with 2 windows each, all committed but the `missing`. */
function buildSweep(drives: number, missing: readonly number[] = []) {
  const objects = new DyingStore();
  const shards = Array.from(
    { length: drives },
    (_, n) => shardsOfDrive({ driveId: `d${n}`, t0Us: [1, 2], verdict: null }, n)[0],
  ).filter((shard) => shard !== undefined);
  const chunks = [shards.slice(0, 1000), shards.slice(1000)].filter((chunk) => chunk.length > 0);
  const index = {
    schema: 'plan/1' as const,
    sweepId,
    drives,
    shards: drives,
    windows: 2 * drives,
    chunks: chunks.map((chunk, number) => {
      const bytes = encodePlanChunk(chunk);
      const key = keys.planChunk(sweepId, number);
      objects.objects.set(key, bytes);
      const windows = 2 * chunk.length;
      return {
        key,
        sha256: sha256Hex(bytes),
        firstShard: 1000 * number,
        shards: chunk.length,
        windows,
      };
    }),
  };
  for (const shard of shards) {
    if (missing.includes(shard.index)) continue;
    objects.objects.set(keys.predictionCommit(sweepId, shard.shardId), encode(commitOf(shard)));
  }
  const store = new SweepStore(objects);
  const seal = (generation = 1, at = 0) =>
    sealSweep({
      store,
      plan: new PlanReader(objects, index),
      generation,
      failures: new Map(),
      stopped: null,
      now: new Date(at),
      signal: new AbortController().signal,
      onBroken: () => undefined,
    });
  return { objects, store, seal, shards };
}

describe('sealSweep', () => {
  it('accounts for every planned window, chunk by chunk', async () => {
    const { seal, objects } = buildSweep(1001);
    const manifest = await seal();
    expect(manifest).toMatchObject({
      outcome: 'complete',
      counts: { expected: 2002, ok: 2002, missing: 0 },
      shards: { total: 1001, committed: 1001, missing: 0 },
    });
    expect(manifest.chunks.map(({ shards }) => shards)).toEqual([1000, 1]);
    for (const { key, sha256 } of manifest.chunks) {
      expect(sha256Hex(await objects.get(key))).toBe(sha256);
    }
  });

  it('reads commits by key and never lists', async () => {
    const { seal, objects } = buildSweep(3);
    await seal();
    expect(objects.calls.filter(({ op }) => op === 'list')).toEqual([]);
  });

  it('killed at any change and run again, comes to one manifest that readers can trust', async () => {
    const whole = buildSweep(3, [1]);
    await whole.seal();
    for (const after of [false, true]) {
      for (let diesAt = 1; diesAt <= whole.objects.changes; diesAt += 1) {
        const { objects, store, seal, shards } = buildSweep(3, [1]);
        const late = shards[1];
        Object.assign(objects, { diesAt, after });
        await expect(seal(1, 1000)).rejects.toThrow('killed');
        const seen = await store.readManifest(sweepId);
        // Meanwhile a worker that was thought dead commits the missing shard.
        if (late)
          objects.objects.set(keys.predictionCommit(sweepId, late.shardId), encode(commitOf(late)));
        const manifest = await seal(1, 2000);
        if (seen) expect(manifest).toEqual(seen);
        expect(await store.readManifest(sweepId)).toEqual(manifest);
        expect(await store.readGeneration(sweepId, 1)).toEqual(manifest);
        expect(manifest.counts.ok + manifest.counts.missing).toBe(6);
        for (const { key, sha256 } of manifest.chunks) {
          expect(sha256Hex(await objects.get(key))).toBe(sha256);
        }
      }
    }
  });

  it('keeps every generation', async () => {
    const { objects, store, seal, shards } = buildSweep(3, [1]);
    expect((await seal(1)).outcome).toBe('partial');
    const late = shards[1];
    if (!late) throw new Error('no shard');
    objects.objects.set(keys.predictionCommit(sweepId, late.shardId), encode(commitOf(late)));
    expect((await seal(2)).outcome).toBe('complete');
    expect(await store.readGeneration(sweepId, 1)).toMatchObject({ outcome: 'partial' });
    expect(await store.readManifest(sweepId)).toMatchObject({ generation: 2, outcome: 'complete' });
  });

  it('refuses a plan that was changed', async () => {
    const { objects, seal } = buildSweep(3);
    objects.objects.set(keys.planChunk(sweepId, 0), new Uint8Array(3));
    await expect(seal()).rejects.toMatchObject({ code: 'PART_CORRUPT' });
  });
});
