/**
 * Cameras of the recorded vehicle. Real f-theta cameras with a linear polynomial: the distance of a pixel from the
 * principal point is the angle from the optical axis times the focal length, r = f * theta, so that the forward and
 * the backward polynomial of the calibration are exact inverses. Camera axes: x right, y down, z forward.
 */

export const CAMERA_NAMES = [
  'camera_cross_left_120fov',
  'camera_front_wide_120fov',
  'camera_cross_right_120fov',
  'camera_front_tele_30fov',
] as const;
export type CameraName = (typeof CAMERA_NAMES)[number];

interface Mount {
  /** In the rig frame, metres. */
  readonly position: readonly [number, number, number];
  /** Turn to the left and downwards against straight ahead, radians. */
  readonly yaw: number;
  readonly pitch: number;
  readonly fieldOfView: number;
}

const DEGREES = Math.PI / 180;

export const MOUNTS: Readonly<Record<CameraName, Mount>> = {
  camera_cross_left_120fov: {
    position: [2.42, 0.94, 0.98],
    yaw: 56 * DEGREES,
    pitch: 2 * DEGREES,
    fieldOfView: 120 * DEGREES,
  },
  camera_front_wide_120fov: {
    position: [1.72, 0, 1.46],
    yaw: 0,
    pitch: 4 * DEGREES,
    fieldOfView: 120 * DEGREES,
  },
  camera_cross_right_120fov: {
    position: [2.42, -0.94, 0.98],
    yaw: -56 * DEGREES,
    pitch: 2 * DEGREES,
    fieldOfView: 120 * DEGREES,
  },
  camera_front_tele_30fov: {
    position: [1.7, 0.06, 1.46],
    yaw: 0,
    pitch: 0.5 * DEGREES,
    fieldOfView: 30 * DEGREES,
  },
};

export interface Camera {
  readonly name: CameraName;
  readonly mount: Mount;
  /** Of the picture: the part of the sensor that is drawn. */
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Of the sensor. */
  readonly sensor: { readonly width: number; readonly height: number };
  /** Pixels per radian. */
  readonly focal: number;
  /** Principal point, pixels of the picture. */
  readonly cx: number;
  readonly cy: number;
  /** Unit ray of each pixel centre in the camera frame, x y z one after another. */
  readonly rays: Float32Array;
}

/** A part of a sensor, pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A camera of a sensor's size, pixels. With a part, only that part of its picture is drawn: the rest costs nothing. */
export function makeCamera(
  name: CameraName,
  sensorWidth: number,
  sensorHeight: number,
  part: Part = { left: 0, top: 0, width: sensorWidth, height: sensorHeight },
): Camera {
  const { left, top, width, height } = part;
  const mount = MOUNTS[name];
  const focal = sensorWidth / mount.fieldOfView;
  const cx = (sensorWidth - 1) / 2 - left;
  const cy = (sensorHeight - 1) / 2 - top;
  const rays = new Float32Array(width * height * 3);
  for (let v = 0, k = 0; v < height; v++) {
    for (let u = 0; u < width; u++, k += 3) {
      const r = Math.hypot(u - cx, v - cy);
      const theta = r / focal;
      const side = r > 1e-9 ? Math.sin(theta) / r : 0;
      rays[k] = (u - cx) * side;
      rays[k + 1] = (v - cy) * side;
      rays[k + 2] = Math.cos(theta);
    }
  }
  const sensor = { width: sensorWidth, height: sensorHeight };
  return { name, mount, width, height, left, top, sensor, focal, cx, cy, rays };
}

/** A rotation matrix, row by row. */
export type Matrix3 = readonly [
  ...(readonly [number, number, number]),
  ...(readonly [number, number, number]),
  ...(readonly [number, number, number]),
];

/** Rig from camera. */
export function rigFromCamera({ yaw, pitch }: Mount): Matrix3 {
  // Columns: the camera's right, down and forward axes in the rig frame (x forward, y left, z up).
  const turned = rotationOf(yaw, pitch, 0);
  const column = (x: number, y: number, z: number) => rotate(turned, x, y, z);
  const [right, down, forward] = [column(0, -1, 0), column(0, 0, -1), column(1, 0, 0)];
  return [
    right[0],
    down[0],
    forward[0],
    right[1],
    down[1],
    forward[1],
    right[2],
    down[2],
    forward[2],
  ];
}

/** Rz(yaw) Ry(pitch) Rx(roll): vehicle to world, x forward, y left, z up; positive pitch is nose down. */
export function rotationOf(yaw: number, pitch: number, roll: number): Matrix3 {
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  return [
    cy * cp,
    cy * sp * sr - sy * cr,
    cy * sp * cr + sy * sr,
    sy * cp,
    sy * sp * sr + cy * cr,
    sy * sp * cr - cy * sr,
    -sp,
    cp * sr,
    cp * cr,
  ];
}

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const cell = (r: 0 | 3 | 6, c: 0 | 1 | 2) => {
    const [p, q, s] = [a[r], a[(r + 1) as 1 | 4 | 7], a[(r + 2) as 2 | 5 | 8]];
    return p * b[c] + q * b[(c + 3) as 3 | 4 | 5] + s * b[(c + 6) as 6 | 7 | 8];
  };
  return [
    cell(0, 0),
    cell(0, 1),
    cell(0, 2),
    cell(3, 0),
    cell(3, 1),
    cell(3, 2),
    cell(6, 0),
    cell(6, 1),
    cell(6, 2),
  ];
}

export function rotate(m: Matrix3, x: number, y: number, z: number): [number, number, number] {
  return [
    m[0] * x + m[1] * y + m[2] * z,
    m[3] * x + m[4] * y + m[5] * z,
    m[6] * x + m[7] * y + m[8] * z,
  ];
}

/** Unit quaternion of a rotation, scalar last, scalar not negative. */
export function quaternionOf(m: Matrix3): [number, number, number, number] {
  // Shepperd's method: the largest of the four squares decides, so that nothing is divided by a small number.
  const trace = m[0] + m[4] + m[8];
  const squares = [trace, m[0], m[4], m[8]];
  const largest = squares.indexOf(Math.max(...squares));
  const q: [number, number, number, number] =
    largest === 0
      ? [m[7] - m[5], m[2] - m[6], m[3] - m[1], 1 + trace]
      : largest === 1
        ? [1 + m[0] - m[4] - m[8], m[1] + m[3], m[2] + m[6], m[7] - m[5]]
        : largest === 2
          ? [m[1] + m[3], 1 - m[0] + m[4] - m[8], m[5] + m[7], m[2] - m[6]]
          : [m[2] + m[6], m[5] + m[7], 1 - m[0] - m[4] + m[8], m[3] - m[1]];
  const norm = Math.hypot(...q) * (q[3] < 0 ? -1 : 1);
  return [q[0] / norm, q[1] / norm, q[2] / norm, q[3] / norm];
}

/** Where a camera is at one moment: its centre in the world, and world from camera. */
export interface CameraPose {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly rotation: Matrix3;
}

/** Pixel of a world point, and its distance from the camera. */
export function project(camera: Camera, pose: CameraPose, x: number, y: number, z: number) {
  const [dx, dy, dz] = [x - pose.xM, y - pose.yM, z - pose.zM];
  const r = pose.rotation;
  const right = r[0] * dx + r[3] * dy + r[6] * dz;
  const down = r[1] * dx + r[4] * dy + r[7] * dz;
  const ahead = r[2] * dx + r[5] * dy + r[8] * dz;
  const side = Math.hypot(right, down);
  const scale = side > 1e-9 ? (camera.focal * Math.atan2(side, ahead)) / side : 0;
  return {
    u: camera.cx + right * scale,
    v: camera.cy + down * scale,
    distanceM: Math.hypot(dx, dy, dz),
  };
}
