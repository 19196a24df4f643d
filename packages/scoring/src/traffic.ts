import type { OrientedBox } from '@drivesweep/geometry';
import { obstacleBoxAt } from './obstacle.ts';
import type { ObstacleToScore } from './obstacle.ts';

/** A track where it is at one time. */
export interface TrafficBox {
  readonly obstacle: ObstacleToScore;
  readonly box: OrientedBox;
}

/** The tracks that are known to be somewhere, at t0 and after every step: `steps + 1` lists. */
export function trafficOver(
  obstacles: readonly ObstacleToScore[],
  steps: number,
  stepS: number,
): readonly (readonly TrafficBox[])[] {
  return Array.from({ length: steps + 1 }, (_, step) =>
    obstacles.flatMap((obstacle) => {
      const box = obstacleBoxAt(obstacle, step * stepS);
      return box === undefined ? [] : [{ obstacle, box }];
    }),
  );
}

/** No point of two boxes is nearer than this; cheap, to rule out most pairs. May be below 0. */
export function leastDistance(a: OrientedBox, b: OrientedBox): number {
  const reach = Math.hypot(a.lengthM, a.widthM) + Math.hypot(b.lengthM, b.widthM);
  return Math.hypot(a.x - b.x, a.y - b.y) - reach / 2;
}
