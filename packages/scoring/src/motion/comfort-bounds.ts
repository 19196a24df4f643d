import { at } from '@drivesweep/geometry';

/** The six quantities that nuPlan, NAVSIM and Alpamayo's reward hold against the same bounds. */
export const COMFORT_TERMS = [
  'lon_accel',
  'lat_accel',
  'jerk',
  'lon_jerk',
  'yaw_accel',
  'yaw_rate',
] as const;
export type ComfortTerm = (typeof COMFORT_TERMS)[number];

/**
 * What is still comfortable lies strictly between these: m/s^2, m/s^3, rad/s^2 and rad/s.
 * Source: autonomousvision/navsim@0a380a9 (pdm_comfort_metrics.py), NVlabs/alpamayo@1cba38c (comfort_reward.py).
 */
export const COMFORT_BOUNDS: Readonly<Record<ComfortTerm, readonly [low: number, high: number]>> = {
  lon_accel: [-4.05, 2.4],
  lat_accel: [-4.89, 4.89],
  jerk: [-8.37, 8.37],
  lon_jerk: [-4.13, 4.13],
  yaw_accel: [-1.93, 1.93],
  yaw_rate: [-0.95, 0.95],
};

/** The six quantities over time, by some scheme of differentiation; all of the same length. */
export type ComfortSeries = Readonly<Record<ComfortTerm, Float64Array>>;

/** 1 for each term, in the order of `COMFORT_TERMS`, that is within its bounds at every step, else 0. */
export function comfortFlags(series: ComfortSeries, out: Float64Array): Float64Array {
  COMFORT_TERMS.forEach((term, i) => {
    const [low, high] = COMFORT_BOUNDS[term];
    out[i] = isBetween(series[term], low, high) ? 1 : 0;
  });
  return out;
}

function isBetween(values: Float64Array, low: number, high: number): boolean {
  for (let t = 0; t < values.length; t++) {
    const value = at(values, t);
    if (!(value > low && value < high)) return false;
  }
  return true;
}
