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
  /** The cluster of a drive that has a score. May turn all clusters into groups: look at `areGroups` afterwards. */
  readonly clusterOf: (driveId: string) => string;
  readonly areGroups: () => boolean;
  /** The group of a drive, also while drives are still clusters of their own. */
  readonly groupOf: (driveId: string) => string;
}

export function createDriveClusters(maxClusters = MAX_CLUSTERS): DriveClusters {
  /** Null once there are too many. */
  let drives: Set<string> | null = new Set();
  const groupOf = (driveId: string): string => String(hash(driveId) % maxClusters);
  return {
    clusterOf(driveId) {
      if (drives !== null && !drives.has(driveId)) {
        drives = drives.size < maxClusters ? drives.add(driveId) : null;
      }
      return drives === null ? groupOf(driveId) : driveId;
    },
    areGroups: () => drives === null,
    groupOf,
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
