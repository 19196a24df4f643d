import { BLOCK_WINDOWS, createBlockColumn, fillColumn } from './block-column.ts';
import type { BlockColumn } from './block-column.ts';
import type { ColumnLayout } from './metric-columns.ts';
import type { SliceTotals } from './slice-totals.ts';

/** Windows with the same metrics that wait to be added to the totals of their slices. */
export class WindowBlock {
  readonly #all: SliceTotals;
  #layout: ColumnLayout | null = null;
  #windows = 0;
  /** Window by window, one value per metric. */
  #values = new Float64Array();
  /** One per window. */
  readonly #clusters = new Int32Array(BLOCK_WINDOWS);
  /** Those that a window of the block is in, `all` aside. */
  #slices: SliceTotals[] = [];
  /** Filled anew for every metric that is no headline. */
  readonly #column = createBlockColumn();
  /** Kept until all slices have been added to: slice by slice is faster than metric by metric. */
  readonly #headline: BlockColumn[] = [];

  /** @param all the slice that every window is in, with all its metrics; others have the headline */
  constructor(all: SliceTotals) {
    this.#all = all;
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
    for (let i = 0; i < values.length; i++) this.#values[first + i] = values[i] ?? NaN;
    this.#all.expect(window);
    for (const slice of slices) if (slice.expect(window)) this.#slices.push(slice);
    if (this.#windows === BLOCK_WINDOWS) this.flush();
  }

  /** Adds what waits to the totals. */
  flush(): void {
    if (this.#layout === null || this.#windows === 0) return;
    this.#addToAll(this.#layout);
    for (const slice of this.#slices) {
      slice.startBlock(this.#clusters, this.#layout.headlineWidth);
      for (const column of this.#headline) slice.addColumn(column.headlineColumn, column);
      slice.endBlock();
    }
    this.#slices = [];
    this.#windows = 0;
  }

  /** Fills the headline, too. */
  #addToAll({ columns, headlineColumns, tails, width }: ColumnLayout): void {
    let headlines = 0;
    this.#all.startBlock(this.#clusters, width);
    for (let i = 0; i < columns.length; i++) {
      const headlineColumn = headlineColumns[i] ?? -1;
      const column =
        headlineColumn < 0 ? this.#column : (this.#headline[headlines++] ??= createBlockColumn());
      column.headlineColumn = headlineColumn;
      column.tailAbove = tails[i] ?? Infinity;
      fillColumn(column, this.#values, i, columns.length, this.#windows);
      this.#all.addColumn(columns[i] ?? 0, column);
    }
    this.#all.endBlock();
    this.#headline.length = headlines;
  }

  #startWith(layout: ColumnLayout): void {
    this.flush();
    this.#layout = layout;
    const size = BLOCK_WINDOWS * layout.columns.length;
    if (this.#values.length < size) this.#values = new Float64Array(size);
  }
}
