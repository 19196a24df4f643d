import { at } from '@drivesweep/geometry';
import type { Address } from '@drivesweep/kernels';
import { BLOCK_WINDOWS } from './block-memory.ts';
import type { BlockMemory } from './block-memory.ts';
import type { BlockColumn } from './block-column.ts';
import { ExactSum } from './exact-sum.ts';
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

/** What the kernel `addRows` keeps of a column: n, min, max, above, absolute, sum on the grid, sum of rests, one spare. */
const OF_NOTHING = [0, Infinity, -Infinity, 0, 0, 0, 0, 0];
const PLACES = OF_NOTHING.length;
const ON_GRID = 5;
const REST = 6;
/** Larger values on the grid are not added up by the kernel. */
const MOST_ON_GRID = 2 ** 22;

/** The totals of many columns. */
export class ColumnTotals {
  readonly #memory: BlockMemory;
  #width = 0;
  /** `PLACES` per column. */
  #totals: Address = 0;
  /** What is too large for a sum of the kernel: exact at any size, and ten times as slow. */
  readonly #moved: ExactSum[] = [];
  readonly #sketches: QuantileSketch[] = [];

  constructor(memory: BlockMemory) {
    this.#memory = memory;
  }

  /** Makes room for so many columns at least. */
  widen(width: number): void {
    if (width <= this.#width) return;
    const wider = Array.from({ length: width }, () => OF_NOTHING).flat();
    this.#all().forEach((value, place) => (wider[place] = value));
    this.#totals = this.#memory.bench.constants(wider);
    this.#width = width;
    while (this.#sketches.length < width) this.#sketches.push(new QuantileSketch());
  }

  /**
   * Adds the rows that are listed in memory, to a column that there is room for.
   * @param rows the same
   * @param count of the rows in use
   */
  add(c: number, column: BlockColumn, rows: Uint8Array, count: number): void {
    const { bench, rows: list, found } = this.#memory;
    const totals = this.#totals + 8 * PLACES * c;
    const { kernels } = bench;
    const n = kernels.addRows(column.address, list, count, column.tailAbove, totals, found);
    if (column.largest >= MOST_ON_GRID) this.#addLarge(c, column, rows, count);
    if (n < 0) this.#move(c);
    this.#sketches[c]?.addAll(this.#memory.foundBuckets(), n < 0 ? ~n : n);
  }

  column(c: number): ColumnTotal {
    if (c < this.#width) this.#move(c);
    const [n = 0, min = Infinity, max = -Infinity, above = 0, absolute = 0] = this.#of(c);
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

  /** Adds what the kernel leaves out. */
  #addLarge(c: number, { numbers }: BlockColumn, rows: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const onGrid = at(numbers, BLOCK_WINDOWS + (rows[i] ?? 0));
      if (Math.abs(onGrid) >= MOST_ON_GRID) this.#movedOf(c).add(onGrid);
    }
  }

  #move(c: number): void {
    const totals = this.#of(c);
    const moved = this.#movedOf(c);
    moved.add(at(totals, ON_GRID));
    moved.add(at(totals, REST));
    totals[ON_GRID] = 0;
    totals[REST] = 0;
  }

  #movedOf(c: number): ExactSum {
    return (this.#moved[c] ??= new ExactSum());
  }

  #all(): Float64Array {
    const { buffer } = this.#memory.bench.kernels.memory;
    return new Float64Array(buffer, this.#totals, PLACES * this.#width);
  }

  #of(c: number): Float64Array {
    return this.#all().subarray(PLACES * c, PLACES * (c + 1));
  }
}
