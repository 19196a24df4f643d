import { at } from '@drivesweep/geometry';
import type { ClusterTotals } from './bootstrap.ts';
import { ExactSum } from './exact-sum.ts';
import type { PreparedValues } from './metric-columns.ts';
import { QuantileSketch } from './quantile-sketch.ts';

/** With values that add up to more, taken without their signs, the sums of clusters would be rounded. */
const MAX_ON_GRID = 2 ** 32;

/** What one metric adds up to in one slice. Nothing in it depends on the order of the windows. */
export class Column {
  n = 0;
  min = Infinity;
  max = -Infinity;
  /** Values above the tail of the metric. */
  above = 0;
  /** Sum of the values on the grid without their signs. It only grows, so that passing a bound is no matter of order. */
  absolute = 0;
  readonly sum = new ExactSum();
  readonly sketch = new QuantileSketch();

  /** The mean is null when nothing was scored. */
  total(): { readonly n: number; readonly mean: number | null } {
    return { n: this.n, mean: this.n === 0 ? null : this.sum.value() / this.n };
  }
}

/** What one cluster adds to each column. */
interface ClusterRow {
  sums: Float64Array;
  counts: Float64Array;
}

/** Everything that is kept of the windows of one slice: its size depends on metrics and drives, not on windows. */
export class SliceTotals {
  readonly counts = { ok: 0, error: 0, skipped: 0, missing: 0 };
  readonly #columns: Column[] = [];
  #rows = new Map<string, ClusterRow>();

  /** Adds the values of one window that is ok; `counts` are the caller's. */
  add(window: PreparedValues, cluster: string): void {
    const row = this.#rowOf(cluster, window.width);
    const { columns, values, onGrid, buckets, above } = window;
    for (let i = 0; i < window.length; i++) {
      const index = columns[i] ?? 0;
      const value = at(values, i);
      const gridded = at(onGrid, i);
      const column = this.column(index);
      column.n++;
      column.sum.add(value);
      column.sketch.add(buckets[i] ?? 0);
      column.above += above[i] ?? 0;
      column.absolute += Math.abs(gridded);
      if (value < column.min) column.min = value;
      if (value > column.max) column.max = value;
      row.sums[index] = at(row.sums, index) + gridded;
      row.counts[index] = at(row.counts, index) + 1;
    }
  }

  column(index: number): Column {
    return (this.#columns[index] ??= new Column());
  }

  /** Makes clusters one that get the same name. */
  renameClusters(nameOf: (cluster: string) => string): void {
    const rows = this.#rows;
    this.#rows = new Map();
    for (const [cluster, row] of rows) {
      const joined = this.#rowOf(nameOf(cluster), row.sums.length);
      row.sums.forEach((sum, i) => (joined.sums[i] = at(joined.sums, i) + sum));
      row.counts.forEach((count, i) => (joined.counts[i] = at(joined.counts, i) + count));
    }
  }

  /** Sums and counts of the clusters for one column, clusters by name. */
  clusterTotals(index: number): ClusterTotals {
    const rows = this.#rowsByName();
    return {
      sums: Float64Array.from(rows, (row) => row.sums[index] ?? 0),
      counts: Float64Array.from(rows, (row) => row.counts[index] ?? 0),
    };
  }

  /** Whether the sums of clusters are exact; if not they depend on the order and are good for nothing. */
  hasExactClusters(index: number): boolean {
    return this.column(index).absolute < MAX_ON_GRID;
  }

  #rowsByName(): ClusterRow[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  #rowOf(cluster: string, width: number): ClusterRow {
    let row = this.#rows.get(cluster);
    if (row === undefined) {
      row = { sums: new Float64Array(width), counts: new Float64Array(width) };
      this.#rows.set(cluster, row);
    }
    if (row.sums.length < width) {
      row.sums = widened(row.sums, width);
      row.counts = widened(row.counts, width);
    }
    return row;
  }
}

function widened(values: Float64Array, width: number): Float64Array {
  const wider = new Float64Array(width);
  wider.set(values);
  return wider;
}
