import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTopWindows } from './report-top-windows.ts';

function topOf(limit: number, windows: readonly (readonly [number, string])[]): readonly string[] {
  const top = createTopWindows<string>(limit);
  for (const [rank, windowId] of windows) top.add(rank, windowId, () => windowId);
  return top.items();
}

describe('the top windows', () => {
  it('are those of highest rank, highest first', () => {
    const windows = [
      [1, 'a'],
      [3, 'b'],
      [2, 'c'],
      [0, 'd'],
    ] as const;
    expect(topOf(3, windows)).toEqual(['b', 'c', 'a']);
  });

  it('are those whose id comes first where ranks are equal', () => {
    const windows = [
      [1, 'c'],
      [1, 'a'],
      [1, 'b'],
    ] as const;
    expect(topOf(2, windows)).toEqual(['a', 'b']);
  });

  it('do not make what is not kept', () => {
    const top = createTopWindows<number>(1);
    top.add(2, 'a', () => 2);
    top.add(1, 'b', () => {
      throw new Error('was made');
    });
    expect(top.items()).toEqual([2]);
  });

  it('do not depend on the order in which windows come', () => {
    const ranks = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
    fc.assert(
      fc.property(ranks, fc.integer({ min: 1, max: 8 }), (some, limit) => {
        const windows = some.map((rank, i) => [rank, `w${i}`] as const);
        expect(topOf(limit, [...windows].reverse())).toEqual(topOf(limit, windows));
      }),
    );
  });
});
