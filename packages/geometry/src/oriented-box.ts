import type { Vec2 } from './types.ts';

/** A rectangle on the road: its centre, heading and size, in metres and radians, in any one frame. */
export interface OrientedBox {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly lengthM: number;
  readonly widthM: number;
}

/** A rectangle whose corners are quarter circles, as AlpaSim draws vehicles. */
export interface RoundedBox extends OrientedBox {
  /** At most half of the shorter side; 0 for sharp corners. */
  readonly cornerRadiusM: number;
}

/** Front left, front right, rear right, rear left. */
export function boxCorners(box: OrientedBox): readonly [Vec2, Vec2, Vec2, Vec2] {
  const cos = Math.cos(box.yaw);
  const sin = Math.sin(box.yaw);
  const corner = (forward: number, left: number): Vec2 => [
    box.x + cos * forward - sin * left,
    box.y + sin * forward + cos * left,
  ];
  const l = box.lengthM / 2;
  const w = box.widthM / 2;
  return [corner(l, w), corner(l, -w), corner(-l, -w), corner(-l, w)];
}

/** Whether two boxes have a point in common; touching counts. Tested on the four axes of the boxes (separating axes). */
export function boxesOverlap(a: OrientedBox, b: OrientedBox): boolean {
  return !separates(a, b) && !separates(b, a);
}

/** Distance between two boxes, 0 where they overlap. */
export function boxDistance(a: OrientedBox, b: OrientedBox): number {
  if (boxesOverlap(a, b)) return 0;
  // Of two convex shapes that do not meet, a corner of one is nearest to the other.
  let nearest = Infinity;
  for (const corner of boxCorners(a)) nearest = Math.min(nearest, distanceToBox(corner, b));
  for (const corner of boxCorners(b)) nearest = Math.min(nearest, distanceToBox(corner, a));
  return nearest;
}

/** Distance of a point to a box, 0 inside. */
export function distanceToBox([x, y]: Vec2, box: OrientedBox): number {
  const cos = Math.cos(box.yaw);
  const sin = Math.sin(box.yaw);
  const dx = x - box.x;
  const dy = y - box.y;
  const outsideAlong = Math.max(0, Math.abs(cos * dx + sin * dy) - box.lengthM / 2);
  const outsideAcross = Math.max(0, Math.abs(cos * dy - sin * dx) - box.widthM / 2);
  return Math.sqrt(outsideAlong * outsideAlong + outsideAcross * outsideAcross);
}

/**
 * Whether two rounded boxes have a point in common; touching counts. A rounded box is all that lies within the corner
 * radius of the box inside it. AlpaSim cuts a polygon to the same shape, with 16 edges per quarter circle, so the two
 * may differ where boxes pass within a thousandth of the radius corner to corner.
 * Source: NVlabs/alpasim@3032e0c:src/eval/src/eval/data.py (RAABB).
 */
export function roundedBoxesOverlap(a: RoundedBox, b: RoundedBox): boolean {
  const reach = a.cornerRadiusM + b.cornerRadiusM;
  if (reach === 0) return boxesOverlap(a, b);
  return boxesOverlap(a, b) && boxDistance(coreOf(a), coreOf(b)) <= reach;
}

/** The box that is left when the corner radius is taken off every side. */
function coreOf(box: RoundedBox): OrientedBox {
  const { lengthM, widthM, cornerRadiusM } = box;
  return { ...box, lengthM: lengthM - 2 * cornerRadiusM, widthM: widthM - 2 * cornerRadiusM };
}

/** Whether one of the two axes of `a` has all of `b` on the far side. */
function separates(a: OrientedBox, b: OrientedBox): boolean {
  const cos = Math.cos(a.yaw);
  const sin = Math.sin(a.yaw);
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const turn = b.yaw - a.yaw;
  const along = Math.abs(Math.cos(turn));
  const across = Math.abs(Math.sin(turn));
  const reachAlong = (b.lengthM * along + b.widthM * across) / 2;
  const reachAcross = (b.lengthM * across + b.widthM * along) / 2;
  return (
    Math.abs(cos * dx + sin * dy) > a.lengthM / 2 + reachAlong ||
    Math.abs(cos * dy - sin * dx) > a.widthM / 2 + reachAcross
  );
}
