import { describe, expect, it } from 'vitest';
import { createDriveClusters } from './drive-clusters.ts';

const drives = Array.from({ length: 6000 }, (_, i) => `drive-${i}`);

describe('the clusters of drives', () => {
  it('are the drives themselves while there are few enough', () => {
    const clusters = createDriveClusters(3);
    expect(['a', 'b', 'a', 'c', 'b'].map(clusters.clusterOf)).toEqual(['a', 'b', 'a', 'c', 'b']);
    expect(clusters.areGroups()).toBe(false);
  });

  it('are groups from the first drive too many on, for drives that were there before, too', () => {
    const clusters = createDriveClusters(3);
    for (const drive of ['a', 'b', 'c', 'd']) clusters.clusterOf(drive);
    expect(clusters.areGroups()).toBe(true);
    expect(clusters.clusterOf('a')).toBe(clusters.groupOf('a'));
  });

  it('are the same groups in every release: another hash would move every interval', () => {
    const { groupOf } = createDriveClusters();
    expect(drives.slice(0, 4).map(groupOf)).toEqual(['566', '215', '656', '708']);
  });

  it('hold about as many drives each, though names differ in their last digits only', () => {
    const { groupOf } = createDriveClusters(60);
    const sizes = new Map<string, number>();
    for (const drive of drives) sizes.set(groupOf(drive), (sizes.get(groupOf(drive)) ?? 0) + 1);
    expect(sizes.size).toBe(60);
    // 100 +- 10 each: five standard deviations either way.
    for (const size of sizes.values()) expect(Math.abs(size - 100)).toBeLessThan(50);
  });
});
