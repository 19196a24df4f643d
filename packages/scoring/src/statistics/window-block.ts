import { BLOCK_WINDOWS, createBlockColumn, fillColumn } from './block-column.ts';
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
  /** Filled anew for every metric. */
  readonly #column = createBlockColumn();

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
    const { columns, headlineColumns, tails, width, headlineWidth } = this.#layout;
    const slices = this.#slices;
    this.#all.startBlock(this.#clusters, width);
    for (const slice of slices) slice.startBlock(this.#clusters, headlineWidth);
    for (let i = 0; i < columns.length; i++) {
      this.#column.tailAbove = tails[i] ?? Infinity;
      fillColumn(this.#column, this.#values, i, columns.length, this.#windows);
      this.#all.addColumn(columns[i] ?? 0, this.#column);
      const headlineColumn = headlineColumns[i] ?? -1;
      if (headlineColumn < 0) continue;
      for (const slice of slices) slice.addColumn(headlineColumn, this.#column);
    }
    this.#all.endBlock();
    for (const slice of slices) slice.endBlock();
    this.#slices = [];
    this.#windows = 0;
  }

  #startWith(layout: ColumnLayout): void {
    this.flush();
    this.#layout = layout;
    const size = BLOCK_WINDOWS * layout.columns.length;
    if (this.#values.length < size) this.#values = new Float64Array(size);
  }
}
