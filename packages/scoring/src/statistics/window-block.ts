import type { LaneSeries } from '@drivesweep/kernels';
import { BlockColumn } from './block-column.ts';
import { BLOCK_WINDOWS } from './block-memory.ts';
import type { BlockMemory } from './block-memory.ts';
import type { ColumnLayout } from './metric-columns.ts';
import type { SliceTotals } from './slice-totals.ts';

/** Windows with the same metrics that wait to be added to the totals of their slices. */
export class WindowBlock {
  readonly #memory: BlockMemory;
  readonly #all: SliceTotals;
  #layout: ColumnLayout | null = null;
  #windows = 0;
  /** Window by window, one value per metric. */
  #values: LaneSeries;
  /** One per window. */
  readonly #clusters = new Int32Array(BLOCK_WINDOWS);
  /** Those that a window of the block is in, `all` aside. */
  #slices: SliceTotals[] = [];
  /** Filled anew for every metric that is no headline. */
  readonly #column: BlockColumn;
  /** Kept until all slices have been added to: slice by slice is faster than metric by metric. */
  readonly #headline: BlockColumn[] = [];

  /** @param all the slice that every window is in, with all its metrics; others have the headline */
  constructor(memory: BlockMemory, all: SliceTotals) {
    this.#memory = memory;
    this.#all = all;
    this.#values = memory.bench.series(0, 2);
    this.#column = new BlockColumn(memory);
  }

  /** @param values one per metric of the layout, finite or NaN or null */
  add(
    layout: ColumnLayout,
    values: ArrayLike<number | null>,
    cluster: number,
    slices: readonly SliceTotals[],
  ): void {
    if (layout !== this.#layout) this.#startWith(layout);
    const window = this.#windows++;
    this.#clusters[window] = cluster;
    const first = window * values.length;
    const block = this.#values.values;
    for (let i = 0; i < values.length; i++) block[first + i] = values[i] ?? NaN;
    this.#all.expect(window);
    for (const slice of slices) if (slice.expect(window)) this.#slices.push(slice);
    if (this.#windows === BLOCK_WINDOWS) this.flush();
  }

  /** Adds what waits to the totals. */
  flush(): void {
    if (this.#layout === null || this.#windows === 0) return;
    const layout = this.#layout;
    this.#all.widen(layout.width);
    for (const slice of this.#slices) slice.widen(layout.headlineWidth);
    this.#addToAll(layout);
    for (const slice of this.#slices) {
      slice.startBlock(this.#clusters);
      for (const column of this.#headline) slice.addColumn(column.headlineColumn, column);
      slice.endBlock();
    }
    this.#slices = [];
    this.#windows = 0;
  }

  /** Fills the headline, too. */
  #addToAll({ columns, headlineColumns, tails }: ColumnLayout): void {
    let headlines = 0;
    this.#all.startBlock(this.#clusters);
    for (let i = 0; i < columns.length; i++) {
      const headlineColumn = headlineColumns[i] ?? -1;
      const column =
        headlineColumn < 0
          ? this.#column
          : (this.#headline[headlines++] ??= new BlockColumn(this.#memory));
      column.headlineColumn = headlineColumn;
      column.tailAbove = tails[i] ?? Infinity;
      column.fill(this.#values.address + 8 * i, 8 * columns.length, this.#windows);
      this.#all.addColumn(columns[i] ?? 0, column);
    }
    this.#all.endBlock();
    this.#headline.length = headlines;
  }

  #startWith(layout: ColumnLayout): void {
    this.flush();
    this.#layout = layout;
    const size = BLOCK_WINDOWS * layout.columns.length;
    if (this.#values.size < size) this.#values = this.#memory.bench.series(size / 2, 2);
  }
}
