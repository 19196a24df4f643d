import { cubicSplinesOn, segmentOf } from './cubic-spline.ts';
import { checkEgomotion } from './egomotion.ts';
import { at } from './numbers.ts';
import { normalise, slerp } from './quaternion.ts';
import type { EgomotionTrack, Pose, Quat } from './types.ts';

/** Poses of a track at any time inside it. Times are microseconds on the clock of the track. */
export interface EgomotionInterpolator {
  readonly firstUs: number;
  readonly lastUs: number;
  /** Pose in the anchor frame of the track; undefined outside `[firstUs, lastUs]`. Nothing is extrapolated. */
  readonly poseAt: (tUs: number) => Pose | undefined;
  /**
   * The longest time between two successive poses that touches the open interval `(fromUs, toUs)`: what the
   * interpolation had to bridge there. Reaching outside the track counts as an infinite gap.
   */
  readonly longestGapUs: (fromUs: number, toUs: number) => number;
}

/**
 * Fits a whole track once, in O(n): not-a-knot cubic spline for positions, slerp for rotations, as NVIDIA's
 * physical_ai_av devkit does (its interpolation.py). The fit is over times and positions relative to the first
 * pose, so that ECEF coordinates and epoch times lose no digits.
 * @throws RangeError for a track in which `checkEgomotion` finds a problem
 */
export function interpolateEgomotion(track: EgomotionTrack): EgomotionInterpolator {
  const problem = checkEgomotion(track);
  if (problem !== null) {
    throw new RangeError(`egomotion is ${problem.kind} at pose ${problem.index}`);
  }
  const { tUs, xM, yM, zM } = track;
  const poses = tUs.length;
  const firstUs = at(tUs, 0);
  const lastUs = at(tUs, poses - 1);
  const knotsS = tUs.map((t) => (t - firstUs) / 1e6);
  const [x0, y0, z0] = [at(xM, 0), at(yM, 0), at(zM, 0)];
  const splineThrough = cubicSplinesOn(knotsS);
  const xSpline = splineThrough(xM.map((x) => x - x0));
  const ySpline = splineThrough(yM.map((y) => y - y0));
  const zSpline = splineThrough(zM.map((z) => z - z0));

  const rotationAt = (i: number): Quat =>
    normalise([at(track.qx, i), at(track.qy, i), at(track.qz, i), at(track.qw, i)]);

  return {
    firstUs,
    lastUs,
    poseAt(t) {
      const i = segmentOf(tUs, t);
      if (i === undefined) return undefined;
      const s = (t - firstUs) / 1e6;
      const fraction = (t - at(tUs, i)) / (at(tUs, i + 1) - at(tUs, i));
      return {
        position: [
          x0 + xSpline.valueIn(i, s),
          y0 + ySpline.valueIn(i, s),
          z0 + zSpline.valueIn(i, s),
        ],
        rotation: slerp(rotationAt(i), rotationAt(i + 1), fraction),
      };
    },
    longestGapUs(fromUs, toUs) {
      const start = segmentOf(tUs, fromUs);
      if (start === undefined || !(toUs <= lastUs)) return Infinity;
      let longest = 0;
      for (let i = start; i < poses - 1 && at(tUs, i) < toUs; i++) {
        longest = Math.max(longest, at(tUs, i + 1) - at(tUs, i));
      }
      return longest;
    },
  };
}
