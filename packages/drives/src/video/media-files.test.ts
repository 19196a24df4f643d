import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { MediaFiles } from './media-files.ts';
import type { Mp4Ref } from './media-files.ts';
import { temporaryFolder } from './test-videos.ts';

const MIB = 2 ** 20;
let folder = '';
let remove = () => Promise.resolve();
beforeAll(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});
afterAll(() => remove());

const never = new AbortController().signal;
const left = () => readdir(folder);
const pathOf = (url: string) => url.replace(/^file:/, '');
const part = (offset: number, bytes: number): Mp4Ref => ({
  kind: 'mp4',
  key: 'a.zip',
  offset,
  bytes,
});

/** A store with one object of `bytes` bytes that count up. */
function storeOf(bytes: number): MemoryObjectStore {
  const store = new MemoryObjectStore();
  store.objects.set(
    'a.zip',
    Uint8Array.from({ length: bytes }, (_, i) => i % 251),
  );
  return store;
}

/** Makes every range wait until it is let through. */
function gate(store: MemoryObjectStore): { asked: () => number; open: () => void } {
  const getRange = store.getRange.bind(store);
  const waiting: (() => void)[] = [];
  let isOpen = false;
  let asked = 0;
  store.getRange = async (key, offset, length) => {
    asked += 1;
    if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    return getRange(key, offset, length);
  };
  return {
    asked: () => asked,
    open: () => {
      isOpen = true;
      waiting.forEach((go) => go());
    },
  };
}

describe('MediaFiles', () => {
  it('copies exactly the bytes of the media, in bounded chunks', async () => {
    const store = storeOf(20 * MIB);
    const files = new MediaFiles(store, folder, 0);
    const lease = await files.lease(part(1000, 17 * MIB), never);
    const copy = await readFile(pathOf(lease.url));
    expect(copy.equals(store.objects.get('a.zip')?.subarray(1000, 1000 + 17 * MIB) ?? copy)).toBe(
      true,
    );
    const ranges = store.calls.filter((call) => call.op === 'getRange');
    expect(ranges.map((call) => call.bytes)).toEqual([8 * MIB, 8 * MIB, MIB]);
    await lease.release();
    expect(await left()).toEqual([]);
  });

  it('shares one copy among those who use it at the same time, until the last leaves', async () => {
    const store = storeOf(1000);
    const files = new MediaFiles(store, folder, 0);
    const [a, b] = await Promise.all([
      files.lease(part(0, 1000), never),
      files.lease(part(0, 1000), never),
    ]);
    expect(a.url).toBe(b.url);
    await a.release();
    expect(existsSync(pathOf(b.url))).toBe(true);
    await b.release();
    expect(await left()).toEqual([]);
    expect(store.calls.filter((call) => call.op === 'getRange')).toHaveLength(1);
  });

  it('keeps idle copies for the next shard within its bytes, the least recently used go first', async () => {
    const store = storeOf(1000);
    const files = new MediaFiles(store, folder, 250);
    const use = async (offset: number) => {
      const lease = await files.lease(part(offset, 100), never);
      await lease.release();
    };
    for (const offset of [0, 100, 0, 200, 0]) await use(offset);
    const read = store.calls.filter((call) => call.op === 'getRange');
    expect(read).toHaveLength(3);
    expect(await left()).toHaveLength(2);
    await use(100);
    expect(store.calls.filter((call) => call.op === 'getRange')).toHaveLength(4);
    await files.close();
    expect(await left()).toEqual([]);
  });

  it('copies what there is of an object that was cut off', async () => {
    const files = new MediaFiles(storeOf(150), folder, 0);
    const lease = await files.lease(part(100, 1000), never);
    expect(await readFile(pathOf(lease.url))).toHaveLength(50);
    await lease.release();
  });

  it('leaves no copy when reading fails, and tries again for the next who asks', async () => {
    const store = storeOf(1000);
    const files = new MediaFiles(store, folder, 1e6);
    const getRange = store.getRange.bind(store);
    store.getRange = () => Promise.reject(new Error('down'));
    const both = [files.lease(part(0, 1000), never), files.lease(part(0, 1000), never)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    expect(await left()).toEqual([]);
    store.getRange = getRange;
    await (await files.lease(part(0, 1000), never)).release();
    await files.close();
    await expect(files.lease({ ...part(0, 1), key: 'b.zip' }, never)).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
    });
    expect(await left()).toEqual([]);
  });

  it('stops copying when the last who waits is aborted, and not before', async () => {
    const store = storeOf(30 * MIB);
    const { asked, open } = gate(store);
    const files = new MediaFiles(store, folder, 0);
    const [first, second] = [new AbortController(), new AbortController()];
    const stopped = new Error('stopped');
    const a = files.lease(part(0, 30 * MIB), first.signal);
    const b = files.lease(part(0, 30 * MIB), second.signal);
    const outcomes = Promise.allSettled([a, b]);
    await expect.poll(asked).toBe(1);
    first.abort(stopped);
    await expect(a).rejects.toBe(stopped);
    expect(await left()).toHaveLength(1);
    second.abort(stopped);
    open();
    expect((await outcomes)[1]).toEqual({ status: 'rejected', reason: stopped });
    expect(asked()).toBe(1);
    expect(await left()).toEqual([]);
    expect(getEventListeners(first.signal, 'abort')).toEqual([]);
    expect(getEventListeners(second.signal, 'abort')).toEqual([]);
  });

  it('gives one who comes after an abandoned copy a copy of its own', async () => {
    const store = storeOf(1000);
    const { asked, open } = gate(store);
    const files = new MediaFiles(store, folder, 0);
    const abort = new AbortController();
    const abandoned = Promise.allSettled([files.lease(part(0, 1000), abort.signal)]);
    await expect.poll(asked).toBe(1);
    abort.abort(new Error('stopped'));
    // The lease hears of it in a few turns; the copy itself is still held at the gate.
    await new Promise((resolve) => setImmediate(resolve));
    const late = files.lease(part(0, 1000), never);
    open();
    await abandoned;
    const lease = await late;
    expect(await readFile(pathOf(lease.url))).toHaveLength(1000);
    await lease.release();
    expect(await left()).toEqual([]);
  });
});
