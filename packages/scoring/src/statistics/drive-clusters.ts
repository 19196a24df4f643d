import { mix } from './random.ts';

/**
 * Drives that keep sums of their own; with more of them, drives share sums in as many groups. An interval from 1,024
 * clusters is as wide as it should be within about 1 / sqrt(2 * 1024) = 2 %, which is less than the 2,000 draws add.
 */
export const MAX_CLUSTERS = 1024;

/**
 * Which cluster the windows of a drive belong to: the drive itself while there are few drives, and when there are more,
 * one of a fixed number of groups that a hash of the drive's id decides. Drives that are thrown together at random may
 * be resampled together, so the intervals stay right; and because the groups of all drives are known from their ids,
 * it does not matter which drive was the one too many.
 */
export interface DriveClusters {
  /** The number of the cluster of a drive that has a score. May turn all clusters into groups: look at `areGroups` afterwards. */
  readonly clusterOf: (driveId: string) => number;
  readonly areGroups: () => boolean;
  /** The group that a cluster becomes part of; known while drives are still clusters of their own. */
  readonly groupOf: (cluster: number) => number;
  /** Numbers of the clusters in an order that depends on their drives alone, not on which came first. */
  readonly inOrder: () => number[];
}

export function createDriveClusters(maxClusters = MAX_CLUSTERS): DriveClusters {
  const drives: string[] = [];
  const numbers = new Map<string, number>();
  let areGroups = false;
  const hashed = (driveId: string): number => hash(driveId) % maxClusters;
  return {
    clusterOf(driveId) {
      if (areGroups) return hashed(driveId);
      const known = numbers.get(driveId);
      if (known !== undefined) return known;
      if (drives.length === maxClusters) {
        areGroups = true;
        numbers.clear();
        return hashed(driveId);
      }
      numbers.set(driveId, drives.length);
      return drives.push(driveId) - 1;
    },
    areGroups: () => areGroups,
    groupOf: (cluster) => hashed(drives[cluster] ?? ''),
    inOrder() {
      const names = areGroups
        ? Array.from({ length: maxClusters }, (_, group): [string, number] => [`${group}`, group])
        : [...numbers];
      return names.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, number]) => number);
    },
  };
}

/** FNV-1a over UTF-16 units, its bits mixed: 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(state) >>> 0;
}
