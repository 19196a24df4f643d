import { describe, expect, it } from 'vitest';
import { createDriveClusters } from './drive-clusters.ts';

const drives = Array.from({ length: 6000 }, (_, i) => `drive-${i}`);

describe('the clusters of drives', () => {
  it('are the drives themselves while there are few enough', () => {
    const clusters = createDriveClusters(3);
    expect(['b', 'a', 'b', 'c', 'a'].map(clusters.clusterOf)).toEqual([0, 1, 0, 2, 1]);
    expect(clusters.areGroups()).toBe(false);
    // By name: a, b, c.
    expect(clusters.inOrder()).toEqual([1, 0, 2]);
  });

  it('are groups from the first drive too many on, for drives that were there before, too', () => {
    const clusters = createDriveClusters(3);
    const a = clusters.clusterOf('a');
    for (const drive of ['b', 'c', 'd']) clusters.clusterOf(drive);
    expect(clusters.areGroups()).toBe(true);
    expect(clusters.clusterOf('a')).toBe(clusters.groupOf(a));
    expect(clusters.inOrder()).toEqual([0, 1, 2]);
  });

  it('are the same groups in every release: another hash would move every interval', () => {
    const { clusterOf } = createDriveClusters();
    for (const drive of drives) clusterOf(drive);
    expect(drives.slice(0, 4).map(clusterOf)).toEqual([566, 215, 656, 708]);
  });

  it('hold about as many drives each, though names differ in their last digits only', () => {
    const { clusterOf } = createDriveClusters(60);
    for (const drive of drives.slice(0, 61)) clusterOf(drive);
    const sizes = new Map<number, number>();
    for (const drive of drives) sizes.set(clusterOf(drive), (sizes.get(clusterOf(drive)) ?? 0) + 1);
    expect(sizes.size).toBe(60);
    // 100 +- 10 each: five standard deviations either way.
    for (const size of sizes.values()) expect(Math.abs(size - 100)).toBeLessThan(50);
  });
});
