import type { OrientedBox } from '@drivesweep/geometry';
import { obstacleBoxAt } from '../obstacle.ts';
import type { ObstacleToScore } from '../obstacle.ts';

/** A track where it is at one time. */
export interface TrafficBox {
  readonly obstacle: ObstacleToScore;
  readonly box: OrientedBox;
  /** From the middle of the box to its corners. */
  readonly reachM: number;
}

/** The tracks that are known to be somewhere, at t0 and after every step: `steps + 1` lists. */
export function trafficOver(
  obstacles: readonly ObstacleToScore[],
  steps: number,
  stepS: number,
): readonly (readonly TrafficBox[])[] {
  const traffic = Array.from({ length: steps + 1 }, (): TrafficBox[] => []);
  for (const obstacle of obstacles) {
    const reachM = reachOf(obstacle);
    traffic.forEach((boxes, step) => {
      const box = obstacleBoxAt(obstacle, step * stepS);
      if (box !== undefined) boxes.push({ obstacle, box, reachM });
    });
  }
  return traffic;
}

/** From the middle of a box to its corners. */
export function reachOf({ lengthM, widthM }: Pick<OrientedBox, 'lengthM' | 'widthM'>): number {
  return Math.hypot(lengthM, widthM) / 2;
}

/** No point of two boxes is nearer than this; cheap, to rule out most pairs. May be below 0. */
export function leastDistance(ego: OrientedBox, egoReachM: number, other: TrafficBox): number {
  const dx = ego.x - other.box.x;
  const dy = ego.y - other.box.y;
  return Math.sqrt(dx * dx + dy * dy) - egoReachM - other.reachM;
}
