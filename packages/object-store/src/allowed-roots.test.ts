import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRoots, restrictToRoots } from './allowed-roots.ts';
import { openObjectStore } from './open-object-store.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'drivesweep-roots-')));
  mkdirSync(join(folder, 'data', 'comma'), { recursive: true });
  mkdirSync(join(folder, 'data-private'));
  mkdirSync(join(folder, 'etc'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Whether a service that may read `roots` opens `uri`. */
function opens(roots: readonly string[], uri: string): boolean {
  try {
    restrictToRoots(roots, openObjectStore)(uri);
    return true;
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'URI_NOT_ALLOWED' });
    return false;
  }
}

describe('a folder as root', () => {
  it('allows itself and what is below, as a path and as a URI', () => {
    const data = join(folder, 'data');
    for (const path of [data, `${data}/`, join(data, 'comma'), join(data, 'not', 'there')]) {
      expect(opens([data], path)).toBe(true);
      expect(opens([data], pathToFileURL(path).href)).toBe(true);
    }
  });

  it('does not allow what is beside or above, however it is written', () => {
    const data = join(folder, 'data');
    for (const path of [
      folder,
      `${folder}/data-private`,
      `${folder}/data/../etc`,
      `${folder}/data/comma/../../etc`,
      `${folder}/data/nothing/../../etc`,
      `file://${folder}/data/%2e%2e/etc`,
      '/',
      '/etc',
      's3://data/comma',
    ]) {
      expect(opens([data], path), path).toBe(false);
    }
  });

  it('does not allow a link that leads out, nor what lies behind one', () => {
    const data = join(folder, 'data');
    symlinkSync('../etc', join(data, 'out'));
    symlinkSync('comma', join(data, 'in'));
    expect(opens([data], join(data, 'out'))).toBe(false);
    expect(opens([data], join(data, 'out', 'below'))).toBe(false);
    expect(opens([data], join(data, 'in'))).toBe(true);
  });

  it('may itself be a link', () => {
    symlinkSync('data', join(folder, 'current'));
    expect(opens([join(folder, 'current')], join(folder, 'data', 'comma'))).toBe(true);
  });
});

describe('a bucket as root', () => {
  it('allows its prefix and what is below, of this bucket only', () => {
    const roots = ['s3://fleet/datasets'];
    expect(opens(roots, 's3://fleet/datasets')).toBe(true);
    expect(opens(roots, 's3://fleet/datasets/comma/')).toBe(true);
    expect(opens(roots, 's3://fleet/datasets-private')).toBe(false);
    expect(opens(roots, 's3://fleet')).toBe(false);
    expect(opens(roots, 's3://other/datasets')).toBe(false);
    expect(opens(['s3://fleet'], 's3://fleet/anything')).toBe(true);
  });

  it('knows no way up', () => {
    const open = restrictToRoots(['s3://fleet/datasets'], openObjectStore);
    expect(() => open('s3://fleet/datasets/../secret')).toThrow(
      expect.objectContaining({ code: 'STORE_URI_INVALID' }),
    );
  });
});

describe('parseRoots', () => {
  it('takes several, parted by spaces or commas', () => {
    expect(parseRoots(' /data, s3://fleet/policies\n/lists ')).toEqual([
      '/data',
      's3://fleet/policies',
      '/lists',
    ]);
  });

  it('takes nothing for no restriction', () => {
    expect([parseRoots(undefined), parseRoots(' ')]).toEqual([null, null]);
    expect(restrictToRoots(null, openObjectStore)).toBe(openObjectStore);
  });

  it('refuses what is no place', () => {
    expect(() => parseRoots('ftp://data')).toThrow(
      expect.objectContaining({ code: 'STORE_URI_INVALID' }),
    );
  });
});
