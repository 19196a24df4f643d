import { at } from '@drivesweep/geometry';
import { ExactSum } from './exact-sum.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { BLOCK_WINDOWS } from './block-column.ts';
import type { BlockColumn } from './block-column.ts';

/** What the values of one column add up to. Nothing in it depends on their order. */
export interface ColumnTotal {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  /** Values above the tail of the metric. */
  readonly above: number;
  /** Rounded once. */
  readonly sum: number;
  /** Null when there is no value. */
  readonly mean: number | null;
  /** Sum of the values on the grid without their signs. It only grows, so that passing a bound is no matter of order. */
  readonly absolute: number;
  readonly quantiles: (shares: readonly number[]) => number[];
}

/**
 * A value comes in two parts, each on a grid on which sums below twice these bounds are exact. A sum that reaches its
 * bound moves on to an `ExactSum`, which is exact at any size and takes ten times as long.
 */
const MOST_ON_GRID = 2 ** 31;
const MOST_REST = 0.5;

/** The totals of a column lie side by side, at these places: a slice adds to them all at once. */
const N = 0;
const MIN = 1;
const MAX = 2;
const ABOVE = 3;
const ABSOLUTE = 4;
const ON_GRID = 5;
const REST = 6;
/** With one place to spare they fill one line of the processor's cache. */
const PLACES = 8;
const OF_NOTHING = Float64Array.of(0, Infinity, -Infinity, 0, 0, 0, 0, 0);

/** The totals of many columns. */
export class ColumnTotals {
  #width = 0;
  /** `PLACES` per column. */
  #totals = new Float64Array();
  readonly #moved: ExactSum[] = [];
  readonly #sketches: QuantileSketch[] = [];
  /** Of the values that are being added. */
  readonly #buckets = new Int16Array(BLOCK_WINDOWS);

  /**
   * @param rows of the column that are to be added
   * @param count of the rows in use
   */
  add(c: number, column: BlockColumn, rows: Uint8Array, count: number): void {
    if (this.#width <= c) this.#widen(c + 1);
    const { values, onGrid, rest, buckets, tailAbove } = column;
    const totals = this.#totals;
    const first = c * PLACES;
    let n = at(totals, first + N);
    let min = at(totals, first + MIN);
    let max = at(totals, first + MAX);
    let above = at(totals, first + ABOVE);
    let absolute = at(totals, first + ABSOLUTE);
    let gridSum = at(totals, first + ON_GRID);
    let restSum = at(totals, first + REST);
    const waiting = this.#buckets;
    let waits = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0;
      const value = at(values, row);
      if (Number.isNaN(value)) continue;
      const valueOnGrid = at(onGrid, row);
      const magnitude = Math.abs(valueOnGrid);
      const bucket = buckets[row] ?? 0;
      waiting[waits++] = bucket;
      if (bucket < lowest) lowest = bucket;
      if (bucket > highest) highest = bucket;
      n++;
      if (value < min) min = value;
      if (value > max) max = value;
      if (value > tailAbove) above++;
      absolute += magnitude;
      restSum += at(rest, row);
      if (magnitude < MOST_ON_GRID) gridSum += valueOnGrid;
      else this.#movedOf(c).add(valueOnGrid);
      if (Math.abs(gridSum) >= MOST_ON_GRID || Math.abs(restSum) >= MOST_REST) {
        this.#move(c, gridSum, restSum);
        gridSum = 0;
        restSum = 0;
      }
    }
    totals[first + N] = n;
    totals[first + MIN] = min;
    totals[first + MAX] = max;
    totals[first + ABOVE] = above;
    totals[first + ABSOLUTE] = absolute;
    totals[first + ON_GRID] = gridSum;
    totals[first + REST] = restSum;
    this.#sketches[c]?.addAll(waiting, waits, lowest, highest);
  }

  column(c: number): ColumnTotal {
    if (this.#width <= c) this.#widen(c + 1);
    const [n = 0, min = Infinity, max = -Infinity, above = 0, absolute = 0, gridSum = 0, rest = 0] =
      this.#totals.subarray(c * PLACES, (c + 1) * PLACES);
    this.#move(c, gridSum, rest);
    this.#totals[c * PLACES + ON_GRID] = 0;
    this.#totals[c * PLACES + REST] = 0;
    const sum = this.#movedOf(c).value();
    return {
      n,
      min,
      max,
      above,
      sum,
      mean: n === 0 ? null : sum / n,
      absolute,
      quantiles: (shares) => this.#sketches[c]?.quantiles(shares, { min, max }) ?? [],
    };
  }

  #move(c: number, gridSum: number, restSum: number): void {
    const moved = this.#movedOf(c);
    moved.add(gridSum);
    moved.add(restSum);
  }

  #movedOf(c: number): ExactSum {
    return (this.#moved[c] ??= new ExactSum());
  }

  #widen(width: number): void {
    const totals = new Float64Array(width * PLACES);
    totals.set(this.#totals);
    for (let c = this.#width; c < width; c++) {
      totals.set(OF_NOTHING, c * PLACES);
      this.#sketches.push(new QuantileSketch());
    }
    this.#totals = totals;
    this.#width = width;
  }
}
