import { createLaneFilter } from '@drivesweep/geometry';
import type { SavitzkyGolay } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
import type { ComfortLanes, ComfortTerm } from './comfort-bounds.ts';
import type { LaneShape } from './lane-shape.ts';

/**
 * The six quantities of comfort as nuPlan and NAVSIM derive them from recorded or simulated accelerations: smoothed
 * and differentiated by Savitzky-Golay filters, rounded to 8 decimals. (nuPlan declares a window of 15 for the yaw and
 * does not pass it on: it is 5.)
 * Source: autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/scoring/pdm_comfort_metrics.py.
 */
interface Motion<Series> {
  /** m/s^2 along and across the heading, and their magnitude; NAVSIM takes the first two at the box centre. */
  readonly lonAccel: Series;
  readonly latAccel: Series;
  readonly accelMagnitude: Series;
  /** Unwrapped, radians. */
  readonly yaw: Series;
}
export type MeasuredMotion = Motion<Float64Array>;
export type MotionLanes = Motion<LaneSeries>;

/** All seven series that the two tests of comfort need; extended comfort compares the smoothed magnitude. */
export type NuplanComfort = Readonly<Record<ComfortTerm | 'accel', Float64Array>>;

const SMOOTH: SavitzkyGolay = { window: 8, order: 2, derivative: 0 };
const JERK: SavitzkyGolay = { window: 15, order: 2, derivative: 1 };
const YAW_RATE: SavitzkyGolay = { window: 5, order: 2, derivative: 1 };
/** Order 3 for comfort; extended comfort takes 2. */
const YAW_ACCEL: SavitzkyGolay = { window: 5, order: 3, derivative: 2 };

/** Fewer states than this have no third-order polynomial. */
export const FEWEST_COMFORT_STATES = 4;

/** Anything larger than 2 * 10^7 would be far out of bounds. */
const PER_UNIT = 1e8;

/** The series of motions that lie on the same workbench; overwritten by the next `find`. */
export interface NuplanComfortLanes extends ComfortLanes {
  readonly accel: LaneSeries;
  find(motion: MotionLanes): void;
}

/** @throws RangeError for fewer than 4 states */
export function createNuplanComfortLanes(
  bench: Workbench,
  { length, stepS, lanes }: LaneShape,
  yawAccelOrder: 2 | 3 = 3,
): NuplanComfortLanes {
  const filter = (kind: SavitzkyGolay) => {
    const apply = createLaneFilter(bench, kind, length, stepS);
    return (series: LaneSeries, out: LaneSeries): void => {
      apply(series, out);
      bench.kernels.roundTo(out.address, out.size, PER_UNIT);
    };
  };
  const [smooth, jerkOf, yawRateOf] = [filter(SMOOTH), filter(JERK), filter(YAW_RATE)];
  const yawAccelOf = filter({ ...YAW_ACCEL, order: yawAccelOrder });
  const series = (): LaneSeries => bench.series(length, lanes);
  const found = {
    lon_accel: series(),
    lat_accel: series(),
    jerk: series(),
    lon_jerk: series(),
    yaw_accel: series(),
    yaw_rate: series(),
    accel: series(),
  };
  return {
    ...found,
    find({ lonAccel, latAccel, accelMagnitude, yaw }) {
      smooth(lonAccel, found.lon_accel);
      smooth(latAccel, found.lat_accel);
      smooth(accelMagnitude, found.accel);
      jerkOf(found.accel, found.jerk);
      jerkOf(found.lon_accel, found.lon_jerk);
      yawRateOf(yaw, found.yaw_rate);
      yawAccelOf(yaw, found.yaw_accel);
    },
  };
}

/**
 * The series of one motion.
 * @param length number of states, at least 4
 * @returns a function that gives new arrays with every call
 * @throws RangeError for fewer states
 */
export function createNuplanComfort(
  length: number,
  stepS: number,
  yawAccelOrder: 2 | 3 = 3,
): (motion: MeasuredMotion) => NuplanComfort {
  const bench = new Workbench();
  const series = (): LaneSeries => bench.series(length, 1);
  const input = { lonAccel: series(), latAccel: series(), accelMagnitude: series(), yaw: series() };
  const comfort = createNuplanComfortLanes(bench, { length, stepS, lanes: 1 }, yawAccelOrder);
  const read = (found: LaneSeries): Float64Array => found.take(0, new Float64Array(length));

  return ({ lonAccel, latAccel, accelMagnitude, yaw }) => {
    input.lonAccel.put(0, lonAccel);
    input.latAccel.put(0, latAccel);
    input.accelMagnitude.put(0, accelMagnitude);
    input.yaw.put(0, yaw);
    comfort.find(input);
    return {
      lon_accel: read(comfort.lon_accel),
      lat_accel: read(comfort.lat_accel),
      jerk: read(comfort.jerk),
      lon_jerk: read(comfort.lon_jerk),
      yaw_accel: read(comfort.yaw_accel),
      yaw_rate: read(comfort.yaw_rate),
      accel: read(comfort.accel),
    };
  };
}
