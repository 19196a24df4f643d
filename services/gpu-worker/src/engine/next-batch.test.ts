import { describe, expect, it } from 'vitest';
import { takeNextBatch } from './next-batch.ts';

function lane(name: string, items: number, ended = false, mixes: string | null = null) {
  const windows = Array.from({ length: items }, (_, i) => `${name}${i}`);
  return { name, items: windows, ended, maxBatch: 4, mixes };
}

function taken(lanes: ReturnType<typeof lane>[]): string[] | null {
  const batch = takeNextBatch<string, ReturnType<typeof lane>>(lanes);
  return batch && batch.parts.flatMap(({ items }) => items);
}

describe('takeNextBatch', () => {
  it('waits for a full batch while the shard has more windows to come', () => {
    expect(taken([lane('a', 3)])).toBeNull();
    expect(taken([lane('a', 4)])).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  it('takes a short batch when the shard has no more', () => {
    expect(taken([lane('a', 3, true)])).toEqual(['a0', 'a1', 'a2']);
    expect(taken([lane('a', 0, true)])).toBeNull();
  });

  it('leaves what does not fit', () => {
    const one = lane('a', 6);
    taken([one]);
    expect(one.items).toEqual(['a4', 'a5']);
  });

  it('prefers the oldest shard, and a younger one over nothing', () => {
    expect(taken([lane('a', 4), lane('b', 4)])?.[0]).toBe('a0');
    expect(taken([lane('a', 3), lane('b', 4)])?.[0]).toBe('b0');
  });

  it('never mixes shards of a policy whose answers may depend on the batch', () => {
    expect(taken([lane('a', 2, true), lane('b', 4)])).toEqual(['a0', 'a1']);
  });

  it('fills a batch from younger shards where that cannot change an answer', () => {
    const lanes = [lane('a', 2, true, 'p'), lane('x', 4, false, null), lane('b', 3, false, 'p')];
    expect(taken(lanes)).toEqual(['a0', 'a1', 'b0', 'b1']);
    expect(lanes[2]?.items).toEqual(['b2']);
  });

  it('counts what partners have ready before it calls a batch full', () => {
    expect(taken([lane('a', 2, false, 'p'), lane('b', 1, false, 'p')])).toBeNull();
    expect(taken([lane('a', 2, false, 'p'), lane('b', 2, false, 'p')])).toHaveLength(4);
  });
});
