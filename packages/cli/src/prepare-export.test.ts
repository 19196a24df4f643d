import { keys } from '@drivesweep/contracts';
import { recipeSchema } from '@drivesweep/teacher-export';
import type { RecipeInput } from '@drivesweep/teacher-export';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { claimTarget, prepareExport } from './prepare-export.ts';
import { putScoredSweep, windowOf } from './test-scored-sweep.ts';

/** The public test clip of Alpamayo-R1, which stands on an evaluation list. */
const LISTED = '030c760c-ae38-49aa-9ad8-f5650a545d26';
const SPEC = buildSpec();
const store = new MemoryObjectStore();

beforeAll(() =>
  putScoredSweep(
    store,
    SPEC,
    ['a', LISTED].map((drive) => ({ drive, rows: [windowOf(drive, 0), windowOf(drive, 1e6)] })),
  ),
);

function prepare(
  recipe: Partial<RecipeInput> = {},
  changes: Partial<Parameters<typeof prepareExport>[0]> = {},
) {
  const exclude = { known_evaluation: 'remove' as const };
  return prepareExport({
    store,
    sweepId: SPEC.sweepId,
    recipe: recipeSchema.parse({ name: 'r', exclude, ...recipe }),
    accepted: [],
    isPublic: false,
    storeOptions: {},
    ...changes,
  });
}

describe('prepareExport', () => {
  it('says which sweep, teacher, data and recipe an export is made of', async () => {
    const spec = await prepare();
    expect(spec).toMatchObject({
      sweepId: SPEC.sweepId,
      windows: 4,
      teacher: { name: 'kinematic:constant-velocity', licence: { id: 'Apache-2.0' } },
      data: { layout: 'comma2k19', licence: { id: 'MIT' } },
    });
    expect(spec.exportId).toMatch(/^ex-[0-9a-f]{16}$/);
  });

  it('is the same export for the same recipe, and another for another', async () => {
    const [one, same, other] = await Promise.all([prepare(), prepare(), prepare({ seed: 1 })]);
    expect(one.exportId).toBe(same.exportId);
    expect(one.exportId).not.toBe(other.exportId);
  });

  it('refuses a sweep that is not there', async () => {
    const lost = prepare({}, { sweepId: 'sw-0000000000000000' });
    await expect(lost).rejects.toMatchObject({ code: 'SWEEP_NOT_FOUND' });
  });

  it('refuses a sweep that is not sealed', async () => {
    const running = new MemoryObjectStore();
    await running.put(keys.spec(SPEC.sweepId), await store.get(keys.spec(SPEC.sweepId)));
    const early = prepare({}, { store: running });
    await expect(early).rejects.toMatchObject({ code: 'SWEEP_STATE' });
  });

  it('refuses a sweep without scores, unless the recipe leaves scores out', async () => {
    const unscored = new MemoryObjectStore();
    for await (const { key } of store.list('')) {
      if (!key.includes('commits/scores')) await unscored.put(key, await store.get(key));
    }
    const asked = prepare({}, { store: unscored });
    await expect(asked).rejects.toMatchObject({ code: 'SWEEP_STATE' });
    const left = await prepare({ contents: { scores: false } }, { store: unscored });
    expect(left.recipe.contents.scores).toBe(false);
  });

  it('refuses a teacher without log-probabilities when the recipe requires them', async () => {
    const asked = prepare({ filters: { complete: { require: ['logprobs', 'trace'] } } });
    await expect(asked).rejects.toMatchObject({
      code: 'TEACHER_LACKS',
      message:
        'kinematic:constant-velocity does not answer with logprobs, trace, which the recipe requires',
    });
  });

  it('refuses a teacher that does not tell its most likely tokens when the recipe requires them', async () => {
    const asked = prepare({ filters: { complete: { require: ['top_k'] } } });
    await expect(asked).rejects.toMatchObject({
      code: 'TEACHER_LACKS',
      message: 'kinematic:constant-velocity does not answer with top_k, which the recipe requires',
      hint: expect.stringContaining('reasoning.outputs.top') as string,
    });
  });

  it('refuses frames of a teacher that was shown none', async () => {
    const asked = prepare({ layout: 'webdataset', frames: { width: 64, height: 32 } });
    await expect(asked).rejects.toMatchObject({ code: 'TEACHER_LACKS' });
  });

  it('refuses drives that Alpamayo is evaluated on, until the recipe says what to do with them', async () => {
    const asked = prepare({ exclude: {} });
    await expect(asked).rejects.toMatchObject({
      code: 'EXPORT_LEAKS_EVALUATION',
      message: expect.stringContaining(LISTED) as string,
    });
    await expect(prepare({ exclude: { drives: [LISTED] } })).resolves.toBeDefined();
    await expect(prepare({ exclude: { known_evaluation: 'allow' } })).resolves.toBeDefined();
  });

  it('holds restricted data back until their licence is accepted, and never publishes them', async () => {
    const recipe = { data_licence: 'LicenseRef-NVIDIA-AV-Dataset' };
    const accepted = ['LicenseRef-NVIDIA-AV-Dataset'];
    await expect(prepare(recipe)).rejects.toMatchObject({ code: 'LICENCE_NOT_ACCEPTED' });
    const spec = await prepare(recipe, { accepted });
    expect(spec.accepted.map(({ id }) => id)).toEqual(accepted);
    const published = prepare(recipe, { accepted, isPublic: true });
    await expect(published).rejects.toMatchObject({ code: 'PUBLISHING_FORBIDDEN' });
  });
});

describe('claimTarget', () => {
  it('begins once, goes on with the same, and refuses another', async () => {
    const target = new MemoryObjectStore();
    const [spec, other] = await Promise.all([prepare(), prepare({ seed: 1 })]);
    expect(await claimTarget(target, spec)).toBe('begun');
    expect(await claimTarget(target, spec)).toBe('resumed');
    await expect(claimTarget(target, other)).rejects.toMatchObject({ code: 'EXPORT_TARGET_TAKEN' });
  });
});
