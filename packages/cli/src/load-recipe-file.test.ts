import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDriveList } from './drive-list.ts';
import { loadRecipeFile } from './load-recipe-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'recipe-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(text: string) {
  const path = join(folder, 'recipe.yaml');
  await writeFile(path, text);
  return loadRecipeFile(path);
}

describe('loadRecipeFile', () => {
  it('points at an unknown field by line and column, and says what was meant', async () => {
    const text = 'name: r\nfilters:\n  feasable: {}\n';
    await expect(load(text)).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
      message: expect.stringMatching(
        /recipe\.yaml:3:3: filters\.feasable: unknown field; did you mean feasible\?/,
      ) as string,
    });
  });

  it('tells all mistakes at once', async () => {
    const text = 'name: r\nfilters:\n  best: {by: luck}\nsplits: {train: 2}\n';
    const found = load(text).catch((thrown: unknown) => String(thrown));
    expect(await found).toMatch(
      /3 mistakes[^]*:3:10: filters\.best\.by: expected recorded or consensus[^]*:4:10: splits\.train/,
    );
  });

  it('reads lists that lie beside it, and hashes their drives instead of their names', async () => {
    await writeFile(join(folder, 'held-out.txt'), 'b\na\n\n');
    const recipe = await load('name: r\nexclude: {lists: [held-out.txt], drives: [c]}\n');
    expect(recipe.exclude).toMatchObject({ drives: ['a', 'b', 'c'], lists: [] });
  });

  it('points at a list that is not there', async () => {
    const text = 'name: r\nexclude:\n  lists:\n    - lost.csv\n';
    await expect(load(text)).rejects.toMatchObject({
      message: expect.stringContaining(':4:7: exclude.lists[0]') as string,
    });
  });

  it('says that a file cannot be read', async () => {
    const lost = loadRecipeFile(join(folder, 'lost.yaml'));
    await expect(lost).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('readDriveList', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('takes scenes of AlpaSim as the drives that they were made from', () => {
    const csv = 'test_suite_id,scene_id,uuid\npublic,clipgt-b,1\npublic,clipgt-a,2\n';
    expect(readDriveList('suites.csv', bytes(csv))).toEqual(['a', 'b']);
  });

  it('takes objects and texts', () => {
    expect(readDriveList('x.json', bytes('[{"clip_id": "a"}, "b"]'))).toEqual(['a', 'b']);
  });

  it('refuses a table without such a column, rather than exclude nothing', () => {
    expect(() => readDriveList('x.csv', bytes('name\na\n'))).toThrow('no column drive_id');
  });
});
