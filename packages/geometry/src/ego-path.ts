import type { EgomotionInterpolator } from './egomotion-interpolator.ts';
import { conjugate, multiply, rotate, yawOf } from './quaternion.ts';
import type { EgoPath } from './types.ts';

/** How many poses a window has before and after t0, and how far apart. */
export interface StepGrid {
  /** Poses of history, the last at t0. */
  readonly historySteps: number;
  /** Poses of future, the first one step after t0. */
  readonly horizonSteps: number;
  readonly stepUs: number;
}

/**
 * Times of a window relative to t0, ascending, in microseconds:
 * `historyUs` is -(historySteps - 1) * stepUs ... 0 and `futureUs` is stepUs ... horizonSteps * stepUs.
 */
export function stepGridUs({ historySteps, horizonSteps, stepUs }: StepGrid): {
  readonly historyUs: Float64Array;
  readonly futureUs: Float64Array;
} {
  return {
    historyUs: Float64Array.from(
      { length: historySteps },
      (_, i) => (i + 1) * stepUs - historySteps * stepUs,
    ),
    futureUs: Float64Array.from({ length: horizonSteps }, (_, i) => (i + 1) * stepUs),
  };
}

/** A path of `steps` poses, all at the origin, to be filled in. */
export function emptyEgoPath(steps: number): EgoPath {
  return {
    x: new Float64Array(steps),
    y: new Float64Array(steps),
    z: new Float64Array(steps),
    yaw: new Float64Array(steps),
  };
}

/**
 * The recorded path at `t0Us + offsetsUs`, seen from the vehicle at t0: p = R_t0^-1 (x - x_t0) and
 * yaw = atan2(R10, R00) of R_t0^-1 R. The full 3-D rotation at t0 is removed, pitch and roll too, as Alpamayo does
 * (load_physical_aiavdataset.py), so on a slope x runs along the road. Does not depend on the anchor frame.
 * Undefined when t0 or one of the times lies outside the track.
 */
export function egoPathAt(
  interpolator: EgomotionInterpolator,
  t0Us: number,
  offsetsUs: ArrayLike<number>,
): EgoPath | undefined {
  const origin = interpolator.poseAt(t0Us);
  if (origin === undefined) return undefined;
  const intoEgo = conjugate(origin.rotation);
  const [x0, y0, z0] = origin.position;
  const path = emptyEgoPath(offsetsUs.length);
  for (let i = 0; i < offsetsUs.length; i++) {
    const pose = interpolator.poseAt(t0Us + (offsetsUs[i] ?? NaN));
    if (pose === undefined) return undefined;
    const [x, y, z] = pose.position;
    const inEgo = rotate(intoEgo, [x - x0, y - y0, z - z0]);
    // Adding 0 turns -0, which some Parquet readers and JSON do not keep, into 0.
    path.x[i] = inEgo[0] + 0;
    path.y[i] = inEgo[1] + 0;
    path.z[i] = inEgo[2] + 0;
    path.yaw[i] = yawOf(multiply(intoEgo, pose.rotation)) + 0;
  }
  return path;
}
