import { open, readFile, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertKeyPrefix, assertObjectKey, DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStat, ObjectStore } from '@drivesweep/contracts';
import { assertRange } from './byte-range.ts';
import { createFileDurably, TEMPORARY_PREFIX, writeFileDurably } from './durable-file.ts';
import { folderError, isNotThere } from './folder-errors.ts';
import { listFolder } from './folder-listing.ts';

/**
 * Objects as files below one folder. Every write is whole, durable and atomic; `putIfAbsent` needs a file system
 * with hard links and fails with STORE_NOT_CONDITIONAL on others. The folder is made by the first write.
 */
export class FolderObjectStore implements ObjectStore {
  readonly uri: string;
  readonly #root: string;

  /** A relative `folder` is resolved against the working directory. */
  constructor(folder: string) {
    this.#root = resolve(folder);
    this.uri = pathToFileURL(this.#root).href;
  }

  async get(key: string): Promise<Uint8Array> {
    return this.#run('get', key, async (path) => {
      const bytes = await readFile(path);
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    });
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    assertRange(key, offset, length);
    return this.#run('getRange', key, async (path) => {
      const handle = await open(path, 'r');
      try {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const read = await handle.read(bytes, filled, length - filled, offset + filled);
          if (read.bytesRead === 0) break;
          filled += read.bytesRead;
        }
        if (filled === length) return bytes;
        throw new DrivesweepError(
          'STORE_SHORT_READ',
          `getRange ${key}: ${filled} bytes at ${offset}, asked for ${length}: ${path}`,
        );
      } finally {
        await handle.close();
      }
    });
  }

  async head(key: string): Promise<ObjectStat | undefined> {
    return this.#run('head', key, async (path) => {
      try {
        const found = await stat(path);
        return found.isFile() ? { key, bytes: found.size } : undefined;
      } catch (thrown) {
        if (isNotThere(thrown)) return undefined;
        throw thrown;
      }
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#run('put', key, (path) => writeFileDurably(path, bytes));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#run('putIfAbsent', key, (path) => createFileDurably(path, bytes));
  }

  async delete(key: string): Promise<void> {
    await this.#run('delete', key, async (path) => {
      try {
        await unlink(path);
      } catch (thrown) {
        if (!isNotThere(thrown)) throw thrown;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<ObjectStat> {
    assertKeyPrefix(prefix);
    try {
      yield* listFolder(this.#root, prefix);
    } catch (thrown) {
      throw folderError(thrown, { op: 'list', key: prefix, path: this.#root });
    }
  }

  localPath(key: string): string {
    return this.#pathOf(key);
  }

  #pathOf(key: string): string {
    assertObjectKey(key);
    if (key.split('/').some((segment) => segment.startsWith(TEMPORARY_PREFIX))) {
      throw new DrivesweepError(
        'OBJECT_KEY_INVALID',
        `key ${JSON.stringify(key)} has a segment that starts with ${TEMPORARY_PREFIX}, kept for files being written`,
      );
    }
    return join(this.#root, key);
  }

  async #run<T>(op: string, key: string, effect: (path: string) => Promise<T>): Promise<T> {
    const path = this.#pathOf(key);
    try {
      return await effect(path);
    } catch (thrown) {
      throw folderError(thrown, { op, key, path });
    }
  }
}
