import { emptyEgoPath } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import type { SampleToScore, WindowToScore } from './window.ts';

/** For tests. A path through XY points, level and with yaw 0. */
export function pathThrough(points: readonly (readonly number[])[]): EgoPath {
  const path = emptyEgoPath(points.length);
  points.forEach(([x, y], t) => {
    path.x[t] = x ?? NaN;
    path.y[t] = y ?? NaN;
  });
  return path;
}

/** For tests. A window with the given future and samples, each a list of XY points. */
export function windowOf(
  future: readonly (readonly number[])[],
  samples: readonly (readonly (readonly number[])[])[],
): WindowToScore {
  return {
    history: pathThrough([
      [-2, 0],
      [-1, 0],
      [0, 0],
    ]),
    future: pathThrough(future),
    v0Mps: 10,
    samples: samples.map((points): SampleToScore => ({
      ...pathThrough(points),
      probability: null,
    })),
  };
}
