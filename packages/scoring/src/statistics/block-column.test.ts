import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockColumn } from './block-column.ts';
import { BLOCK_WINDOWS, BlockMemory } from './block-memory.ts';
import { bucketOf, middleOf } from './quantile-buckets.ts';
import { SliceTotals } from './slice-totals.ts';

const MEMORY = new BlockMemory();
const COLUMN = new BlockColumn(MEMORY);
const STAGE = MEMORY.bench.series(BLOCK_WINDOWS, 2);

/** The buckets of up to 256 values, as the kernel finds them, and the two parts of the values. */
function split(values: readonly number[]) {
  values.forEach((value, i) => (STAGE.values[2 * i] = value));
  COLUMN.fill(STAGE.address, 16, values.length);
  const numbers = COLUMN.numbers;
  const part = (n: number) =>
    Array.from(numbers.subarray(n * BLOCK_WINDOWS, n * BLOCK_WINDOWS + values.length));
  const buckets = new Int16Array(numbers.buffer, COLUMN.address + 24 * BLOCK_WINDOWS);
  return {
    values: part(0),
    onGrid: part(1),
    rest: part(2),
    buckets: Array.from(buckets.subarray(0, values.length)),
  };
}

const LAST = bucketOf(Number.MAX_VALUE);

describe('the buckets of a column', () => {
  it('are what the logarithm says, at every edge of a bucket and the doubles around it', () => {
    let different = 0;
    for (let bucket = 0; bucket <= LAST; bucket++) {
      const edge = middleOf(Math.max(1, bucket)) * 2 ** (0.5 / 70);
      const step = 2 ** (Math.floor(Math.log2(edge)) - 52);
      const around = Array.from({ length: 120 }, (_, n) => edge + (n - 60) * step);
      const values = [...around, ...around.map((value) => -value)];
      const found = split(values).buckets;
      values.forEach((value, i) => (different += found[i] === bucketOf(value) ? 0 : 1));
    }
    expect(different).toBe(0);
  });

  it('are what the logarithm says, of any value', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const power = fc.double({ min: -31, max: 41, noNaN: true }).map((exponent) => 2 ** exponent);
    const value = fc.oneof(
      double,
      power,
      power.map((one) => -one),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: BLOCK_WINDOWS }), (values) => {
        expect(split(values).buckets).toEqual(values.map(bucketOf));
      }),
    );
  });

  it('are that of zero below a nanometre and the last one beyond 2^40', () => {
    const below = 2 ** -30 * (1 - 2 ** -53);
    expect(split([0, -0, below, -below, 5e-324]).buckets).toEqual([0, 0, 0, 0, 0]);
    expect(split([2 ** -30, -(2 ** -30)]).buckets).toEqual([1, -1]);
    expect(split([2 ** 40, 1e300, 2 ** 40 / 1.02]).buckets).toEqual([LAST, LAST, LAST - 2]);
  });
});

describe('the parts of a value', () => {
  it('are its multiple of 2^-20, halves up, and what is left as a multiple of 2^-52', () => {
    const value = fc.oneof(
      fc.double({ min: -1e7, max: 1e7, noNaN: true }),
      fc.integer({ min: -1e6, max: 1e6 }).map((halves) => halves * 2 ** -21),
      fc.constantFrom(0, 1, NaN, -(2 ** -22)),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: BLOCK_WINDOWS }), (values) => {
        const onGrid = values.map((one) => Math.round(one * 2 ** 20) / 2 ** 20);
        const rest = values.map((one, i) => {
          return Math.round((one - (onGrid[i] ?? NaN)) * 2 ** 52) / 2 ** 52;
        });
        const parts = split(values);
        expect([parts.values, parts.onGrid, parts.rest]).toEqual([values, onGrid, rest]);
      }),
    );
  });
});

describe('the totals of a slice', () => {
  /** Block by block. */
  function totalsOf(values: readonly number[]) {
    const memory = new BlockMemory();
    const slice = new SliceTotals(memory);
    const column = new BlockColumn(memory);
    column.tailAbove = 2;
    slice.widen(1);
    for (let first = 0; first < values.length; first += BLOCK_WINDOWS) {
      const block = values.slice(first, first + BLOCK_WINDOWS);
      block.forEach((_, row) => slice.expect(row));
      column.fill(memory.bench.constants(block), 8, block.length);
      slice.startBlock(new Int32Array(BLOCK_WINDOWS));
      slice.addColumn(0, column);
      slice.endBlock();
    }
    return slice.column(0);
  }

  it('are exact for values of all sizes, which is more than adding one after the other gives', () => {
    const many = Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 2 ** 21 + 0.1 : 2 ** 31));
    const values = [...many, 0.1, NaN, -5e12, 1e15, -1e15, ...many.map((value) => -value)];
    expect(totalsOf(values)).toMatchObject({
      n: 1204,
      min: -1e15,
      max: 1e15,
      above: 601,
      sum: -5e12 + 0.1,
    });
  });

  it('hold large values that nothing takes away again', () => {
    const values = [...Array<number>(300).fill(2 ** 31), 2 ** 22, 2 ** 45, 0.1];
    expect(totalsOf(values).sum).toBe(300 * 2 ** 31 + 2 ** 22 + 2 ** 45 + 0.1);
  });

  it('of 1, 2, 3 and one window without a value', () => {
    expect(totalsOf([1, NaN, 2, 3])).toMatchObject({ n: 3, min: 1, max: 3, above: 1, mean: 2 });
  });
});
