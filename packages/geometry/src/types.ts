/** A vector in metres (or metres per second); the frame is in the name of the variable. */
export type Vec3 = readonly [x: number, y: number, z: number];

/** A point on the road, in metres. */
export type Vec2 = readonly [x: number, y: number];

/** A unit quaternion, Hamilton convention, scalar last. */
export type Quat = readonly [x: number, y: number, z: number, w: number];

/** Position and orientation of the vehicle in some frame: v_frame = rotation * v_vehicle + position. */
export interface Pose {
  readonly position: Vec3;
  readonly rotation: Quat;
}

/**
 * Vehicle poses as they were recorded, one row per time, in the recording's anchor frame.
 * All arrays have the same length. Vehicle axes: x forward, y left, z up.
 */
export interface EgomotionTrack {
  /** Integer microseconds. */
  readonly tUs: Float64Array;
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  readonly zM: Float64Array;
  readonly qx: Float64Array;
  readonly qy: Float64Array;
  readonly qz: Float64Array;
  readonly qw: Float64Array;
}

/**
 * A path in the ego frame at t0 (x forward, y left, z up; the full 3-D rotation at t0 is removed).
 * Metres and radians; yaw counter-clockwise, 0 at t0, in (-pi, pi]. Times are implied by the grid it was made on.
 */
export interface EgoPath {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly yaw: Float64Array;
}
