import { at, createLaneFilter } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
import { COMFORT_TERMS, createComfortFlags } from './comfort-bounds.ts';
import { horizonsAt } from '../horizons.ts';
import { createNuplanComfortLanes } from './nuplan-comfort.ts';
import { createNavsimTracker, TRACKER_STEP_S } from './navsim-tracker.ts';
import type { TrackedMotion } from './navsim-tracker.ts';
import { createPathDynamics } from './path-dynamics.ts';
import type { DirectedPath, DirectedWindow } from '../directed-window.ts';
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
  const bench = new Workbench();
  const before = createPathDynamics(bench, {
    length: historySteps,
    stepS: TRACKER_STEP_S,
    lanes: 1,
  });
  const differentiate = createLaneFilter(
    bench,
    { window: 5, order: 2, derivative: 1 },
    historySteps,
    TRACKER_STEP_S,
  );
  const [yawRates, yawAccels] = [bench.series(historySteps, 1), bench.series(historySteps, 1)];
  // The last pose of the history is the first state of the motion.
  const past = historySteps - 1;
  const length = past + NAVSIM_STEPS + 1;
  const series = createNuplanComfortLanes(bench, { length, stepS: TRACKER_STEP_S, lanes: 1 });
  const flags = createComfortFlags(bench, 1);
  const state = (): LaneSeries => bench.series(length, 1);
  const states = { lonAccel: state(), latAccel: state(), accelMagnitude: state(), yaw: state() };
  const pose = (): Float64Array => new Float64Array(NAVSIM_STEPS + 1);
  const plan = { x: pose(), y: pose(), yaw: pose() };

  /** The states of the past, one value per lane and step; the lane beside is nobody's. */
  function putPast(history: DirectedPath): void {
    before.put(0, history, 0, historySteps);
    before.find();
    differentiate(before.yaw, yawRates);
    differentiate(yawRates, yawAccels);
    const [yawRate, yawAccel, width] = [yawRates.values, yawAccels.values, yawRates.lanes];
    const lonAccel = before.lonAccel.values;
    for (let i = 0; i < past * width; i += width) {
      const turn = at(yawRate, i) ** 2 + at(yawAccel, i);
      states.lonAccel.values[i] = at(lonAccel, i) + CENTRE_M * turn;
    }
    for (const name of ['latAccel', 'accelMagnitude', 'yaw'] as const) {
      states[name].values.set(before[name].values.subarray(0, past * width));
    }
  }

  function putMotion(motion: TrackedMotion): void {
    const { lanes: width } = states.yaw;
    const yaw0 = at(before.yaw.values, past * width);
    const [lonAccel, size, yaw] = [
      states.lonAccel.values,
      states.accelMagnitude.values,
      states.yaw.values,
    ];
    for (let i = 0, s = past * width; i <= NAVSIM_STEPS; i++, s += width) {
      const accel = at(motion.accelMps2, i);
      const turn = at(motion.yawRate, i) ** 2 + at(motion.yawAccel, i);
      lonAccel[s] = accel + CENTRE_M * turn;
      size[s] = Math.abs(accel);
      yaw[s] = yaw0 + at(motion.yaw, i);
    }
  }

  return (sample, { history, v0Mps }) => {
    for (let i = 0; i < NAVSIM_STEPS; i++) {
      plan.x[i + 1] = at(sample.x, i);
      plan.y[i + 1] = at(sample.y, i);
      plan.yaw[i + 1] = at(sample.yaw, i);
    }
    putPast(history);
    const accelMps2 = at(before.lonAccel.values, past * before.lonAccel.lanes);
    const motion = track(plan, { speedMps: v0Mps, accelMps2 });
    putMotion(motion);
    series.find(states);
    flags.find(series);
    return { motion, isComfortable: flags.sumOf(0) === COMFORT_TERMS.length };
  };
}
