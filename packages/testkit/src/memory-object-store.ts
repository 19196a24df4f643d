import { assertKeyPrefix, assertObjectKey, DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStat, ObjectStore } from '@drivesweep/contracts';

export interface StoreCall {
  readonly op: 'get' | 'getRange' | 'head' | 'put' | 'putIfAbsent' | 'delete' | 'list';
  readonly key: string;
  readonly bytes: number;
}

/** By the bytes of the UTF-8 form, as S3 sorts. */
function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Rejects what is no key, as every store does. */
function checked(key: string): Promise<void> {
  return new Promise((resolve) => {
    assertObjectKey(key);
    resolve();
  });
}

/** An object store in memory that writes down every call, so that a test can assert what reading costs. */
export class MemoryObjectStore implements ObjectStore {
  readonly uri = 'memory://test';
  readonly objects = new Map<string, Uint8Array>();
  readonly calls: StoreCall[] = [];

  get(key: string): Promise<Uint8Array> {
    return this.#read(key, (bytes) => {
      this.calls.push({ op: 'get', key, bytes: bytes.length });
      return bytes.slice();
    });
  }

  getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#read(key, (bytes) => {
      this.calls.push({ op: 'getRange', key, bytes: length });
      if (offset + length <= bytes.length) return bytes.slice(offset, offset + length);
      const asked = `asked for ${offset}+${length}`;
      throw new DrivesweepError('STORE_SHORT_READ', `${key}: ${bytes.length} bytes, ${asked}`);
    });
  }

  async head(key: string): Promise<ObjectStat | undefined> {
    await checked(key);
    this.calls.push({ op: 'head', key, bytes: 0 });
    const bytes = this.objects.get(key);
    return bytes && { key, bytes: bytes.length };
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await checked(key);
    this.calls.push({ op: 'put', key, bytes: bytes.length });
    this.objects.set(key, bytes.slice());
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    await checked(key);
    this.calls.push({ op: 'putIfAbsent', key, bytes: bytes.length });
    if (this.objects.has(key)) return 'exists';
    this.objects.set(key, bytes.slice());
    return 'created';
  }

  async delete(key: string): Promise<void> {
    await checked(key);
    this.calls.push({ op: 'delete', key, bytes: 0 });
    this.objects.delete(key);
  }

  async *list(prefix: string): AsyncIterable<ObjectStat> {
    assertKeyPrefix(prefix);
    this.calls.push({ op: 'list', key: prefix, bytes: 0 });
    for (const key of await Promise.resolve([...this.objects.keys()].sort(byUtf8))) {
      const bytes = this.objects.get(key);
      if (bytes && key.startsWith(prefix)) yield { key, bytes: bytes.length };
    }
  }

  localPath(): null {
    return null;
  }

  async #read<T>(key: string, use: (bytes: Uint8Array) => T): Promise<T> {
    await checked(key);
    const bytes = this.objects.get(key);
    if (!bytes) throw new DrivesweepError('OBJECT_NOT_FOUND', `no object ${key} in ${this.uri}`);
    return use(bytes);
  }
}
