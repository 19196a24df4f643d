import type { LaneSeries, Workbench } from '@drivesweep/kernels';

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

/** The six quantities over time, by some scheme of differentiation; all of the same size. */
export type ComfortLanes = Readonly<Record<ComfortTerm, LaneSeries>>;

/** 1 for each term and lane that is within its bounds at every step, else 0. */
export interface ComfortFlags {
  /** By the next call of `find` they are others. */
  flagOf(lane: number, term: number): number;
  /** The flags of all six terms, in the order of `COMFORT_TERMS`, added up. */
  sumOf(lane: number): number;
  find(series: ComfortLanes): void;
}

export function createComfortFlags(bench: Workbench, lanes: number): ComfortFlags {
  const flags = COMFORT_TERMS.map(() => bench.series(1, lanes));
  const flagOf = (lane: number, term: number): number => flags[term]?.values[lane] ?? NaN;
  return {
    flagOf,
    sumOf(lane) {
      let sum = 0;
      for (let term = 0; term < COMFORT_TERMS.length; term++) sum += flagOf(lane, term);
      return sum;
    },
    find(series) {
      COMFORT_TERMS.forEach((term, i) => {
        const [low, high] = COMFORT_BOUNDS[term];
        const { address, steps, lanes: width } = series[term];
        bench.kernels.areBetween(address, steps, width, low, high, flags[i]?.address ?? NaN);
      });
    },
  };
}
