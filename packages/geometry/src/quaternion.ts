import { wrapAngle } from './angle.ts';
import type { Quat, Vec3 } from './types.ts';

/** A rotation matrix, row by row: `[R00, R01, R02, R10, R11, R12, R20, R21, R22]`. */
export type Mat3 = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

export const IDENTITY_QUAT: Quat = [0, 0, 0, 1];

/** Below this angle between two rotations (about 0.06 degrees) slerp and its linear limit agree to 1e-16. */
const NEARLY_PARALLEL_COS = 1 - 1e-10;

/** Hamilton product: `rotate(multiply(a, b), v)` is `rotate(a, rotate(b, v))`. */
export function multiply(a: Quat, b: Quat): Quat {
  const [ax, ay, az, aw] = a;
  const [bx, by, bz, bw] = b;
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

/** The inverse rotation of a unit quaternion. */
export function conjugate([x, y, z, w]: Quat): Quat {
  return [-x, -y, -z, w];
}

/** Length 1, the same rotation. Gives NaN for a quaternion of length 0: it is no rotation. */
export function normalise([x, y, z, w]: Quat): Quat {
  const norm = Math.hypot(x, y, z, w);
  return [x / norm, y / norm, z / norm, w / norm];
}

/** The vector after the rotation; `q` is a unit quaternion. v + 2w (u x v) + 2 u x (u x v) with u the vector part. */
export function rotate([qx, qy, qz, qw]: Quat, [x, y, z]: Vec3): Vec3 {
  const tx = 2 * (qy * z - qz * y);
  const ty = 2 * (qz * x - qx * z);
  const tz = 2 * (qx * y - qy * x);
  return [
    x + qw * tx + qy * tz - qz * ty,
    y + qw * ty + qz * tx - qx * tz,
    z + qw * tz + qx * ty - qy * tx,
  ];
}

/**
 * The rotation at `fraction` of the way from `a` to `b`, at constant angular rate along the shorter arc
 * (`b` and `-b` are the same rotation). Unit quaternions in and out.
 */
export function slerp(a: Quat, b: Quat, fraction: number): Quat {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const sign = dot < 0 ? -1 : 1;
  const cos = Math.min(1, Math.abs(dot));
  let wa = 1 - fraction;
  let wb = fraction;
  if (cos < NEARLY_PARALLEL_COS) {
    const angle = Math.acos(cos);
    const sin = Math.sin(angle);
    wa = Math.sin(wa * angle) / sin;
    wb = Math.sin(wb * angle) / sin;
  }
  wb *= sign;
  return normalise([
    wa * a[0] + wb * b[0],
    wa * a[1] + wb * b[1],
    wa * a[2] + wb * b[2],
    wa * a[3] + wb * b[3],
  ]);
}

/** The matrix whose columns are the axes of the rotated frame; `q` is a unit quaternion. */
export function toMatrix([x, y, z, w]: Quat): Mat3 {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    1 - 2 * (x * x + y * y),
  ];
}

/**
 * The quaternion of a rotation matrix. Divides by the largest of the four components (Shepperd 1978),
 * so that no rotation is near a division by zero.
 */
export function fromMatrix(m: Mat3): Quat {
  const [r00, r01, r02, r10, r11, r12, r20, r21, r22] = m;
  const trace = r00 + r11 + r22;
  const largest = Math.max(trace, r00, r11, r22);
  if (largest === trace) return normalise([r21 - r12, r02 - r20, r10 - r01, 1 + trace]);
  if (largest === r00) return normalise([1 + r00 - r11 - r22, r10 + r01, r02 + r20, r21 - r12]);
  if (largest === r11) return normalise([r10 + r01, 1 + r11 - r00 - r22, r21 + r12, r02 - r20]);
  return normalise([r02 + r20, r21 + r12, 1 + r22 - r00 - r11, r10 - r01]);
}

/** Turn by `yawRad` counter-clockwise about z. */
export function fromYaw(yawRad: number): Quat {
  return [0, 0, Math.sin(yawRad / 2), Math.cos(yawRad / 2)];
}

/** Heading of the rotated x axis in the xy plane, atan2(R10, R00), in (-pi, pi]. */
export function yawOf([x, y, z, w]: Quat): number {
  return wrapAngle(Math.atan2(2 * (x * y + z * w), 1 - 2 * (y * y + z * z)));
}
