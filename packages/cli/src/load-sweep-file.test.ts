import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSweepFile } from './load-sweep-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-test-'));
  await mkdir(join(folder, 'data'));
});
afterEach(() => rm(folder, { recursive: true }));

async function sweepFile(fields: Partial<Record<'policy' | 'uri' | 'windows', string>>) {
  const { policy = 'kinematic:constant-velocity', uri = 'data', windows = '{every_s: 1}' } = fields;
  const path = join(folder, 'sweep.yaml');
  await writeFile(
    path,
    `name: a\npolicy: ${policy}\ndataset:\n  layout: comma2k19\n  uri: ${uri}\nwindows: ${windows}\n`,
  );
  return path;
}

describe('what a sweep file names is looked for before anything starts', () => {
  it('accepts what is there', async () => {
    const loaded = await loadSweepFile(await sweepFile({}));
    expect(loaded.sweep.dataset.uri).toBe(join(folder, 'data'));
  });

  it.each([
    ['a dataset that is not there', { uri: 'nowhere' }, ':5:3: dataset.uri: expected the folder'],
    ['a dataset that is a file', { uri: 'sweep.yaml' }, ':5:3: dataset.uri: expected the folder'],
    ['a bundle that is not there', { policy: './bundle' }, ':2:1: policy: expected the folder'],
    ['a folder that is no bundle', { policy: './data' }, 'holds no policy.json'],
    [
      'a built-in policy by a wrong name',
      { policy: 'kinematic:constant-velocty' },
      'did you mean kinematic:constant-velocity?',
    ],
    [
      'a list that is not there',
      { windows: '{list: none.csv}' },
      ':6:11: windows.list: expected a CSV, JSON or Parquet file',
    ],
  ])('%s', async (_what, fields, expected) => {
    await expect(loadSweepFile(await sweepFile(fields))).rejects.toThrow(expected);
  });

  it('tells all of them together', async () => {
    const path = await sweepFile({ uri: 'nowhere', windows: '{list: none.csv}' });
    await expect(loadSweepFile(path)).rejects.toThrow('has 2 mistakes');
  });

  it('says which file it cannot read, and why', async () => {
    await expect(loadSweepFile(join(folder, 'none.yaml'))).rejects.toThrow(
      /cannot read the sweep file .*none\.yaml \(ENOENT\)/,
    );
  });
});
