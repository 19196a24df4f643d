import { at } from '@drivesweep/geometry';
import { ExactSum } from './exact-sum.ts';
import type { PreparedValues } from './metric-columns.ts';
import { QuantileSketch } from './quantile-sketch.ts';

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

/** Buckets that wait per column. */
const WAITING = 64;

/** The totals of many columns, kept field by field because a window adds to all columns at once. */
export class ColumnTotals {
  #width = 0;
  #n: Float64Array = new Float64Array();
  #min: Float64Array = new Float64Array();
  #max: Float64Array = new Float64Array();
  #above: Float64Array = new Float64Array();
  #absolute: Float64Array = new Float64Array();
  #onGrid: Float64Array = new Float64Array();
  #rest: Float64Array = new Float64Array();
  readonly #moved: ExactSum[] = [];
  readonly #sketches: QuantileSketch[] = [];
  /** Buckets of a column that its sketch has yet to count, column by column: there, counting many at once is faster. */
  #waiting = new Int16Array();
  #waits = new Uint8Array();

  add(window: PreparedValues): void {
    if (this.#width < window.width) this.#widen(window.width);
    const { columns, values, onGrid, rest, above, length } = window;
    const n = this.#n;
    const min = this.#min;
    const max = this.#max;
    const tails = this.#above;
    const absolute = this.#absolute;
    const gridSums = this.#onGrid;
    const restSums = this.#rest;
    for (let i = 0; i < length; i++) {
      const c = columns[i] ?? 0;
      const value = at(values, i);
      const magnitude = Math.abs(at(onGrid, i));
      n[c] = at(n, c) + 1;
      if (value < at(min, c)) min[c] = value;
      if (value > at(max, c)) max[c] = value;
      tails[c] = at(tails, c) + (above[i] ?? 0);
      absolute[c] = at(absolute, c) + magnitude;
      if (magnitude >= MOST_ON_GRID) this.#movedOf(c).add(at(onGrid, i));
      else gridSums[c] = at(gridSums, c) + at(onGrid, i);
      restSums[c] = at(restSums, c) + at(rest, i);
      const isFull = Math.abs(at(gridSums, c)) >= MOST_ON_GRID;
      if (isFull || Math.abs(at(restSums, c)) >= MOST_REST) this.#move(c);
    }
    const { buckets } = window;
    const waiting = this.#waiting;
    const waits = this.#waits;
    for (let i = 0; i < length; i++) {
      const c = columns[i] ?? 0;
      const waitingOfColumn = waits[c] ?? 0;
      waiting[c * WAITING + waitingOfColumn] = buckets[i] ?? 0;
      waits[c] = waitingOfColumn + 1;
      if (waitingOfColumn + 1 === WAITING) this.#count(c);
    }
  }

  column(c: number): ColumnTotal {
    if (this.#width <= c) this.#widen(c + 1);
    this.#move(c);
    this.#count(c);
    const n = at(this.#n, c);
    const min = at(this.#min, c);
    const max = at(this.#max, c);
    const sum = this.#movedOf(c).value();
    return {
      n,
      min,
      max,
      above: at(this.#above, c),
      sum,
      mean: n === 0 ? null : sum / n,
      absolute: at(this.#absolute, c),
      quantiles: (shares) => this.#sketches[c]?.quantiles(shares, { min, max }) ?? [],
    };
  }

  /** Counts the buckets that wait. */
  #count(c: number): void {
    const from = c * WAITING;
    this.#sketches[c]?.addAll(this.#waiting.subarray(from, from + (this.#waits[c] ?? 0)));
    this.#waits[c] = 0;
  }

  #move(c: number): void {
    const moved = this.#movedOf(c);
    moved.add(at(this.#onGrid, c));
    moved.add(at(this.#rest, c));
    this.#onGrid[c] = 0;
    this.#rest[c] = 0;
  }

  #movedOf(c: number): ExactSum {
    return (this.#moved[c] ??= new ExactSum());
  }

  #widen(width: number): void {
    const before = this.#width;
    this.#n = widened(this.#n, width, 0);
    this.#min = widened(this.#min, width, Infinity);
    this.#max = widened(this.#max, width, -Infinity);
    this.#above = widened(this.#above, width, 0);
    this.#absolute = widened(this.#absolute, width, 0);
    this.#onGrid = widened(this.#onGrid, width, 0);
    this.#rest = widened(this.#rest, width, 0);
    const waiting = new Int16Array(width * WAITING);
    waiting.set(this.#waiting);
    this.#waiting = waiting;
    const waits = new Uint8Array(width);
    waits.set(this.#waits);
    this.#waits = waits;
    for (let c = before; c < width; c++) this.#sketches.push(new QuantileSketch());
    this.#width = width;
  }
}

/** The same values, and `fill` behind them. */
export function widened(values: Float64Array, width: number, fill: number): Float64Array {
  const wider = new Float64Array(width).fill(fill);
  wider.set(values);
  return wider;
}
