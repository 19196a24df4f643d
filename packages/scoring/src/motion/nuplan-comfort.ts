import { at, createSavitzkyGolay } from '@drivesweep/geometry';
import type { SavitzkyGolay } from '@drivesweep/geometry';
import type { ComfortSeries } from './comfort-bounds.ts';

/**
 * The six quantities of comfort as nuPlan and NAVSIM derive them from recorded or simulated accelerations: smoothed
 * and differentiated by Savitzky-Golay filters, rounded to 8 decimals. (nuPlan declares a window of 15 for the yaw and
 * does not pass it on: it is 5.)
 * Source: autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/scoring/pdm_comfort_metrics.py.
 */
export interface MeasuredMotion {
  /** m/s^2 along and across the heading, and their magnitude; NAVSIM takes the first two at the box centre. */
  readonly lonAccel: Float64Array;
  readonly latAccel: Float64Array;
  readonly accelMagnitude: Float64Array;
  /** Unwrapped, radians. */
  readonly yaw: Float64Array;
}

/** All seven series that the two tests of comfort need. */
export interface NuplanComfort extends ComfortSeries {
  /** Smoothed magnitude; extended comfort compares it. */
  readonly accel: Float64Array;
}

const SMOOTH: SavitzkyGolay = { window: 8, order: 2, derivative: 0 };
const JERK: SavitzkyGolay = { window: 15, order: 2, derivative: 1 };
const YAW_RATE: SavitzkyGolay = { window: 5, order: 2, derivative: 1 };
/** Order 3 for comfort; extended comfort takes 2. */
const YAW_ACCEL: SavitzkyGolay = { window: 5, order: 3, derivative: 2 };

/** Fewer states than this have no third-order polynomial. */
export const FEWEST_COMFORT_STATES = 4;

/**
 * @param length number of states, at least 4
 * @returns a function whose result is overwritten by its next call
 * @throws RangeError for fewer states
 */
export function createNuplanComfort(
  length: number,
  stepS: number,
  yawAccelOrder: 2 | 3 = 3,
): (motion: MeasuredMotion) => NuplanComfort {
  const smooth = createSavitzkyGolay(SMOOTH, length, stepS);
  const jerkOf = createSavitzkyGolay(JERK, length, stepS);
  const yawRateOf = createSavitzkyGolay(YAW_RATE, length, stepS);
  const yawAccelOf = createSavitzkyGolay({ ...YAW_ACCEL, order: yawAccelOrder }, length, stepS);
  const array = (): Float64Array => new Float64Array(length);
  const series = {
    lon_accel: array(),
    lat_accel: array(),
    jerk: array(),
    lon_jerk: array(),
    yaw_accel: array(),
    yaw_rate: array(),
    accel: array(),
  };

  return ({ lonAccel, latAccel, accelMagnitude, yaw }) => {
    smooth(lonAccel, series.lon_accel);
    smooth(latAccel, series.lat_accel);
    smooth(accelMagnitude, series.accel);
    round(series.lon_accel);
    round(series.lat_accel);
    round(series.accel);
    jerkOf(series.accel, series.jerk);
    jerkOf(series.lon_accel, series.lon_jerk);
    yawRateOf(yaw, series.yaw_rate);
    yawAccelOf(yaw, series.yaw_accel);
    round(series.jerk);
    round(series.lon_jerk);
    round(series.yaw_rate);
    round(series.yaw_accel);
    return series;
  };
}

/** Adding and taking away this leaves a double of up to 2^51 rounded to a whole number, halves to even as NumPy. */
const ROUNDER = 1.5 * 2 ** 52;

/** To 8 decimals. Anything larger than 2 * 10^7 would be far out of bounds. */
function round(values: Float64Array): void {
  for (let t = 0; t < values.length; t++) {
    values[t] = (at(values, t) * 1e8 + ROUNDER - ROUNDER) / 1e8;
  }
}
