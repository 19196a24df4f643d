import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrawSums } from './draw-sums.ts';

/** One after the other. */
function sumOf(column: Float64Array, weights: Uint16Array): number {
  return column.reduce((sum, value, row) => sum + value * (weights[row] ?? 0), 0);
}

describe('sums of draws', () => {
  it('take every row as often as its weight says', () => {
    const drawn = new DrawSums(2, 3);
    drawn.weigh([Uint16Array.of(1, 1, 1), Uint16Array.of(0, 3, 0)]);
    const [a, b] = drawn.of([Float64Array.of(1, 2, 4), Float64Array.of(0.5, 0, -1)]);
    expect([a, b]).toEqual([Float64Array.of(7, 6), Float64Array.of(-0.5, 0)]);
  });

  it('are to the last bit what adding one number after the other gives, for any number of columns and draws', () => {
    const rows = 5;
    const weights = fc.uint16Array({ minLength: rows, maxLength: rows });
    const value = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
    const column = fc
      .array(value, { minLength: rows, maxLength: rows })
      .map((values) => Float64Array.from(values));
    const draws = fc.array(weights, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(draws, fc.array(column, { maxLength: 19 }), (ofDraws, columns) => {
        const drawn = new DrawSums(ofDraws.length, rows + 3);
        drawn.weigh(ofDraws);
        expect(drawn.of(columns)).toEqual(
          columns.map((values) => Float64Array.from(ofDraws, (ofDraw) => sumOf(values, ofDraw))),
        );
      }),
    );
  });

  it('forget the weights and columns of before', () => {
    const drawn = new DrawSums(1, 4);
    drawn.weigh([Uint16Array.of(9, 9, 9, 9)]);
    drawn.of([Float64Array.of(1, 2, 3, 4)]);
    drawn.weigh([Uint16Array.of(1, 2)]);
    expect(drawn.of([Float64Array.of(10, 1)])).toEqual([Float64Array.of(12)]);
  });
});
