import { at } from '@drivesweep/geometry';
import type { ClusterTotals } from './bootstrap.ts';
import type { BlockColumn } from './block-column.ts';
import { BLOCK_WINDOWS } from './block-memory.ts';

/** Clusters that there is room for at first; then for twice as many, and so on. */
const FIRST_ROOM = 8;

/** What the windows of each cluster add to each column. Clusters take room only once they have a window. */
export class ClusterSums {
  #width = 0;
  /** Cluster after cluster, `#width` columns each. */
  #sums = new Float64Array();
  #counts = new Uint32Array();
  /** The place of a cluster by its number, in the order of their first windows. */
  #places = new Map<number, number>();

  /** Where the first column of a cluster lies, until another cluster is asked for or the columns become more. */
  offsetOf(cluster: number): number {
    const known = this.#places.get(cluster);
    if (known !== undefined) return known * this.#width;
    const place = this.#places.size;
    this.#places.set(cluster, place);
    const used = place * this.#width;
    if (used + this.#width > this.#sums.length) {
      this.#resize(this.#width, Math.max(FIRST_ROOM, 2 * place));
    }
    return used;
  }

  /** Makes room for so many columns at least. */
  widen(width: number): void {
    if (width <= this.#width) return;
    this.#resize(width, Math.max(FIRST_ROOM, this.#places.size));
  }

  /**
   * @param rows of the column that are to be added
   * @param offsets of the clusters of these rows
   * @param count of both in use
   */
  add(
    c: number,
    { numbers }: BlockColumn,
    rows: Uint8Array,
    offsets: Int32Array,
    count: number,
  ): void {
    const sums = this.#sums;
    const counts = this.#counts;
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0;
      if (Number.isNaN(at(numbers, row))) continue;
      const place = (offsets[i] ?? 0) + c;
      sums[place] = at(sums, place) + at(numbers, BLOCK_WINDOWS + row);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }

  /** Makes clusters one that get the same number. */
  renumber(numberOf: (cluster: number) => number): void {
    const joined = new ClusterSums();
    joined.#resize(this.#width, this.#places.size);
    for (const [cluster, place] of this.#places) {
      const to = joined.offsetOf(numberOf(cluster));
      const from = place * this.#width;
      for (let c = 0; c < this.#width; c++) {
        joined.#sums[to + c] = at(joined.#sums, to + c) + at(this.#sums, from + c);
        joined.#counts[to + c] = (joined.#counts[to + c] ?? 0) + (this.#counts[from + c] ?? 0);
      }
    }
    this.#sums = joined.#sums;
    this.#counts = joined.#counts;
    this.#places = joined.#places;
  }

  /** Sums and counts of the clusters, in the order that is given, for each column. Clusters without a window are left out. */
  totals(columns: readonly number[], order: readonly number[]): ClusterTotals[] {
    const offsets = order.flatMap((cluster) => {
      const place = this.#places.get(cluster);
      return place === undefined ? [] : [place * this.#width];
    });
    return columns.map((c) => {
      const sums = new Float64Array(offsets.length);
      const counts = new Float64Array(offsets.length);
      offsets.forEach((from, i) => {
        sums[i] = this.#sums[from + c] ?? 0;
        counts[i] = this.#counts[from + c] ?? 0;
      });
      return { sums, counts };
    });
  }

  /** @param room for clusters */
  #resize(width: number, room: number): void {
    const sums = new Float64Array(width * room);
    const counts = new Uint32Array(width * room);
    for (let place = 0; place < this.#places.size; place++) {
      const from = place * this.#width;
      sums.set(this.#sums.subarray(from, from + this.#width), place * width);
      counts.set(this.#counts.subarray(from, from + this.#width), place * width);
    }
    this.#width = width;
    this.#sums = sums;
    this.#counts = counts;
  }
}
