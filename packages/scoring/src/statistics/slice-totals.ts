import { at } from '@drivesweep/geometry';
import type { ClusterTotals } from './bootstrap.ts';
import { ColumnTotals, widened } from './column-totals.ts';
import type { ColumnTotal } from './column-totals.ts';
import type { PreparedValues } from './metric-columns.ts';

/** With values that add up to more, taken without their signs, the sums of clusters would be rounded. */
const MAX_ON_GRID = 2 ** 32;

/** What one cluster adds to each column. */
interface ClusterRow {
  sums: Float64Array;
  counts: Float64Array;
}

/** Everything that is kept of the windows of one slice: its size depends on metrics and drives, not on windows. */
export class SliceTotals {
  readonly counts = { ok: 0, error: 0, skipped: 0, missing: 0 };
  readonly #columns = new ColumnTotals();
  /** By the number of the cluster. */
  #rows: (ClusterRow | undefined)[] = [];

  /** Adds the values of one window that is ok; `counts` are the caller's. */
  add(window: PreparedValues, cluster: number): void {
    this.#columns.add(window);
    const { sums, counts } = this.#rowOf(cluster, window.width);
    const { columns, onGrid, length } = window;
    for (let i = 0; i < length; i++) {
      const c = columns[i] ?? 0;
      sums[c] = at(sums, c) + at(onGrid, i);
      counts[c] = at(counts, c) + 1;
    }
  }

  column(index: number): ColumnTotal {
    return this.#columns.column(index);
  }

  /** Makes clusters one that get the same number. */
  renumberClusters(numberOf: (cluster: number) => number): void {
    const rows = this.#rows;
    this.#rows = [];
    rows.forEach((row, cluster) => {
      if (row === undefined) return;
      const joined = this.#rowOf(numberOf(cluster), row.sums.length);
      row.sums.forEach((sum, i) => (joined.sums[i] = at(joined.sums, i) + sum));
      row.counts.forEach((count, i) => (joined.counts[i] = at(joined.counts, i) + count));
    });
  }

  /** Sums and counts of the clusters, in the order that is given, for each column. Clusters without a window are left out. */
  clusterTotals(indices: readonly number[], order: readonly number[]): ClusterTotals[] {
    const rows = order.flatMap((cluster) => this.#rows[cluster] ?? []);
    return indices.map((index) => ({
      sums: Float64Array.from(rows, (row) => row.sums[index] ?? 0),
      counts: Float64Array.from(rows, (row) => row.counts[index] ?? 0),
    }));
  }

  /** Whether the sums of clusters are exact; if not they depend on the order and are good for nothing. */
  hasExactClusters(index: number): boolean {
    return this.column(index).absolute < MAX_ON_GRID;
  }

  #rowOf(cluster: number, width: number): ClusterRow {
    const row = (this.#rows[cluster] ??= {
      sums: new Float64Array(width),
      counts: new Float64Array(width),
    });
    if (row.sums.length < width) {
      row.sums = widened(row.sums, width, 0);
      row.counts = widened(row.counts, width, 0);
    }
    return row;
  }
}
