import { describe, expect, it } from 'vitest';
import { forEachBounded, mapInOrder } from './bounded.ts';

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** Work that finishes only when it is told to. */
function gates() {
  const open = new Map<number, () => void>();
  const pass = (n: number) => new Promise<void>((resolve) => open.set(n, resolve));
  return { open, pass };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('mapInOrder', () => {
  it('keeps the order although later items are done first, and looks a bounded way ahead', async () => {
    const { open, pass } = gates();
    const mapped = mapInOrder(each([0, 1, 2, 3, 4]), 3, async (n) => {
      await pass(n);
      return n * 10;
    });
    const iterator = mapped[Symbol.asyncIterator]();
    const first = iterator.next();
    await settle();
    expect([...open.keys()]).toEqual([0, 1, 2]);
    open.get(2)?.();
    open.get(1)?.();
    open.get(0)?.();
    expect((await first).value).toBe(0);
    expect((await iterator.next()).value).toBe(10);
  });

  it('throws the error of the first item that fails', async () => {
    const mapped = mapInOrder(each([1, 2, 3]), 2, (n) =>
      n === 2 ? Promise.reject(new Error('two')) : Promise.resolve(n),
    );
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const n of mapped) seen.push(n);
      })(),
    ).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });
});

describe('forEachBounded', () => {
  it('works on so many at once and no more', async () => {
    const { open, pass } = gates();
    const done = forEachBounded([0, 1, 2, 3], 2, pass);
    await settle();
    expect([...open.keys()]).toEqual([0, 1]);
    open.get(0)?.();
    await settle();
    expect([...open.keys()]).toEqual([0, 1, 2]);
    for (const n of [1, 2]) open.get(n)?.();
    await settle();
    open.get(3)?.();
    await done;
  });

  it('starts nothing more after an error, and throws it', async () => {
    const started: number[] = [];
    const work = (n: number) => {
      started.push(n);
      return n === 1 ? Promise.reject(new Error('one')) : Promise.resolve();
    };
    await expect(forEachBounded([0, 1, 2, 3], 1, work)).rejects.toThrow('one');
    expect(started).toEqual([0, 1]);
  });
});
