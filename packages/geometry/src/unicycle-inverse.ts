import { findDirections, Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
import { addToDiagonal, createNormalEquations, factorBand } from './banded-cholesky.ts';
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

/** What was found for some paths, one per lane; lanes too many hold the first path again. Overwritten by the next fit. */
export interface UnicycleFits {
  readonly x: LaneSeries;
  readonly y: LaneSeries;
  /** As in `UnicycleEstimate`, at t0 and after every step. */
  readonly yaw: LaneSeries;
  readonly speedMps: LaneSeries;
  readonly accel: LaneSeries;
  readonly curvature: LaneSeries;
  /** Finds the actions of paths that start at the same speed. Throws as a `UnicycleInverse`. */
  fit(paths: readonly Planar[], v0Mps: number): void;
  /** Drives what was fitted and gives the positions after every step, as `integrateUnicycle`. */
  drive(v0Mps: number): { readonly x: LaneSeries; readonly y: LaneSeries };
}

type Planar = Pick<EgoPath, 'x' | 'y' | 'yaw'>;

/**
 * Prepares the inverse for up to `lanes` paths of `steps` poses, `stepS` seconds apart, that start one step after the origin of the
 * ego frame. With h the step, v_0 the given speed, u_i = (cos yaw_i, sin yaw_i), D2 and D3 second and third differences:
 *   yaw        minimises  sum (yaw_i - path yaw_i)^2                     + 1e-6/h^6 |D3 [0, yaw]|^2 + 1e-8 |yaw|^2
 *   speed      minimises  sum |v_i u_i + v_(i+1) u_(i+1) - 2 dp_i / h|^2 + 1e-6/h^6 |D3 v|^2        + 1e-4 |v|^2
 *   accel      minimises  sum (a_t - (v_(t+1) - v_t) / h)^2              + 1e-4/h^4 |D2 a|^2        + 1e-4 |a|^2
 *   curvature  minimises  sum (s_t k_t - (yaw_(t+1) - yaw_t))^2          + 1e-4/h^4 |D2 k|^2        + 1e-4 |k|^2
 * where s_t = h v_t + h^2 a_t / 2. Upstream raises the last ridge when its float32 factorisation fails; in float64
 * it never does.
 * @param bench what the paths and everything about them lie on
 * @throws RangeError for fewer than 3 steps
 */
export function createUnicycleFits(
  bench: Workbench,
  {
    steps,
    stepS,
    lanes,
  }: { readonly steps: number; readonly stepS: number; readonly lanes: number },
): UnicycleFits {
  if (steps < MIN_STEPS) {
    throw new RangeError(`the inverse needs at least ${MIN_STEPS} steps, got ${steps}`);
  }
  const speedSmoothing = SPEED_SMOOTHING / stepS ** 6;
  const actions = actionMatrix(steps, ACTION_SMOOTHING / stepS ** 4, ACTION_RIDGE);
  const shared = {
    yawFactor: bench.constants(
      factored(stateMatrix(steps, YAW_SMOOTHING / stepS ** 6, YAW_RIDGE), steps),
    ),
    speed: bench.constants(stateMatrix(steps, speedSmoothing, SPEED_RIDGE)),
    accelFactor: bench.constants(factored(actions, steps)),
    actions: bench.constants(actions),
  };
  const perStep = (): LaneSeries => bench.series(steps, lanes);
  const perState = (): LaneSeries => bench.series(steps + 1, lanes);
  const [x, y, heading, cos, sin] = [perStep(), perStep(), perStep(), perStep(), perStep()];
  const [yaw, speedMps, accel, curvature] = [perState(), perState(), perStep(), perStep()];
  const bands = bench.series(4 * (steps + 3), lanes);
  const [drivenSpeed, drivenX, drivenY] = [perStep(), perStep(), perStep()];
  const { kernels } = bench;
  const width = x.lanes;
  /** Of the states after each step. */
  const [yawAfter, speedAfter] = [yaw, speedMps].map(({ address }) => address + 8 * width);
  if (yawAfter === undefined || speedAfter === undefined) throw notFinite();

  const putPaths = (paths: readonly Planar[]): void => {
    for (let lane = 0; lane < width; lane++) {
      const path = paths[lane] ?? paths[0];
      if (path === undefined) throw notFinite();
      x.put(lane, path.x);
      y.put(lane, path.y);
      heading.put(lane, path.yaw);
    }
  };

  /** The right-hand side of the third difference that holds v_0: |-v_0 + 3 v_1 - 3 v_2 + v_3|^2. */
  const holdFirstSpeed = (v0Mps: number): void => {
    const speeds = speedMps.values;
    speeds.fill(v0Mps, 0, width);
    speeds.fill(3 * speedSmoothing * v0Mps, width, 2 * width);
    speeds.fill(-3 * speedSmoothing * v0Mps, 2 * width, 3 * width);
    speeds.fill(speedSmoothing * v0Mps, 3 * width, 4 * width);
    speeds.fill(0, 4 * width);
  };

  return {
    ...{ x, y, yaw, speedMps, accel, curvature },
    fit(paths, v0Mps) {
      putPaths(paths);
      kernels.unwrap(heading.address, yawAfter, steps, width);
      kernels.solveSharedBand(shared.yawFactor, yawAfter, steps, width);
      heading.values.set(yaw.values.subarray(width));
      findDirections(bench, heading, cos, sin);

      holdFirstSpeed(v0Mps);
      kernels.speedEquations(
        shared.speed,
        x.address,
        y.address,
        cos.address,
        sin.address,
        v0Mps,
        2 / stepS,
        bands.address,
        speedAfter,
        steps,
        width,
      );
      if (kernels.factorBands(bands.address, steps, width) !== 1) throw notFinite();
      kernels.solveBands(bands.address, speedAfter, steps, width);

      kernels.slopes(speedMps.address, accel.address, steps, width, stepS);
      kernels.solveSharedBand(shared.accelFactor, accel.address, steps, width);

      kernels.curvatureEquations(
        shared.actions,
        yaw.address,
        speedMps.address,
        accel.address,
        stepS,
        bands.address,
        curvature.address,
        steps,
        width,
      );
      if (kernels.factorBands(bands.address, steps, width) !== 1) throw notFinite();
      kernels.solveBands(bands.address, curvature.address, steps, width);
    },
    drive(v0Mps) {
      kernels.driveHeadings(
        accel.address,
        curvature.address,
        v0Mps,
        stepS,
        heading.address,
        drivenSpeed.address,
        steps,
        width,
      );
      findDirections(bench, heading, cos, sin);
      kernels.drivePositions(
        drivenSpeed.address,
        cos.address,
        sin.address,
        v0Mps,
        stepS,
        drivenX.address,
        drivenY.address,
        steps,
        width,
      );
      return { x: drivenX, y: drivenY };
    },
  };
}

/**
 * The inverse of one path, as `createUnicycleFits` has it for many.
 * @throws RangeError for fewer than 3 steps
 */
export function createUnicycleInverse(steps: number, stepS: number): UnicycleInverse {
  const fits = createUnicycleFits(new Workbench(), { steps, stepS, lanes: 1 });
  const estimate = {
    yaw: new Float64Array(steps + 1),
    speedMps: new Float64Array(steps + 1),
    accel: new Float64Array(steps),
    curvature: new Float64Array(steps),
  };
  return (path, v0Mps) => {
    fits.fit([path], v0Mps);
    fits.yaw.take(0, estimate.yaw);
    fits.speedMps.take(0, estimate.speedMps);
    fits.accel.take(0, estimate.accel);
    fits.curvature.take(0, estimate.curvature);
    return estimate;
  };
}

/** The factors of a matrix with 1 more on its diagonal; the matrix stays as it is. */
function factored(matrix: Float64Array, steps: number): Float64Array {
  const factors = Float64Array.from(matrix);
  addToDiagonal(factors, steps, 1);
  factorBand(factors, steps);
  return factors;
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
