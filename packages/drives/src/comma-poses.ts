import { DrivesweepError } from '@drivesweep/contracts';
import type { EgomotionTrack } from '@drivesweep/geometry';
import type { NpyArray } from './npy.ts';

/** What comma2k19 says of where the camera was at each of its frames. */
export interface CommaPoses {
  /** Seconds since the device was switched on, [n]. */
  readonly frameTimes: NpyArray;
  /** Camera in ECEF, metres, [n, 3]. */
  readonly framePositions: NpyArray;
  /** Quaternion w, x, y, z, [n, 4]: v_ecef = R(q) v_camera, camera axes forward, right, down. */
  readonly frameOrientations: NpyArray;
}

/** Times of the frames in integer microseconds, 0 at the first that is finite. */
export function commaTimesUs(frameTimes: NpyArray): Float64Array {
  const firstS = frameTimes.values.find(Number.isFinite) ?? 0;
  return frameTimes.values.map((tS) => Math.round((tS - firstS) * 1e6));
}

/**
 * The poses in our form: the anchor frame has the axes of ECEF and its origin at the first position; the vehicle has
 * the axes of the camera turned from forward, right, down to forward, left, up.
 *
 * The orientation is the camera's, as given: against the direction of travel it is tilted by a few degrees (-3.8 pitch,
 * 0.8 yaw in the sample), and that tilt is left in.
 *
 * @throws DRIVE_UNREADABLE when the three arrays do not have one row per frame
 */
export function commaEgomotion(poses: CommaPoses, driveId: string): EgomotionTrack {
  const tUs = commaTimesUs(poses.frameTimes);
  requireShape(poses.frameTimes, [tUs.length], `${driveId}: frame_times`);
  requireShape(poses.framePositions, [tUs.length, 3], `${driveId}: frame_positions`);
  requireShape(poses.frameOrientations, [tUs.length, 4], `${driveId}: frame_orientations`);

  const position = (axis: number) => offsetsFromFirst(columnOf(poses.framePositions, axis));
  const quaternion = (component: number) => columnOf(poses.frameOrientations, component);
  const [w, x, y, z] = [quaternion(0), quaternion(1), quaternion(2), quaternion(3)];
  // Left and up are minus right and minus down: a half turn about the forward axis, the quaternion i. q * i, scalar last:
  return {
    tUs,
    xM: position(0),
    yM: position(1),
    zM: position(2),
    qx: w,
    qy: z,
    qz: y.map((value) => -value),
    qw: x.map((value) => -value),
  };
}

function columnOf(array: NpyArray, column: number): Float64Array {
  const width = array.shape[1] ?? 1;
  const rows = array.shape[0] ?? 0;
  return Float64Array.from({ length: rows }, (_, row) => array.values[row * width + column] ?? NaN);
}

function offsetsFromFirst(values: Float64Array): Float64Array {
  const first = values.find(Number.isFinite) ?? 0;
  return values.map((value) => value - first);
}

function requireShape(array: NpyArray, expected: readonly number[], what: string): void {
  if (array.shape.join() === expected.join()) return;
  const problem = `shape (${array.shape.join(', ')}), expected (${expected.join(', ')})`;
  throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: ${problem}`);
}
