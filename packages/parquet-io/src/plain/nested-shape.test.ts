import { describe, expect, it } from 'vitest';
import { LevelRuns } from './level-runs.ts';
import { ShapeBuilder } from './nested-shape.ts';
import type { LeafLevels } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';

/** Levels of one byte each, as runs of one. */
function runs(levels: number[]): LevelRuns {
  const bytes = Uint8Array.from(levels.flatMap((level) => [1 << 1, level]));
  return new LevelRuns(bytes, 0, bytes.length, 8);
}

function shapeOf(levels: LeafLevels, repetition: number[], definition: number[]) {
  const builder = new ShapeBuilder(levels);
  const values = builder.add(runs(repetition), runs(definition), definition.length);
  return { values, ...builder.finish() };
}

/** Numbers that may be missing. */
const NULLABLE: LeafLevels = { lists: [], present: 1 };
/** Lists that may be missing, of numbers that may not. */
const LISTS: LeafLevels = { lists: [{ present: 1, member: 2 }], present: 2 };
/** Samples, a list that may be missing, each with a path, a list that may not. */
const PATHS: LeafLevels = {
  lists: [
    { present: 1, member: 2 },
    { present: 2, member: 3 },
  ],
  present: 3,
};

describe('levels', () => {
  it('are runs of one level, or packed, the lowest bit first', () => {
    // Five times 2; then eight packed ones of two bits: 0, 1, 2, 3 and the same again.
    const levels = new LevelRuns(Uint8Array.of(5 << 1, 2, (1 << 1) | 1, 0xe4, 0xe4), 0, 5, 2);
    const read: number[] = [];
    for (let i = 0; i < 13; i++) {
      levels.advance();
      levels.left -= 1;
      read.push(levels.value);
    }
    expect(read).toEqual([2, 2, 2, 2, 2, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(() => {
      levels.advance();
    }).toThrow(NotPlain);
  });

  it('may lie across two bytes', () => {
    // Eight levels of three bits, 0 to 7.
    const levels = new LevelRuns(Uint8Array.of(3, 0x88, 0xc6, 0xfa), 0, 4, 3);
    const read = Array.from({ length: 8 }, () => {
      levels.advance();
      levels.left -= 1;
      return levels.value;
    });
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('are refused where they end early', () => {
    for (const bytes of [[], [0x80], [4], [3, 0]]) {
      const levels = new LevelRuns(Uint8Array.from(bytes), 0, bytes.length, 2);
      expect(() => {
        levels.advance();
      }).toThrow(NotPlain);
    }
  });
});

describe('the shape of a column', () => {
  it('of numbers says which are missing', () => {
    const shape = shapeOf(NULLABLE, [0, 0, 0, 0], [1, 0, 1, 0]);
    expect(shape).toMatchObject({ rows: 4, values: 2, nulls: [1, 3] });
    expect(shape.leaf).toEqual({ length: 4, nullCount: 2, nullBitmap: Uint8Array.of(0b1111_0101) });
  });

  it('of lists tells a missing one from one that is empty', () => {
    // [a, b], missing, [], [c]
    const { rows, values, lists, leaf } = shapeOf(LISTS, [0, 1, 0, 0, 0], [2, 2, 0, 1, 2]);
    expect({ rows, values, leaf }).toEqual({
      rows: 4,
      values: 3,
      leaf: { length: 3, nullCount: 0 },
    });
    expect(lists[0]?.offsets).toEqual(Int32Array.of(0, 2, 2, 2, 3));
    expect(lists[0]?.nullBitmap).toEqual(Uint8Array.of(0b1111_1101));
  });

  it('of lists in lists gives both', () => {
    // [[a, b], [], [c]], missing, [], [[d]]
    const repetition = [0, 2, 1, 1, 0, 0, 0];
    const definition = [3, 3, 2, 3, 0, 1, 3];
    const { rows, lists, values } = shapeOf(PATHS, repetition, definition);
    expect({ rows, values }).toEqual({ rows: 4, values: 4 });
    expect(lists[0]?.offsets).toEqual(Int32Array.of(0, 3, 3, 3, 4));
    expect(lists[0]?.nullCount).toBe(1);
    expect(lists[1]?.offsets).toEqual(Int32Array.of(0, 2, 2, 3, 4));
    expect(lists[1]?.nullCount).toBe(0);
  });

  it('of a list that goes on in the next page is the same as in one', () => {
    const builder = new ShapeBuilder(LISTS);
    expect(builder.add(runs([0, 1]), runs([2, 2]), 2)).toBe(2);
    expect(builder.add(runs([1, 0]), runs([2, 2]), 2)).toBe(2);
    expect(builder.finish().lists[0]?.offsets).toEqual(Int32Array.of(0, 3, 4));
  });

  it.each([
    ['begins within a row', LISTS, [1, 0], [2, 2]],
    ['goes on with a list that has no members', LISTS, [0, 1], [2, 1]],
    ['has a level that is too high', LISTS, [0, 2], [2, 2]],
    ['defines more than there is', NULLABLE, [0], [2]],
  ])('is refused where a column %s', (_, levels, repetition, definition) => {
    expect(() => shapeOf(levels, repetition, definition)).toThrow(NotPlain);
  });
});
