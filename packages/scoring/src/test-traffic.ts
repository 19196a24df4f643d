import { pathThrough } from './test-window.ts';
import type { EgoBoxToScore, ObstacleToScore } from './obstacle.ts';
import type { WindowToScore } from './window.ts';

/** For tests. 4 x 2 m, with its middle on the pose. */
export const SMALL_BOX: EgoBoxToScore = { lengthM: 4, widthM: 2, rearAxleToCentreM: 0 };

export interface Track {
  readonly at: readonly [x: number, y: number];
  readonly mps?: readonly [vx: number, vy: number];
  readonly yaw?: number;
  readonly fromS?: number;
  readonly toS?: number;
  readonly className?: string;
}

/** For tests. A car of 4 x 2 m that moves steadily from where it is at t0, seen every 0.1 s. */
export function track({
  at: [x, y],
  mps: [vx, vy] = [0, 0],
  yaw = 0,
  fromS = 0,
  toS = 7.4,
  className = 'automobile',
}: Track): ObstacleToScore {
  const tS = Float64Array.from(
    { length: Math.round((toS - fromS) * 10) + 1 },
    (_, i) => (Math.round(fromS * 10) + i) / 10,
  );
  return {
    trackId: `${x},${y}`,
    className,
    lengthM: 4,
    widthM: 2,
    tS,
    x: tS.map((t) => x + vx * t),
    y: tS.map((t) => y + vy * t),
    yaw: tS.map(() => yaw),
  };
}

/** For tests. 6.4 s straight ahead: samples at the given speeds, the recorded future at 10 m/s; 4 x 2 m among tracks. */
export function straight(speedsMps: readonly number[], tracks?: readonly Track[]): WindowToScore {
  const ahead = (mps: number, fromStep: number, steps: number) =>
    pathThrough(Array.from({ length: steps }, (_, i) => [(mps * (fromStep + i)) / 10, 0]));
  return {
    history: ahead(speedsMps[0] ?? 10, -15, 16),
    future: ahead(10, 1, 64),
    v0Mps: speedsMps[0] ?? 10,
    samples: speedsMps.map((mps) => ({ ...ahead(mps, 1, 64), probability: null })),
    obstacles: tracks?.map(track),
    egoBox: SMALL_BOX,
  };
}
