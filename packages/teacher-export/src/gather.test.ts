import { describe, expect, it } from 'vitest';
import { gatherLists, gatherNumbers, gatherPaths, gatherValid } from './gather.ts';

const floats = (length: number) => new Float32Array(length);

/** Three lists: [1, 2], nothing, [3]. */
const LISTS = {
  offsets: Int32Array.of(0, 2, 2, 3),
  values: Float32Array.of(1, 2, 3),
  valid: undefined,
};

describe('gathering lists', () => {
  it('puts chosen lists of several parts end to end', () => {
    const other = { offsets: Int32Array.of(0, 1), values: Float32Array.of(9), valid: undefined };
    const { offsets, values, valid } = gatherLists(
      [
        { from: LISTS, places: [0, 1, 2] },
        { from: other, places: [0] },
        { from: LISTS, places: [2] },
      ],
      floats,
    );
    expect([...offsets]).toEqual([0, 2, 2, 3, 4, 5]);
    expect([...values]).toEqual([1, 2, 3, 9, 3]);
    expect(valid).toBeUndefined();
  });

  it('copies those that do not lie side by side one by one', () => {
    const { offsets, values } = gatherLists([{ from: LISTS, places: [0, 2] }], floats);
    expect([...offsets]).toEqual([0, 2, 3]);
    expect([...values]).toEqual([1, 2, 3]);
  });

  it('keeps what is null apart from what is empty', () => {
    const some = { ...LISTS, valid: Uint8Array.of(1, 0, 1) };
    const whole = gatherLists(
      [
        { from: LISTS, places: [1] },
        { from: some, places: [1, 2] },
      ],
      floats,
    );
    expect([...(whole.valid ?? [])]).toEqual([1, 0, 1]);
    expect(gatherLists([{ from: some, places: [0, 2] }], floats).valid).toBeUndefined();
  });

  it('of nothing is nothing', () => {
    expect([...gatherLists([], floats).offsets]).toEqual([0]);
    expect(gatherNumbers([]).length).toBe(0);
    expect(gatherValid([], 0)).toBeUndefined();
  });
});

describe('gathering paths and numbers', () => {
  it('cuts all axes at the same places', () => {
    const axis = (sign: number) => Float32Array.of(sign, 2 * sign, 3 * sign);
    const from = { offsets: LISTS.offsets, x: axis(1), y: axis(-1), z: axis(0), yaw: axis(10) };
    const { offsets, x, y, yaw } = gatherPaths([{ from, places: [2, 0] }]);
    expect([...offsets]).toEqual([0, 1, 3]);
    expect([...x]).toEqual([3, 1, 2]);
    expect([...y]).toEqual([-3, -1, -2]);
    expect([...yaw]).toEqual([30, 10, 20]);
  });

  it('takes numbers by their places', () => {
    const from = Float64Array.of(5, 6, 7);
    const numbers = gatherNumbers([
      { from, places: [2, 0] },
      { from, places: [1] },
    ]);
    expect([...numbers]).toEqual([7, 5, 6]);
  });
});
