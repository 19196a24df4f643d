import { at, createSavitzkyGolay, wrapAngle } from '@drivesweep/geometry';
import type { DirectedPath } from '../directed-window.ts';
import type { MeasuredMotion } from './nuplan-comfort.ts';

/**
 * Speeds and accelerations of poses. Policies answer with poses and datasets record them, so what nuPlan reads off a
 * simulated state is differentiated here, with the filter that nuPlan itself uses for the yaw: Savitzky-Golay, window
 * 5, order 2, applied to the position for the velocity and to the velocity for the acceleration.
 */
export interface PathDynamics extends MeasuredMotion {
  /** Along the heading, m/s. */
  readonly speedMps: Float64Array;
}

/** Fewer poses than this have no second-order polynomial. */
export const FEWEST_POSES = 3;

/** Two paths as one: the first `firstSteps` poses of the one, then the first `thenSteps` of the other. */
export interface JoinedPaths {
  readonly first: DirectedPath;
  readonly firstSteps: number;
  readonly then?: DirectedPath;
  readonly thenSteps?: number;
}

/**
 * @param length poses of the joined path, at least 3
 * @returns a function whose result is overwritten by its next call
 * @throws RangeError for fewer poses
 */
export function createPathDynamics(
  length: number,
  stepS: number,
): (paths: JoinedPaths) => PathDynamics {
  const differentiate = createSavitzkyGolay({ window: 5, order: 2, derivative: 1 }, length, stepS);
  const array = (): Float64Array => new Float64Array(length);
  const joined = { x: array(), y: array(), yaw: array(), cos: array(), sin: array() };
  const [vx, vy, ax, ay] = [array(), array(), array(), array()];
  const speedMps = array();
  const [lonAccel, latAccel, accelMagnitude] = [array(), array(), array()];

  return ({ first, firstSteps, then, thenSteps = 0 }) => {
    append(first, firstSteps, joined, 0);
    if (then !== undefined) append(then, thenSteps, joined, firstSteps);
    differentiate(joined.x, vx);
    differentiate(joined.y, vy);
    differentiate(vx, ax);
    differentiate(vy, ay);
    project(vx, vy, joined, speedMps);
    project(ax, ay, joined, lonAccel, latAccel, accelMagnitude);
    return { speedMps, lonAccel, latAccel, accelMagnitude, yaw: joined.yaw };
  };
}

type Planar = Pick<DirectedPath, 'x' | 'y' | 'yaw' | 'cos' | 'sin'>;

/** Copies poses to `from` and on, with the yaw unwrapped. */
function append(path: Planar, steps: number, into: Planar, from: number): void {
  const { x, y, yaw, cos, sin } = path;
  let unwrapped = from === 0 ? 0 : at(into.yaw, from - 1);
  for (let t = 0; t < steps; t++) {
    unwrapped += wrapAngle(at(yaw, t) - unwrapped);
    into.yaw[from + t] = unwrapped;
    into.x[from + t] = at(x, t);
    into.y[from + t] = at(y, t);
    into.cos[from + t] = at(cos, t);
    into.sin[from + t] = at(sin, t);
  }
}

/** Turns vectors into parts along and across the heading, and their length; only what there is an array for. */
function project(
  vx: Float64Array,
  vy: Float64Array,
  { cos, sin }: Planar,
  along: Float64Array,
  across?: Float64Array,
  size?: Float64Array,
): void {
  for (let i = 0; i < along.length; i++) {
    along[i] = at(vx, i) * at(cos, i) + at(vy, i) * at(sin, i);
  }
  if (across === undefined || size === undefined) return;
  for (let i = 0; i < along.length; i++) {
    across[i] = at(vy, i) * at(cos, i) - at(vx, i) * at(sin, i);
    size[i] = Math.sqrt(at(vx, i) * at(vx, i) + at(vy, i) * at(vy, i));
  }
}
