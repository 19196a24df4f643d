import { at, createSavitzkyGolay } from '@drivesweep/geometry';
import { comfortFlags, COMFORT_TERMS } from './comfort-bounds.ts';
import { horizonsAt } from '../horizons.ts';
import { createNuplanComfort } from './nuplan-comfort.ts';
import { createNavsimTracker, TRACKER_STEP_S } from './navsim-tracker.ts';
import type { TrackedMotion } from './navsim-tracker.ts';
import { createPathDynamics } from './path-dynamics.ts';
import type { DirectedWindow } from '../directed-window.ts';
import type { SampleToScore, ScoringParameters } from '../window.ts';

/** NAVSIM looks 4 s ahead, at 10 Hz. */
const NAVSIM_HORIZON_S = 4;
export const NAVSIM_STEPS = NAVSIM_HORIZON_S / TRACKER_STEP_S;

/** From the rear axle to the middle of the Pacifica that NAVSIM drives. */
const CENTRE_M = 1.461;

/** NAVSIM's constants are for its own grid. */
export function isNavsimGrid({ horizonSteps, stepS }: ScoringParameters): boolean {
  const [horizon] = horizonsAt([NAVSIM_HORIZON_S], { horizonSteps, stepS });
  return horizon?.steps === NAVSIM_STEPS && Math.abs(stepS - TRACKER_STEP_S) < 1e-9;
}

export interface NavsimDrive {
  readonly motion: TrackedMotion;
  /** Whether history and motion together keep all six bounds of comfort. */
  readonly isComfortable: boolean;
}

/**
 * Drives samples as NAVSIM does before it scores them, from the speed of the window and the acceleration at the end of
 * its history. NAVSIM takes the accelerations of the past from recorded states; here they are derived from poses.
 * As upstream, moving an acceleration to the middle of the vehicle adds w^2 + dw/dt to its forward part only, and the
 * bicycle has no lateral acceleration, so that bound acts on the history alone.
 * @param historySteps poses of history, at least 3
 * @returns a function whose result is overwritten by its next call
 */
export function createNavsimDriver(
  historySteps: number,
): (sample: SampleToScore, window: DirectedWindow) => NavsimDrive {
  const track = createNavsimTracker(NAVSIM_STEPS);
  const dynamicsOf = createPathDynamics(historySteps, TRACKER_STEP_S);
  const differentiate = createSavitzkyGolay(
    { window: 5, order: 2, derivative: 1 },
    historySteps,
    TRACKER_STEP_S,
  );
  const yawRate = new Float64Array(historySteps);
  const yawAccel = new Float64Array(historySteps);
  // The last pose of the history is the first state of the motion.
  const past = historySteps - 1;
  const length = past + NAVSIM_STEPS + 1;
  const comfortOf = createNuplanComfort(length, TRACKER_STEP_S);
  const array = (): Float64Array => new Float64Array(length);
  const states = { lonAccel: array(), latAccel: array(), accelMagnitude: array(), yaw: array() };
  const pose = (): Float64Array => new Float64Array(NAVSIM_STEPS + 1);
  const plan = { x: pose(), y: pose(), yaw: pose() };
  const flags = new Float64Array(COMFORT_TERMS.length);

  return (sample, { history, v0Mps }) => {
    for (let i = 0; i < NAVSIM_STEPS; i++) {
      plan.x[i + 1] = at(sample.x, i);
      plan.y[i + 1] = at(sample.y, i);
      plan.yaw[i + 1] = at(sample.yaw, i);
    }
    const before = dynamicsOf({ first: history, firstSteps: historySteps });
    const motion = track(plan, { speedMps: v0Mps, accelMps2: at(before.lonAccel, past) });
    differentiate(before.yaw, yawRate);
    differentiate(yawRate, yawAccel);
    const yaw0 = at(before.yaw, past);
    for (let i = 0; i < past; i++) {
      const turn = at(yawRate, i) ** 2 + at(yawAccel, i);
      states.lonAccel[i] = at(before.lonAccel, i) + CENTRE_M * turn;
      states.latAccel[i] = at(before.latAccel, i);
      states.accelMagnitude[i] = at(before.accelMagnitude, i);
      states.yaw[i] = at(before.yaw, i);
    }
    for (let i = 0; i <= NAVSIM_STEPS; i++) {
      const accel = at(motion.accelMps2, i);
      const turn = at(motion.yawRate, i) ** 2 + at(motion.yawAccel, i);
      states.lonAccel[past + i] = accel + CENTRE_M * turn;
      states.accelMagnitude[past + i] = Math.abs(accel);
      states.yaw[past + i] = yaw0 + at(motion.yaw, i);
    }
    const isComfortable = comfortFlags(comfortOf(states), flags).every((flag) => flag === 1);
    return { motion, isComfortable };
  };
}
