import { wrapAngle } from './angle.ts';
import { addToDiagonal, createNormalEquations, factorBand, solveBand } from './banded-cholesky.ts';
import { at } from './numbers.ts';
import type { EgoPath } from './types.ts';
import type { UnicycleActions } from './unicycle.ts';

/**
 * The inverse of the unicycle: the actions that best explain a path. Four least-squares problems, each with a
 * smoothing term, so a path that the unicycle drove does not give back exactly the actions that it was driven with.
 * Source of the formulas: NVlabs/alpamayo@1cba38c:src/alpamayo_r1/action_space/{unicycle_accel_curvature,utils}.py.
 */

/** Weights before scaling with the step: every smoothing comes out as 1 at 0.1 s. */
const YAW_SMOOTHING = 1e-6;
const YAW_RIDGE = 1e-8;
const SPEED_SMOOTHING = 1e-6;
const SPEED_RIDGE = 1e-4;
const ACTION_SMOOTHING = 1e-4;
const ACTION_RIDGE = 1e-4;

/** Fewer steps than this have no third difference. */
const MIN_STEPS = 3;

/** Actions of a path, and the smoothed states that they were read off. */
export interface UnicycleEstimate extends UnicycleActions {
  /** Heading at t0 (0) and after every step: steps + 1 values, unwrapped. */
  readonly yaw: Float64Array;
  /** Speed along the heading at t0 (as given) and after every step: steps + 1 values. */
  readonly speedMps: Float64Array;
}

/** Its result is overwritten by the next call. Throws a RangeError for a path that is too short or not finite. */
export type UnicycleInverse = (path: EgoPath, v0Mps: number) => UnicycleEstimate;

/**
 * Prepares the inverse for paths of `steps` poses, `stepS` seconds apart, that start one step after the origin of the
 * ego frame. With h the step, v_0 the given speed, u_i = (cos yaw_i, sin yaw_i), D2 and D3 second and third differences:
 *   yaw        minimises  sum (yaw_i - path yaw_i)^2                     + 1e-6/h^6 |D3 [0, yaw]|^2 + 1e-8 |yaw|^2
 *   speed      minimises  sum |v_i u_i + v_(i+1) u_(i+1) - 2 dp_i / h|^2 + 1e-6/h^6 |D3 v|^2        + 1e-4 |v|^2
 *   accel      minimises  sum (a_t - (v_(t+1) - v_t) / h)^2              + 1e-4/h^4 |D2 a|^2        + 1e-4 |a|^2
 *   curvature  minimises  sum (s_t k_t - (yaw_(t+1) - yaw_t))^2          + 1e-4/h^4 |D2 k|^2        + 1e-4 |k|^2
 * where s_t = h v_t + h^2 a_t / 2. Upstream raises the last ridge when its float32 factorisation fails; in float64
 * it never does.
 * @throws RangeError for fewer than 3 steps
 */
export function createUnicycleInverse(steps: number, stepS: number): UnicycleInverse {
  if (steps < MIN_STEPS) {
    throw new RangeError(`the inverse needs at least ${MIN_STEPS} steps, got ${steps}`);
  }
  const speedSmoothing = SPEED_SMOOTHING / stepS ** 6;
  const yawFactor = stateMatrix(steps, YAW_SMOOTHING / stepS ** 6, YAW_RIDGE);
  addToDiagonal(yawFactor, steps, 1);
  factorBand(yawFactor, steps);
  const speedMatrix = stateMatrix(steps, speedSmoothing, SPEED_RIDGE);
  const curvatureMatrix = actionMatrix(steps, ACTION_SMOOTHING / stepS ** 4, ACTION_RIDGE);
  const accelFactor = Float64Array.from(curvatureMatrix);
  addToDiagonal(accelFactor, steps, 1);
  factorBand(accelFactor, steps);

  const yaw = new Float64Array(steps + 1);
  const speedMps = new Float64Array(steps + 1);
  const accel = new Float64Array(steps);
  const curvature = new Float64Array(steps);
  const yawAfter = yaw.subarray(1);
  const speedAfter = speedMps.subarray(1);
  const speedFactor = new Float64Array(speedMatrix.length);
  const curvatureFactor = new Float64Array(curvatureMatrix.length);

  return (path, v0Mps) => {
    unwrapInto(path.yaw, yawAfter);
    solveBand(yawFactor, yawAfter);

    speedMps[0] = v0Mps;
    speedFactor.set(speedMatrix);
    speedAfter.fill(0);
    // The third difference that holds v_0: |-v_0 + 3 v_1 - 3 v_2 + v_3|^2.
    speedAfter[0] = 3 * speedSmoothing * v0Mps;
    speedAfter[1] = -3 * speedSmoothing * v0Mps;
    speedAfter[2] = speedSmoothing * v0Mps;
    addMotion(path, yawAfter, v0Mps, stepS, speedFactor, speedAfter);
    if (!factorBand(speedFactor, steps)) throw notFinite();
    solveBand(speedFactor, speedAfter);

    for (let t = 0; t < steps; t++) accel[t] = (at(speedMps, t + 1) - at(speedMps, t)) / stepS;
    solveBand(accelFactor, accel);

    curvatureFactor.set(curvatureMatrix);
    for (let t = 0; t < steps; t++) {
      const travelled = stepS * at(speedMps, t) + (stepS * stepS * at(accel, t)) / 2;
      curvatureFactor[4 * t] = at(curvatureFactor, 4 * t) + travelled * travelled;
      curvature[t] = travelled * (at(yaw, t + 1) - at(yaw, t));
    }
    if (!factorBand(curvatureFactor, steps)) throw notFinite();
    solveBand(curvatureFactor, curvature);
    return { yaw, speedMps, accel, curvature };
  };
}

function unwrapInto(yaw: Float64Array, unwrapped: Float64Array): void {
  let before = at(yaw, 0);
  let sum = at(yaw, 0);
  for (let i = 0; i < unwrapped.length; i++) {
    const next = at(yaw, i);
    sum += wrapAngle(next - before);
    unwrapped[i] = sum;
    before = next;
  }
}

/**
 * Adds |v_i u_i + v_(i+1) u_(i+1) - 2 dp_i / h|^2 for all steps to the matrix and right-hand side of the
 * speeds after each step; v_0 is given and moves to the right.
 */
function addMotion(
  path: EgoPath,
  yaw: Float64Array,
  v0Mps: number,
  stepS: number,
  band: Float64Array,
  rhs: Float64Array,
): void {
  const { x: xs, y: ys } = path;
  const perStep = 2 / stepS;
  let x = 0;
  let y = 0;
  let cos = 1;
  let sin = 0;
  for (let i = 0; i < rhs.length; i++) {
    const xNext = at(xs, i);
    const yNext = at(ys, i);
    const cosNext = Math.cos(at(yaw, i));
    const sinNext = Math.sin(at(yaw, i));
    const wantedX = (xNext - x) * perStep;
    const wantedY = (yNext - y) * perStep;
    const together = cos * cosNext + sin * sinNext;
    let wanted = cosNext * wantedX + sinNext * wantedY;
    band[4 * i] = at(band, 4 * i) + 1;
    if (i === 0) {
      wanted -= together * v0Mps;
    } else {
      band[4 * i - 4] = at(band, 4 * i - 4) + 1;
      band[4 * i + 1] = at(band, 4 * i + 1) + together;
      rhs[i - 1] = at(rhs, i - 1) + cos * wantedX + sin * wantedY;
    }
    rhs[i] = at(rhs, i) + wanted;
    x = xNext;
    y = yNext;
    cos = cosNext;
    sin = sinNext;
  }
}

function notFinite(): RangeError {
  return new RangeError(
    'actions cannot be found: the path or its speed is not finite or too short',
  );
}

/** Smoothing and ridge of values that follow a fixed one: third differences of [fixed, v]. */
function stateMatrix(steps: number, smoothing: number, ridge: number): Float64Array {
  const equations = createNormalEquations(steps);
  equations.addRow(0, [3, -3, 1], 0, smoothing);
  for (let i = 0; i < steps - 3; i++) equations.addRow(i, [-1, 3, -3, 1], 0, smoothing);
  addToDiagonal(equations.band, steps, ridge);
  return equations.band;
}

/** Smoothing and ridge of values that nothing comes before: second differences. */
function actionMatrix(steps: number, smoothing: number, ridge: number): Float64Array {
  const equations = createNormalEquations(steps);
  for (let i = 0; i < steps - 2; i++) equations.addRow(i, [1, -2, 1], 0, smoothing);
  addToDiagonal(equations.band, steps, ridge);
  return equations.band;
}
