import { createHash } from 'node:crypto';
import { keys } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { exportKeys } from '@drivesweep/teacher-export';
import type { RecipeInput } from '@drivesweep/teacher-export';
import { FaultyStore, MemoryObjectStore, ProcessKilled } from '@drivesweep/testkit';
import type { BuiltShard } from '@drivesweep/testkit';
import { describe, expect, it } from 'vitest';
import { doTask } from './export-stage.ts';
import { openExport } from './open-export.ts';
import { readPlan } from './plan-export.ts';
import {
  answeredWindow,
  exportAll,
  failedWindow,
  preparedExport,
  sealedSweep,
} from './test-export.ts';

const drive = (n: number) => `drive-${n}`;
/** Four drives of three windows each, one of which failed. */
const SHARDS = Array.from({ length: 4 }, (_, n) => [
  answeredWindow(drive(n), 1_000_000),
  failedWindow(drive(n), 1_100_000),
  answeredWindow(drive(n), 1_200_000, 1.5),
]);

async function exported(recipe: Partial<RecipeInput> = {}, shards: readonly BuiltShard[] = SHARDS) {
  const sweeps = new MemoryObjectStore();
  const target = new MemoryObjectStore();
  await preparedExport(sweeps, target, await sealedSweep(sweeps, shards), recipe);
  const open = await exportAll(target, sweeps);
  const plan = await readPlan(open);
  if (plan === undefined) throw new Error('no plan');
  return { sweeps, target, open, plan };
}

async function bytesOf(store: ObjectStore): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { key } of store.list('')) {
    if (key.startsWith('.drivesweep/commits/')) continue;
    files[key] = createHash('sha256')
      .update(await store.get(key))
      .digest('hex');
  }
  return files;
}

const text = async (store: ObjectStore, key: string) =>
  new TextDecoder().decode(await store.get(key));

/** Without scores, which are two hundred columns: enough for what happens to files. */
const UNSCORED = exported({ contents: { scores: false } });

describe('a teacher export', () => {
  it('keeps every window that was answered, and counts those that were not', async () => {
    const { plan } = await exported();
    expect(plan.tallies).toMatchObject({ windows: 12, keptWindows: 8, keptSamples: 16 });
    expect(plan.tallies.filters[0]?.slices[0]).toMatchObject({ windowsRemoved: 4 });
    expect(plan.shards.reduce((sum, { windows }) => sum + windows, 0)).toBe(8);
  });

  it('is the same bytes every time', async () => {
    const [one, other] = [await exported(), await exported()];
    expect(await bytesOf(one.target)).toEqual(await bytesOf(other.target));
  });

  it('has checksums of every file that people load', async () => {
    const { target } = await exported();
    const sums = (await text(target, 'SHA256SUMS')).trimEnd().split('\n');
    for (const line of sums) {
      const [sha256, key = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(await target.get(key))
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(sums.map((line) => line.split('  ')[1])).toEqual(
      expect.arrayContaining(['README.md', 'croissant.json', 'recipe.json']),
    );
  });

  describe('killed in the middle of it', () => {
    const faults = (['put', 'putIfAbsent'] as const).flatMap((op) =>
      (['kill-before', 'kill-during', 'kill-after'] as const).flatMap((kind) =>
        [1, 2, 3, 4, 5].map((call) => ({ op, kind, call })),
      ),
    );

    it.each(faults)('$kind of $op $call: goes on, and comes out the same', async (fault) => {
      const { sweeps, target: whole } = await UNSCORED;
      const target = new MemoryObjectStore();
      await target.put(exportKeys.spec(), await whole.get(exportKeys.spec()));
      const dying = exportAll(new FaultyStore(target, [fault]), sweeps);
      await dying.catch((thrown: unknown) => expect(thrown).toBeInstanceOf(ProcessKilled));
      await exportAll(target, sweeps);
      expect(await bytesOf(target)).toEqual(await bytesOf(whole));
    });
  });

  it('does nothing again that is committed', async () => {
    const { target, sweeps } = await exported();
    const before = await text(target, exportKeys.shardCommit(0));
    await exportAll(target, sweeps);
    expect(await text(target, exportKeys.shardCommit(0))).toBe(before);
  });

  it('does not matter who writes a shard: two at once leave one commit and the same bytes', async () => {
    const { target, open, plan } = await exported();
    const before = await bytesOf(target);
    await target.delete(exportKeys.shardCommit(0));
    await Promise.all([doTask(open, 'shard', 0), doTask(open, 'shard', 0)]);
    expect(await bytesOf(target)).toEqual(before);
    expect(plan.shards.length).toBeGreaterThan(0);
  });

  it('cuts shards to size, and no drive is in two splits', async () => {
    const { plan } = await exported({
      splits: { train: 0.5, validation: 0.5 },
      shards: { megabytes: 0.001 },
      contents: { scores: false },
    });
    expect(plan.shards.filter(({ split }) => split === 'train').length).toBeGreaterThan(1);
    expect((plan.drives['train'] ?? 0) + (plan.drives['validation'] ?? 0)).toBe(4);
  });

  it('exports the best of K only when it is told to', async () => {
    const { plan } = await exported({ filters: { best: { by: 'recorded' } } });
    expect(plan.tallies).toMatchObject({ keptWindows: 8, keptSamples: 8 });
  });

  it('says in the card what each filter took, and from which slice', async () => {
    const { target } = await exported({ filters: { error_to_recorded: { max_ade_m: 1 } } });
    const card = await text(target, 'README.md');
    // Per drive: 0.5 and 1 m stay, 1.5 and 3 m go.
    expect(card).toContain(
      '| error_to_recorded | samples too far from the recorded future | 8 | 4 | 8 |',
    );
    expect(card).toContain('### By manoeuvre');
    expect(card).toContain('Samples were chosen by the recorded future');
  });

  it('gives what `datasets` loads a name that no other recipe has: it caches by names', async () => {
    const nameIn = async (recipe: Parameters<typeof exported>[0]) => {
      const { target } = await exported(recipe);
      return /config_name: (ex-\w+)/.exec(await text(target, 'README.md'))?.[1];
    };
    const name = await nameIn({});
    expect(name).toBeDefined();
    expect(await nameIn({ seed: 1 })).not.toBe(name);
    expect(await nameIn({ layout: 'webdataset' })).toBeUndefined();
  });

  it('fails before it writes a shard when the filters leave nothing', async () => {
    const nothing = exported({ filters: { error_to_recorded: { max_ade_m: 0.1 } } });
    await expect(nothing).rejects.toMatchObject({ code: 'EXPORT_EMPTY' });
  });

  it('counts the windows of a shard that nobody answered', async () => {
    const { plan, target } = await exported({}, [...SHARDS.slice(0, 2), 5]);
    expect(plan.tallies).toMatchObject({ windows: 11, keptWindows: 4 });
    expect(await text(target, 'README.md')).toContain('sealed as partial');
  });

  it('refuses a part that was changed after the seal', async () => {
    const { sweeps, target, open } = await exported();
    const part = open.entries[0]?.part;
    const bytes = await sweeps.get(part?.key ?? '');
    await sweeps.put(
      part?.key ?? '',
      Uint8Array.from(bytes, (byte, i) => (i === 50 ? byte ^ 1 : byte)),
    );
    await target.delete(exportKeys.surveyCommit(0));
    await expect(doTask(open, 'survey', 0)).rejects.toMatchObject({ code: 'PART_CORRUPT' });
  });

  it('refuses to go on when the sweep was sealed anew', async () => {
    const { sweeps, target, open } = await exported();
    const key = keys.manifest(open.spec.sweepId);
    const manifest = await text(sweeps, key);
    await sweeps.put(key, new TextEncoder().encode(manifest.replace(/"sha256":"./, '"sha256":"z')));
    await expect(openExport(target, () => sweeps)).rejects.toMatchObject({ code: 'SWEEP_STATE' });
  });
});
