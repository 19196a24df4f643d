import type { ClusterTotals } from './bootstrap.ts';
import { ClusterSums } from './cluster-sums.ts';
import { ColumnTotals } from './column-totals.ts';
import type { ColumnTotal } from './column-totals.ts';
import type { BlockColumn } from './block-column.ts';
import { BLOCK_WINDOWS } from './block-memory.ts';
import type { BlockMemory } from './block-memory.ts';

/** With values that add up to more, taken without their signs, the sums of clusters would be rounded. */
const MAX_ON_GRID = 2 ** 32;

/**
 * Everything that is kept of the windows of one slice: its size depends on metrics and drives, not on windows.
 * Values come by blocks: `expect` each window of the block that is in the slice, `widen` it, `startBlock`, `addColumn` for
 * each metric, `endBlock`, and then the next slice.
 */
export class SliceTotals {
  readonly counts = { ok: 0, error: 0, skipped: 0, missing: 0 };
  readonly #memory: BlockMemory;
  readonly #columns: ColumnTotals;
  readonly #clusters = new ClusterSums();
  /** Rows of the block that are in the slice. */
  readonly #rows = new Uint8Array(BLOCK_WINDOWS);
  readonly #offsets = new Int32Array(BLOCK_WINDOWS);
  #expected = 0;

  constructor(memory: BlockMemory) {
    this.#memory = memory;
    this.#columns = new ColumnTotals(memory);
  }

  /** @returns whether the row is the first of its block in this slice */
  expect(row: number): boolean {
    this.#rows[this.#expected] = row;
    return this.#expected++ === 0;
  }

  /** Makes room for so many columns at least. Memory may grow. */
  widen(width: number): void {
    this.#columns.widen(width);
    this.#clusters.widen(width);
  }

  /** @param clusters one per row of the block */
  startBlock(clusters: Int32Array): void {
    this.#memory.listRows(this.#rows, this.#expected);
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
