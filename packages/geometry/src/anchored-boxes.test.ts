import { describe, expect, it } from 'vitest';
import { anchorBoxes, boxesFrom } from './anchored-boxes.ts';
import type { RigBoxes } from './anchored-boxes.ts';
import { egoPathAt } from './ego-path.ts';
import { interpolateEgomotion } from './egomotion-interpolator.ts';
import type { EgomotionInterpolator } from './egomotion-interpolator.ts';
import { fromYaw, multiply, normalise } from './quaternion.ts';
import type { Quat, Vec3 } from './types.ts';

const S = 1_000_000;

/** A vehicle that is at `position` and turned by `rotation` at each second from 0 on. */
function vehicle(poses: readonly (readonly [Vec3, Quat])[]): EgomotionInterpolator {
  const column = (value: (pose: readonly [Vec3, Quat]) => number) =>
    Float64Array.from(poses, value);
  return interpolateEgomotion({
    tUs: Float64Array.from(poses, (_, i) => i * S),
    xM: column(([p]) => p[0]),
    yM: column(([p]) => p[1]),
    zM: column(([p]) => p[2]),
    qx: column(([, q]) => q[0]),
    qy: column(([, q]) => q[1]),
    qz: column(([, q]) => q[2]),
    qw: column(([, q]) => q[3]),
  });
}

/** Ahead at 10 m/s, and a quarter turn to the left each second: a test of the arithmetic, not of a vehicle. */
const TURNING = vehicle(
  [0, 1, 2, 3, 4].map((t) => [[10 * t, 0, 0], fromYaw((t * Math.PI) / 2)] as const),
);

type Seen = readonly [tS: number, x: number, y: number, yaw: number, z?: number];

const boxes = (...seen: readonly Seen[]): RigBoxes => ({
  tUs: Float64Array.from(seen, ([t]) => t * S),
  xRigM: Float64Array.from(seen, ([, x]) => x),
  yRigM: Float64Array.from(seen, ([, , y]) => y),
  zRigM: Float64Array.from(seen, ([, , , , z]) => z ?? 0),
  yawRig: Float64Array.from(seen, ([, , , yaw]) => yaw),
});

function seenAt(egomotion: EgomotionInterpolator, tS: number, seen: RigBoxes, maxGapS = 2) {
  const anchored = anchorBoxes(egomotion, seen, maxGapS * S);
  const origin = egomotion.poseAt(tS * S);
  if (!origin) throw new Error('no pose');
  const { x, y, yaw } = boxesFrom(origin, anchored, 0, anchored.tUs.length);
  return anchored.tUs.map((t, i) => [t / S, x[i], y[i], yaw[i]].map((v) => round(v ?? NaN)));
}

const round = (value: number) => Math.round(value * 1e9) / 1e9;
const HALF_PI = round(Math.PI / 2);

describe('boxes seen from a turning vehicle', () => {
  it('are where they were when the vehicle had turned left once', () => {
    // At 1 s the vehicle is at (10, 0) and looks along +y. What is 5 m ahead of it and 2 m to its left is at (8, 5)
    // of the anchor; what points as the vehicle does points along +y.
    expect(seenAt(TURNING, 0, boxes([1, 5, 2, 0]))).toEqual([[1, 8, 5, HALF_PI]]);
  });

  it('are seen from where the vehicle is at the time that is asked for', () => {
    // The same box from 2 s: the vehicle is at (20, 0) and looks along -x, so (8, 5) is 12 m ahead and 5 m to the right.
    expect(seenAt(TURNING, 2, boxes([1, 5, 2, 0]))).toEqual([[1, 12, -5, -HALF_PI]]);
  });

  it('use the pose of their own time, between poses too', () => {
    // At 0.5 s the vehicle is at (5, 0), an eighth of a turn to the left.
    const side = round(Math.SQRT1_2 * 4);
    expect(seenAt(TURNING, 0, boxes([0.5, 4, 0, 0]))).toEqual([
      [0.5, round(5 + side), side, round(Math.PI / 4)],
    ]);
  });

  it('stand still when they stand still, whatever the vehicle does', () => {
    // (10, 10) of the anchor, pointing along +x, as it is seen each second.
    const seen = boxes([0, 10, 10, 0], [1, 10, 0, -HALF_PI], [2, 10, -10, 2 * HALF_PI]);
    for (const [, x, y, yaw] of seenAt(TURNING, 0, seen)) {
      expect([x, y]).toEqual([10, 10]);
      expect(Math.cos(yaw ?? NaN)).toBeCloseTo(1, 9);
    }
  });

  it('of the vehicle itself are its path, on a slope too', () => {
    const nose = normalise([0, Math.sin(-0.1), 0, Math.cos(-0.1)]);
    const climbing = vehicle(
      [0, 1, 2, 3].map((t) => [[8 * t, t * t, 2 * t], multiply(fromYaw(0.2 * t), nose)] as const),
    );
    const path = egoPathAt(climbing, 1 * S, [0, 1 * S, 2 * S]);
    const own = seenAt(climbing, 1, boxes([1, 0, 0, 0], [2, 0, 0, 0], [3, 0, 0, 0]));
    own.forEach(([, x, y, yaw], i) => {
      expect(x).toBeCloseTo(path?.x[i] ?? NaN, 8);
      expect(y).toBeCloseTo(path?.y[i] ?? NaN, 8);
      expect(yaw).toBeCloseTo(path?.yaw[i] ?? NaN, 8);
    });
  });
});

describe('boxes that cannot be placed', () => {
  it('are left out before and after the egomotion', () => {
    expect(seenAt(TURNING, 0, boxes([-0.1, 1, 0, 0], [0, 1, 0, 0], [4.1, 1, 0, 0]))).toEqual([
      [0, 1, 0, 0],
    ]);
  });

  it('are left out where the egomotion has a gap, and not at its ends', () => {
    const seen = boxes([1, 1, 0, 0], [1.5, 1, 0, 0], [2, 1, 0, 0]);
    expect(seenAt(TURNING, 0, seen, 0.9).map(([t]) => t)).toEqual([1, 2]);
    expect(seenAt(TURNING, 0, seen, 1).map(([t]) => t)).toEqual([1, 1.5, 2]);
  });

  it('are left out when a value is missing', () => {
    const seen = boxes([0, NaN, 0, 0], [1, 0, Infinity, 0], [2, 0, 0, NaN], [3, 0, 0, 0, NaN]);
    expect(seenAt(TURNING, 0, seen)).toEqual([]);
  });

  it('are left out when their time does not increase: the first of two stays', () => {
    const seen = boxes([0, 1, 0, 0], [0, 2, 0, 0], [2, 3, 0, 0], [1, 4, 0, 0], [NaN, 5, 0, 0]);
    expect(seenAt(TURNING, 0, seen)).toEqual([
      [0, 1, 0, 0],
      [2, 17, 0, 2 * HALF_PI],
    ]);
  });
});
