import { unwrap, wrapAngle } from './angle.ts';
import { createNormalEquations } from './banded-cholesky.ts';
import { emptyEgoPath } from './ego-path.ts';
import { at } from './numbers.ts';
import type { EgoPath } from './types.ts';

/**
 * The unicycle model that Alpamayo answers with: acceleration and curvature per step, integrated into a path.
 * Source of the formulas: NVlabs/alpamayo@1cba38c:src/alpamayo_r1/action_space/unicycle_accel_curvature.py.
 */

/** Fewer poses than this have no third difference to smooth. */
const MIN_HISTORY_STEPS = 4;
/** Weight of the third differences of speed, before scaling with the step: at 0.1 s it comes out as 1. */
const SPEED_SMOOTHING = 1e-6;
const SPEED_RIDGE = 1e-4;

/**
 * Speed along the heading at the last pose of `history`, m/s; negative when it drives backwards.
 *
 * Minimises over the speeds v_i at all poses, with u_i = (cos yaw_i, sin yaw_i) and dp_i the XY step after pose i,
 *   sum_i |v_i u_i + v_(i+1) u_(i+1) - 2 dp_i / h|^2  +  (1e-6 / h^6) sum (third differences of v)^2
 *     +  1e-4 sum v_i^2
 * and takes the last. The ridge makes it a little too small: 10 m/s comes out as 9.99941.
 * @param history at least 4 finite poses, `stepS` seconds apart
 * @throws RangeError when the history is too short or not finite
 */
export function estimateV0Mps(history: EgoPath, stepS: number): number {
  const steps = history.x.length;
  if (steps < MIN_HISTORY_STEPS) {
    throw new RangeError(
      `speed needs at least ${MIN_HISTORY_STEPS} poses of history, got ${steps}`,
    );
  }
  const yaw = unwrap(history.yaw);
  const equations = createNormalEquations(steps);
  for (let i = 0; i < steps - 1; i++) {
    const dx = at(history.x, i + 1) - at(history.x, i);
    const dy = at(history.y, i + 1) - at(history.y, i);
    const yaw0 = at(yaw, i);
    const yaw1 = at(yaw, i + 1);
    equations.addRow(i, [Math.cos(yaw0), Math.cos(yaw1)], (2 * dx) / stepS, 1);
    equations.addRow(i, [Math.sin(yaw0), Math.sin(yaw1)], (2 * dy) / stepS, 1);
  }
  const smoothing = SPEED_SMOOTHING / stepS ** 6;
  for (let i = 0; i < steps - 3; i++) equations.addRow(i, [-1, 3, -3, 1], 0, smoothing);
  for (let i = 0; i < steps; i++) equations.addRow(i, [1], 0, SPEED_RIDGE);
  const v0 = equations.solve()?.[steps - 1];
  if (v0 === undefined || !Number.isFinite(v0)) {
    throw new RangeError('speed cannot be estimated: the history is not finite');
  }
  return v0;
}

/** Physical actions, one of each per future step. */
export interface UnicycleActions {
  /** m/s^2 */
  readonly accel: Float64Array;
  /** 1/m, positive to the left */
  readonly curvature: Float64Array;
}

export interface UnicycleStart extends UnicycleActions {
  readonly v0Mps: number;
  readonly stepS: number;
}

/** A path with the speed at each of its poses. */
export interface UnicycleMotion extends EgoPath {
  readonly speedMps: Float64Array;
}

/**
 * Integrates actions from the origin of the ego frame; row t is the state after step t, z stays 0. With h the step,
 *   v_(t+1)   = v_t + h a_t
 *   yaw_(t+1) = yaw_t + k_t (h v_t + h^2 a_t / 2)
 *   p_(t+1)   = p_t + h/2 (v_t u(yaw_t) + v_(t+1) u(yaw_(t+1)))
 * Nothing is clipped, as upstream: the speed may become negative.
 * @throws RangeError when `accel` and `curvature` differ in length
 */
export function integrateUnicycle(start: UnicycleStart): UnicycleMotion {
  const { v0Mps, accel, curvature, stepS: h } = start;
  const steps = accel.length;
  const motion = { ...emptyEgoPath(steps), speedMps: new Float64Array(steps) };
  if (curvature.length !== steps) {
    throw new RangeError(`${steps} accelerations, but ${curvature.length} curvatures`);
  }
  let v = v0Mps;
  let yaw = 0;
  let x = 0;
  let y = 0;
  let cos = 1;
  let sin = 0;
  for (let t = 0; t < steps; t++) {
    const a = at(accel, t);
    const vNext = v + h * a;
    yaw += at(curvature, t) * (h * v + (h * h * a) / 2);
    const cosNext = Math.cos(yaw);
    const sinNext = Math.sin(yaw);
    x += (h / 2) * (v * cos + vNext * cosNext);
    y += (h / 2) * (v * sin + vNext * sinNext);
    v = vNext;
    cos = cosNext;
    sin = sinNext;
    motion.x[t] = x;
    motion.y[t] = y;
    motion.yaw[t] = wrapAngle(yaw);
    motion.speedMps[t] = v;
  }
  return motion;
}

/** Constants that turn a network's actions into physical ones: physical = normalised * std + mean. */
export interface ActionNormalisation {
  readonly accelMean: number;
  readonly accelStd: number;
  readonly curvatureMean: number;
  readonly curvatureStd: number;
}

/**
 * Released with nvidia/Alpamayo-R1-10B (config.json). Upstream holds them as float32, even in a float64 run:
 * unrounded they move a path by up to 1e-6 m.
 */
export const ALPAMAYO_R1_ACTIONS: ActionNormalisation = {
  accelMean: Math.fround(0.02902694707164455),
  accelStd: Math.fround(0.6810426736454882),
  curvatureMean: Math.fround(0.0002692167976330542),
  curvatureStd: Math.fround(0.026148280660833106),
};

/**
 * @param normalised `[accel, curvature]` per step, interleaved as the network gives them: `[steps, 2]` row by row
 * @throws RangeError when its length is odd
 */
export function denormaliseActions(
  normalised: ArrayLike<number>,
  constants: ActionNormalisation = ALPAMAYO_R1_ACTIONS,
): UnicycleActions {
  if (normalised.length % 2 !== 0) {
    throw new RangeError(`actions come in pairs, got ${normalised.length} numbers`);
  }
  const steps = normalised.length / 2;
  const accel = new Float64Array(steps);
  const curvature = new Float64Array(steps);
  for (let t = 0; t < steps; t++) {
    accel[t] = (normalised[2 * t] ?? NaN) * constants.accelStd + constants.accelMean;
    curvature[t] =
      (normalised[2 * t + 1] ?? NaN) * constants.curvatureStd + constants.curvatureMean;
  }
  return { accel, curvature };
}

/** The network's form of physical actions: `[steps, 2]` row by row; the inverse of `denormaliseActions`. */
export function normaliseActions(
  { accel, curvature }: UnicycleActions,
  constants: ActionNormalisation = ALPAMAYO_R1_ACTIONS,
): Float64Array {
  const normalised = new Float64Array(2 * accel.length);
  for (let t = 0; t < accel.length; t++) {
    normalised[2 * t] = (at(accel, t) - constants.accelMean) / constants.accelStd;
    normalised[2 * t + 1] = (at(curvature, t) - constants.curvatureMean) / constants.curvatureStd;
  }
  return normalised;
}

/** Largest magnitudes that count as within bounds; a check only, nothing is ever clipped to them. */
export interface ActionBounds {
  readonly accelMps2: number;
  readonly curvaturePerM: number;
}

/** Released with nvidia/Alpamayo-R1-10B (config.json); the code's own default for curvature is 0.2. */
export const ALPAMAYO_R1_BOUNDS: ActionBounds = { accelMps2: 9.8, curvaturePerM: 0.33 };

/** Whether every action lies within the bounds; the bounds themselves do. NaN does not. */
export function isWithinBounds(
  { accel, curvature }: UnicycleActions,
  bounds: ActionBounds = ALPAMAYO_R1_BOUNDS,
): boolean {
  return (
    accel.every((a) => Math.abs(a) <= bounds.accelMps2) &&
    curvature.every((k) => Math.abs(k) <= bounds.curvaturePerM)
  );
}
