import {
  at,
  createNormalEquations,
  emptyBand,
  factorBand,
  solveBand,
  wrapAngle,
} from '@drivesweep/geometry';

/**
 * How NAVSIM drives a plan before it scores it: a linear-quadratic regulator (LQR) steers a kinematic bicycle along the
 * plan, 0.1 s per step. The plan is first turned into a profile of speeds and curvatures by least squares.
 * Source: autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/simulation/
 * {batch_lqr,batch_lqr_utils,batch_kinematic_bicycle}.py.
 */
export const TRACKER_STEP_S = 0.1;

const WHEELBASE_M = 3.089;
const JERK_PENALTY = 1e-4;
const FIRST_CURVATURE_PENALTY = 1e-10;
const CURVATURE_RATE_PENALTY = 1e-2;
/** Steps that the regulator looks ahead. */
const LOOKAHEAD = 10;
const SPEED_COST = 10;
const ACCEL_COST = 1;
const LATERAL_COST = 1;
const HEADING_COST = 10;
const STEERING_RATE_COST = 1;
const STOPPING_MPS = 0.2;
const STOPPING_GAIN = 0.5;
const ACCEL_TIME_CONSTANT_S = 0.2;
const STEERING_TIME_CONSTANT_S = 0.05;
const MAX_STEERING_RAD = Math.PI / 3;

/** Poses of the rear axle, including the one at t0. */
export interface TrackedPlan {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly yaw: Float64Array;
}

/** What the vehicle is doing at t0. */
export interface TrackerStart {
  readonly speedMps: number;
  readonly accelMps2: number;
}

/** One value per state, the first at t0. Yaw is not wrapped. */
export interface TrackedMotion extends TrackedPlan {
  readonly speedMps: Float64Array;
  readonly accelMps2: Float64Array;
  readonly steeringRad: Float64Array;
  readonly yawRate: Float64Array;
  readonly yawAccel: Float64Array;
  /** What the plan asks for and what the regulator did about it, one value per step. */
  readonly speedProfile: Float64Array;
  readonly curvatureProfile: Float64Array;
  readonly accelCommand: Float64Array;
  readonly steeringRateCommand: Float64Array;
}

/**
 * @param steps number of steps; plans have one pose more. At least 4
 * @returns a function whose result is overwritten by its next call
 */
export function createNavsimTracker(
  steps: number,
): (plan: TrackedPlan, start: TrackerStart) => TrackedMotion {
  const speedFactor = speedMatrix(steps);
  const curvatureFactor = emptyBand(steps);
  const perStep = (): Float64Array => new Float64Array(steps);
  const perState = (): Float64Array => new Float64Array(steps + 1);
  const speedProfile = perStep();
  const curvatureProfile = perStep();
  const accelCommand = perStep();
  const steeringRateCommand = perStep();
  const x = perState();
  const y = perState();
  const yaw = perState();
  const speedMps = perState();
  const [accelMps2, steeringRad, yawRate, yawAccel] = [
    perState(),
    perState(),
    perState(),
    perState(),
  ];
  const planCos = perStep();
  const planSin = perStep();
  /** Of the steering angle before the step at hand. */
  let tanSteering = 0;

  /** Speeds V minimise sum |dp_i - dt V_i u_i|^2 + 1e-4 |R a|^2, with a the differences of V over dt. */
  function profileSpeed(plan: TrackedPlan): void {
    for (let i = 0; i < steps; i++) {
      const dx = at(plan.x, i + 1) - at(plan.x, i);
      const dy = at(plan.y, i + 1) - at(plan.y, i);
      planCos[i] = Math.cos(at(plan.yaw, i));
      planSin[i] = Math.sin(at(plan.yaw, i));
      speedProfile[i] = TRACKER_STEP_S * (dx * at(planCos, i) + dy * at(planSin, i));
    }
    solveBand(speedFactor, speedProfile);
  }

  /** Curvatures K minimise sum (dyaw_i - V_i dt K_i)^2 + 1e-10 K_0^2 + 1e-2 |differences of K over dt|^2. */
  function profileCurvature(plan: TrackedPlan): void {
    const smoothing = CURVATURE_RATE_PENALTY / TRACKER_STEP_S ** 2;
    for (let i = 0; i < steps; i++) {
      const travelled = at(speedProfile, i) * TRACKER_STEP_S;
      const neighbours = i === 0 || i === steps - 1 ? 1 : 2;
      curvatureFactor[4 * i] =
        travelled * travelled + neighbours * smoothing + (i === 0 ? FIRST_CURVATURE_PENALTY : 0);
      curvatureFactor[4 * i + 1] = i === 0 ? 0 : -smoothing;
      curvatureFactor[4 * i + 2] = 0;
      curvatureFactor[4 * i + 3] = 0;
      curvatureProfile[i] = travelled * wrapAngle(at(plan.yaw, i + 1) - at(plan.yaw, i));
    }
    factorBand(curvatureFactor, steps);
    solveBand(curvatureFactor, curvatureProfile);
  }

  function steer(plan: TrackedPlan, i: number, accel: number): number {
    const target = Math.min(i + LOOKAHEAD, steps - 1);
    const dx = at(x, i) - at(plan.x, i);
    const dy = at(y, i) - at(plan.y, i);
    const cos = at(planCos, i);
    const sin = at(planSin, i);
    // The state ten steps on without steering, and how it moves per unit of a constant steering rate.
    let lateral = dy * cos - dx * sin;
    let heading = wrapAngle(at(yaw, i) - at(plan.yaw, i));
    const steering = at(steeringRad, i);
    let lateralGain = 0;
    let headingGain = 0;
    let steeringGain = 0;
    for (let j = 0; j < LOOKAHEAD; j++) {
      const travelled = (at(speedMps, i) + accel * TRACKER_STEP_S * j) * TRACKER_STEP_S;
      const curvature = at(curvatureProfile, Math.min(i + j, target));
      lateral += travelled * heading;
      heading += travelled * (steering / WHEELBASE_M - curvature);
      lateralGain += travelled * headingGain;
      headingGain += (travelled * steeringGain) / WHEELBASE_M;
      steeringGain += TRACKER_STEP_S;
    }
    const pull =
      LATERAL_COST * lateralGain * lateral + HEADING_COST * headingGain * wrapAngle(heading);
    const weight =
      LATERAL_COST * lateralGain ** 2 + HEADING_COST * headingGain ** 2 + STEERING_RATE_COST;
    return -pull / weight;
  }

  function command(plan: TrackedPlan, i: number): void {
    const target = at(speedProfile, Math.min(i + LOOKAHEAD, steps - 1));
    const tooFast = at(speedMps, i) - target;
    if (target <= STOPPING_MPS && at(speedMps, i) <= STOPPING_MPS) {
      accelCommand[i] = -STOPPING_GAIN * tooFast;
      steeringRateCommand[i] = 0;
      return;
    }
    const horizonS = LOOKAHEAD * TRACKER_STEP_S;
    const accel = (-horizonS * SPEED_COST * tooFast) / (horizonS ** 2 * SPEED_COST + ACCEL_COST);
    accelCommand[i] = accel;
    steeringRateCommand[i] = steer(plan, i, accel);
  }

  function advance(i: number): void {
    const v = at(speedMps, i);
    const steering = at(steeringRad, i);
    const a = at(accelMps2, i);
    const dt = TRACKER_STEP_S;
    const accel = a + (dt / (dt + ACCEL_TIME_CONSTANT_S)) * (at(accelCommand, i) - a);
    const wanted = dt * at(steeringRateCommand, i) * (dt / (dt + STEERING_TIME_CONSTANT_S));
    const turned = Math.min(Math.max(steering + wanted, -MAX_STEERING_RAD), MAX_STEERING_RAD);
    x[i + 1] = at(x, i) + dt * v * Math.cos(at(yaw, i));
    y[i + 1] = at(y, i) + dt * v * Math.sin(at(yaw, i));
    yaw[i + 1] = at(yaw, i) + (dt * v * tanSteering) / WHEELBASE_M;
    tanSteering = Math.tan(turned);
    speedMps[i + 1] = v + dt * accel;
    accelMps2[i + 1] = accel;
    steeringRad[i + 1] = turned;
    yawRate[i + 1] = ((v + dt * accel) * tanSteering) / WHEELBASE_M;
    yawAccel[i + 1] = (at(yawRate, i + 1) - at(yawRate, i)) / dt;
  }

  return (plan, start) => {
    profileSpeed(plan);
    profileCurvature(plan);
    [x[0], y[0], yaw[0]] = [at(plan.x, 0), at(plan.y, 0), at(plan.yaw, 0)];
    [speedMps[0], accelMps2[0]] = [start.speedMps, start.accelMps2];
    [steeringRad[0], yawRate[0], yawAccel[0]] = [0, 0, 0];
    tanSteering = 0;
    for (let i = 0; i < steps; i++) {
      command(plan, i);
      advance(i);
    }
    const states = { x, y, yaw, speedMps, accelMps2, steeringRad, yawRate, yawAccel };
    return { ...states, speedProfile, curvatureProfile, accelCommand, steeringRateCommand };
  };
}

/**
 * The factored matrix of the speed profile. R is meant to take the differences of all accelerations, but upstream
 * overwrites its upper diagonal: all its rows but the last give the accelerations themselves, of which the last two
 * appear only in the last row, as their difference.
 */
function speedMatrix(steps: number): Float64Array {
  const equations = createNormalEquations(steps);
  const dt = TRACKER_STEP_S;
  for (let i = 0; i < steps; i++) equations.addRow(i, [dt], 0, 1);
  for (let i = 0; i < steps - 3; i++) equations.addRow(i, [-1 / dt, 1 / dt], 0, JERK_PENALTY);
  equations.addRow(steps - 3, [1 / dt, -2 / dt, 1 / dt], 0, JERK_PENALTY);
  factorBand(equations.band, steps);
  return equations.band;
}
