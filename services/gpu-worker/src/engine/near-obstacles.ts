import type { ObstacleTrack, WindowObstacle } from '@drivesweep/contracts';
import { anchorBoxes, at, boxesFrom } from '@drivesweep/geometry';
import type {
  AnchoredBoxes,
  EgomotionInterpolator,
  EgoPath,
  FlatBoxes,
} from '@drivesweep/geometry';

/** Labels are kept from this long before t0 ... */
const BEFORE_US = 2_000_000;
/** ... to this long after the horizon: scores of time to collision look up to 0.9 s past what they judge. */
const AFTER_US = 1_000_000;
/** The next label outside that is kept too when it is no further off: what scoring interpolates between two labels. */
const MAX_LABEL_GAP_US = 500_000;
/** A track is near when its box, as a circle through its corners, comes this near to a pose of the recorded path. */
const NEAR_M = 50;

/**
 * The tracks near a window of a drive, in the ego frame at t0, in the order of the drive; null when the drive has no
 * labels. `history` and `future` are the recorded path of the window, which ends `horizonUs` after t0.
 */
export type NearObstacles = (
  t0Us: number,
  horizonUs: number,
  recorded: { readonly history: EgoPath; readonly future: EgoPath },
) => readonly WindowObstacle[] | null;

interface AnchoredTrack {
  readonly track: ObstacleTrack;
  readonly boxes: AnchoredBoxes;
  readonly reachM: number;
}

/**
 * Places all boxes of a drive once. Boxes that the egomotion cannot place, and tracks without a size, are left out;
 * nothing here makes a window fail.
 */
export function nearObstacles(
  tracks: readonly ObstacleTrack[] | null,
  egomotion: EgomotionInterpolator,
  maxGapUs: number,
): NearObstacles {
  if (tracks === null) return () => null;
  const anchored = tracks.filter(hasSize).map((track): AnchoredTrack => ({
    track,
    boxes: anchorBoxes(egomotion, track, maxGapUs),
    reachM: NEAR_M + Math.hypot(track.lengthM, track.widthM) / 2,
  }));
  return (t0Us, horizonUs, { history, future }) => {
    const origin = egomotion.poseAt(t0Us);
    if (origin === undefined) return [];
    const path = [history, future];
    const area = boundsOf(path);
    return anchored.flatMap((one): WindowObstacle[] => {
      const cut = cutTo(one.boxes.tUs, t0Us - BEFORE_US, t0Us + horizonUs + AFTER_US);
      if (cut.to === cut.from) return [];
      const boxes = boxesFrom(origin, one.boxes, cut.from, cut.to);
      return isNear(boxes, one.reachM, path, area) ? [obstacleOf(one, cut, boxes, t0Us)] : [];
    });
  };
}

function hasSize({ lengthM, widthM }: ObstacleTrack): boolean {
  return lengthM > 0 && widthM > 0 && Number.isFinite(lengthM + widthM);
}

interface Cut {
  readonly from: number;
  readonly to: number;
}

/** The times within [fromUs, toUs], and the one before and the one after when they are near enough to matter. */
function cutTo(tUs: readonly number[], fromUs: number, toUs: number): Cut {
  let from = firstIndex(tUs, (t) => t >= fromUs);
  let to = firstIndex(tUs, (t) => t > toUs);
  if ((tUs[from - 1] ?? -Infinity) >= fromUs - MAX_LABEL_GAP_US) from -= 1;
  if ((tUs[to] ?? Infinity) <= toUs + MAX_LABEL_GAP_US) to += 1;
  return { from, to };
}

/** Index of the first time that is so; all after it are. Their number when none is. */
function firstIndex(tUs: readonly number[], isSo: (t: number) => boolean): number {
  let [low, high] = [0, tUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(tUs[middle] ?? NaN)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Bounds {
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

function boundsOf(paths: readonly EgoPath[]): Bounds {
  const [xs, ys] = [paths.flatMap(({ x }) => [...x]), paths.flatMap(({ y }) => [...y])];
  return {
    minX: Math.min(...xs),
    maxX: Math.max(...xs),
    minY: Math.min(...ys),
    maxY: Math.max(...ys),
  };
}

/** Whether one of the boxes, at whatever time, has its middle within `reachM` of a pose of the path, at whatever time. */
function isNear(
  { x, y }: FlatBoxes,
  reachM: number,
  path: readonly EgoPath[],
  { minX, maxX, minY, maxY }: Bounds,
): boolean {
  for (let i = 0; i < x.length; i++) {
    const [bx, by] = [at(x, i), at(y, i)];
    // Most tracks of a drive are ruled out here.
    if (bx < minX - reachM || bx > maxX + reachM) continue;
    if (by < minY - reachM || by > maxY + reachM) continue;
    for (const poses of path) {
      for (let k = 0; k < poses.x.length; k++) {
        const [dx, dy] = [bx - at(poses.x, k), by - at(poses.y, k)];
        if (dx * dx + dy * dy <= reachM * reachM) return true;
      }
    }
  }
  return false;
}

function obstacleOf(
  { track: { trackId, className, lengthM, widthM }, boxes: { tUs } }: AnchoredTrack,
  { from, to }: Cut,
  boxes: FlatBoxes,
  t0Us: number,
): WindowObstacle {
  const tS = Float64Array.from(tUs.slice(from, to), (t) => (t - t0Us) / 1e6);
  return { trackId, className, lengthM, widthM, tS, ...boxes };
}
