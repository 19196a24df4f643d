import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEMPORARY_PREFIX } from './durable-file.ts';
import { folderError } from './folder-errors.ts';
import { FolderObjectStore } from './folder-store.ts';

/* What only a folder has. What every store does is in conformance.test.ts. */

let folder: string;
let store: FolderObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-folder-'));
  store = new FolderObjectStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const ONE = Uint8Array.of(1);

async function keysIn(prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

describe('files that are being written', () => {
  it('are no objects: not listed, and no key reaches them', async () => {
    await store.put('a/b', ONE);
    await writeFile(join(folder, 'a', `${TEMPORARY_PREFIX}123`), 'half of a pa');
    expect(await keysIn()).toEqual(['a/b']);
    await expect(store.get(`a/${TEMPORARY_PREFIX}123`)).rejects.toMatchObject({
      code: 'OBJECT_KEY_INVALID',
    });
  });

  it('are gone when writing has ended, well or badly', async () => {
    await store.put('a/b', ONE);
    await store.putIfAbsent('a/b', ONE);
    await store.putIfAbsent('a/c', ONE);
    await mkdir(join(folder, 'a', 'taken'));
    await expect(store.put('a/taken', ONE)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    expect((await readdir(join(folder, 'a'))).sort()).toEqual(['b', 'c', 'taken']);
  });
});

describe('a name that is taken', () => {
  it('by a folder is no object, and is said to be in the way', async () => {
    await store.put('a/b', ONE);
    await expect(store.put('a', ONE)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    await expect(store.putIfAbsent('a', ONE)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    await store.delete('a');
    expect(await keysIn()).toEqual(['a/b']);
  });

  it('by an object cannot have others below it', async () => {
    await store.put('a', ONE);
    await expect(store.put('a/b', ONE)).rejects.toMatchObject({ code: 'OBJECT_KEY_INVALID' });
    await expect(store.putIfAbsent('a/b/c', ONE)).rejects.toMatchObject({
      code: 'OBJECT_KEY_INVALID',
    });
  });
});

describe('links in a dataset', () => {
  it('are followed, to files and to folders', async () => {
    await store.put('blobs/1', ONE);
    await mkdir(join(folder, 'snapshot'));
    await symlink('../blobs/1', join(folder, 'snapshot', 'clip.zip'));
    await symlink('../blobs', join(folder, 'snapshot', 'all'));
    expect(await keysIn('snapshot/')).toEqual(['snapshot/all/1', 'snapshot/clip.zip']);
    expect(await store.get('snapshot/clip.zip')).toEqual(ONE);
  });

  it('that lead nowhere or back up do not stop a listing', async () => {
    await store.put('a/b', ONE);
    await symlink('gone', join(folder, 'a', 'dangling'));
    await symlink('..', join(folder, 'a', 'up'));
    await symlink('.', join(folder, 'a', 'self'));
    expect(await keysIn()).toEqual(['a/b']);
  });
});

describe('a file system that refuses', () => {
  it.each([
    ['ENOSPC', /free some space/],
    ['EROFS', /read-only/],
    ['EACCES', /owner/],
  ])('with %s: STORE_UNAVAILABLE, with the path and what to do', (code, hint) => {
    const thrown = Object.assign(new Error('refused'), { code });
    const error = folderError(thrown, { op: 'put', key: 'a/b', path: '/mnt/store/a/b' });
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toBe(`put a/b: ${code}: /mnt/store/a/b`);
    expect(error.hint).toMatch(hint);
  });

  it('a name that is too long', async () => {
    await expect(store.put('x'.repeat(300), ONE)).rejects.toMatchObject({
      code: 'OBJECT_KEY_INVALID',
    });
  });
});
