import type { EgomotionInterpolator } from './egomotion-interpolator.ts';
import { at } from './numbers.ts';
import { conjugate, rotate } from './quaternion.ts';
import type { Pose, Vec3 } from './types.ts';

/** Boxes as they were seen from a moving vehicle: each in the vehicle's (rig) frame at its own time. Equal lengths. */
export interface RigBoxes {
  /** Integer microseconds. */
  readonly tUs: Float64Array;
  /** Centres, metres: x forward, y left, z up. */
  readonly xRigM: Float64Array;
  readonly yRigM: Float64Array;
  readonly zRigM: Float64Array;
  /** Headings, radians. */
  readonly yawRig: Float64Array;
}

/** The same boxes in the anchor frame of the egomotion, which does not move. Times strictly increase. */
export interface AnchoredBoxes {
  readonly tUs: readonly number[];
  readonly centres: readonly Vec3[];
  /** Unit vectors along the boxes. */
  readonly headings: readonly Vec3[];
}

/** Boxes seen from one pose of the vehicle, from above: metres and radians in (-pi, pi]. */
export interface FlatBoxes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly yaw: Float64Array;
}

/**
 * Moves boxes out of the moving frame: p_anchor = R_t p_rig + x_t with the interpolated pose of each box's own time.
 * Left out are boxes at times that the egomotion does not cover or where it has no pose for more than `maxGapUs`,
 * boxes with a value that is not finite, and boxes whose time is not after that of the one kept before: of two at the
 * same time the first stays.
 */
export function anchorBoxes(
  egomotion: EgomotionInterpolator,
  boxes: RigBoxes,
  maxGapUs: number,
): AnchoredBoxes {
  const tUs: number[] = [];
  const centres: Vec3[] = [];
  const headings: Vec3[] = [];
  let lastUs = -Infinity;
  for (let i = 0; i < boxes.tUs.length; i++) {
    const t = at(boxes.tUs, i);
    if (!(t > lastUs) || egomotion.longestGapUs(t, t) > maxGapUs) continue;
    const pose = egomotion.poseAt(t);
    const centre: Vec3 = [at(boxes.xRigM, i), at(boxes.yRigM, i), at(boxes.zRigM, i)];
    const yaw = at(boxes.yawRig, i);
    if (pose === undefined || !Number.isFinite(centre[0] + centre[1] + centre[2] + yaw)) continue;
    const [x, y, z] = rotate(pose.rotation, centre);
    const [x0, y0, z0] = pose.position;
    tUs.push(t);
    centres.push([x + x0, y + y0, z + z0]);
    headings.push(rotate(pose.rotation, [Math.cos(yaw), Math.sin(yaw), 0]));
    lastUs = t;
  }
  return { tUs, centres, headings };
}

/**
 * The boxes [from, to) seen from one pose of the vehicle: p = R^-1 (p_anchor - x), the frame of `egoPathAt`; then
 * height, roll and pitch are left out.
 */
export function boxesFrom(
  { position: [x0, y0, z0], rotation }: Pose,
  { centres, headings }: AnchoredBoxes,
  from: number,
  to: number,
): FlatBoxes {
  const count = to - from;
  const flat = {
    x: new Float64Array(count),
    y: new Float64Array(count),
    yaw: new Float64Array(count),
  };
  const intoEgo = conjugate(rotation);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = centres[from + i] ?? [NaN, NaN, NaN];
    const centre = rotate(intoEgo, [x - x0, y - y0, z - z0]);
    const heading = rotate(intoEgo, headings[from + i] ?? [NaN, NaN, NaN]);
    // Adding 0 turns -0 into 0, as in egoPathAt.
    flat.x[i] = centre[0] + 0;
    flat.y[i] = centre[1] + 0;
    flat.yaw[i] = Math.atan2(heading[1], heading[0]) + 0;
  }
  return flat;
}
