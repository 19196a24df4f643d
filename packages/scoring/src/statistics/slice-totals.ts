import type { ClusterTotals } from './bootstrap.ts';
import { ClusterSums } from './cluster-sums.ts';
import { ColumnTotals } from './column-totals.ts';
import type { ColumnTotal } from './column-totals.ts';
import { BLOCK_WINDOWS } from './block-column.ts';
import type { BlockColumn } from './block-column.ts';

/** With values that add up to more, taken without their signs, the sums of clusters would be rounded. */
const MAX_ON_GRID = 2 ** 32;

/**
 * Everything that is kept of the windows of one slice: its size depends on metrics and drives, not on windows.
 * Values come by blocks: `expect` each window of the block that is in the slice, `startBlock`, `addColumn` for each
 * metric, `endBlock`.
 */
export class SliceTotals {
  readonly counts = { ok: 0, error: 0, skipped: 0, missing: 0 };
  readonly #columns = new ColumnTotals();
  readonly #clusters = new ClusterSums();
  /** Rows of the block that are in the slice. */
  readonly #rows = new Uint8Array(BLOCK_WINDOWS);
  readonly #offsets = new Int32Array(BLOCK_WINDOWS);
  #expected = 0;

  /** @returns whether the row is the first of its block in this slice */
  expect(row: number): boolean {
    this.#rows[this.#expected] = row;
    return this.#expected++ === 0;
  }

  /**
   * @param clusters one per row of the block
   * @param width columns that there are at least
   */
  startBlock(clusters: Int32Array, width: number): void {
    this.#clusters.widen(width);
    for (let i = 0; i < this.#expected; i++) {
      const cluster = clusters[this.#rows[i] ?? 0] ?? 0;
      this.#offsets[i] = this.#clusters.offsetOf(cluster);
    }
  }

  /** Adds the rows that are expected; `counts` are the caller's. */
  addColumn(index: number, column: BlockColumn): void {
    this.#columns.add(index, column, this.#rows, this.#expected);
    this.#clusters.add(index, column, this.#rows, this.#offsets, this.#expected);
  }

  endBlock(): void {
    this.#expected = 0;
  }

  column(index: number): ColumnTotal {
    return this.#columns.column(index);
  }

  /** Makes clusters one that get the same number. */
  renumberClusters(numberOf: (cluster: number) => number): void {
    this.#clusters.renumber(numberOf);
  }

  /** Sums and counts of the clusters, in the order that is given, for each column. Clusters without a window are left out. */
  clusterTotals(indices: readonly number[], order: readonly number[]): ClusterTotals[] {
    return this.#clusters.totals(indices, order);
  }

  /** Whether the sums of clusters are exact; if not they depend on the order and are good for nothing. */
  hasExactClusters(index: number): boolean {
    return this.column(index).absolute < MAX_ON_GRID;
  }
}
