import { describe, expect, it } from 'vitest';
import { BlockColumn } from './block-column.ts';
import { BlockMemory } from './block-memory.ts';
import { ClusterSums } from './cluster-sums.ts';

const MEMORY = new BlockMemory();
const COLUMN = new BlockColumn(MEMORY);

/** Adds one value to one column of one cluster. */
function add(to: ClusterSums, cluster: number, c: number, value: number): void {
  COLUMN.fill(MEMORY.bench.constants([value]), 8, 1);
  to.widen(c + 1);
  to.add(c, COLUMN, Uint8Array.of(0), Int32Array.of(to.offsetOf(cluster)), 1);
}

function listed(sums: ClusterSums, columns: number[], order: number[]): number[][][] {
  return sums
    .totals(columns, order)
    .map((totals) => [Array.from(totals.sums), Array.from(totals.counts)]);
}

describe('the sums of clusters', () => {
  it('are told in the order that is asked for, without clusters that have no window', () => {
    const sums = new ClusterSums();
    add(sums, 7, 0, 1);
    add(sums, 3, 0, 2);
    add(sums, 7, 0, 4);
    expect(listed(sums, [0], [3, 5, 7])).toEqual([
      [
        [2, 5],
        [1, 2],
      ],
    ]);
  });

  it('have no value where a metric does not apply', () => {
    const sums = new ClusterSums();
    add(sums, 0, 0, NaN);
    expect(listed(sums, [0], [0])).toEqual([[[0], [0]]]);
  });

  it('stay when clusters and columns become more, in any order', () => {
    const sums = new ClusterSums();
    const clusters = Array.from({ length: 100 }, (_, i) => i);
    for (const cluster of clusters) add(sums, cluster, Math.floor(cluster / 9), cluster + 1);
    for (const cluster of clusters) {
      const c = Math.floor(cluster / 9);
      expect(listed(sums, [c, c + 1], [cluster])).toEqual([
        [[cluster + 1], [1]],
        [[0], [0]],
      ]);
    }
  });

  it('add up when clusters become one', () => {
    const sums = new ClusterSums();
    for (let cluster = 0; cluster < 20; cluster++) add(sums, cluster, 1, cluster);
    sums.renumber((cluster) => cluster % 2);
    expect(listed(sums, [0, 1], [0, 1])).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      [
        [90, 100],
        [10, 10],
      ],
    ]);
  });
});
