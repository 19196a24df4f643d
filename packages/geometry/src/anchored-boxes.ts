import type { EgomotionInterpolator } from './egomotion-interpolator.ts';
import { at } from './numbers.ts';
import { conjugate, rotate, toMatrix } from './quaternion.ts';
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

const NOWHERE: Vec3 = [NaN, NaN, NaN];

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
  // Only the first two rows are needed, and no vector is made per box: this runs for every label near every window.
  const [r00, r01, r02, r10, r11, r12] = toMatrix(conjugate(rotation));
  for (let i = 0; i < count; i++) {
    const [x, y, z] = centres[from + i] ?? NOWHERE;
    const [hx, hy, hz] = headings[from + i] ?? NOWHERE;
    const [dx, dy, dz] = [x - x0, y - y0, z - z0];
    // Adding 0 turns -0 into 0, as in egoPathAt.
    flat.x[i] = r00 * dx + r01 * dy + r02 * dz + 0;
    flat.y[i] = r10 * dx + r11 * dy + r12 * dz + 0;
    flat.yaw[i] = Math.atan2(r10 * hx + r11 * hy + r12 * hz, r00 * hx + r01 * hy + r02 * hz) + 0;
  }
  return flat;
}
