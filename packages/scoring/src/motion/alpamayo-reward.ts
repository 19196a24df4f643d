import { at, wrapAngle } from '@drivesweep/geometry';
import { COMFORT_TERMS } from './comfort-bounds.ts';
import type { ComfortSeries } from './comfort-bounds.ts';
import type { DirectedPath } from '../directed-window.ts';

/**
 * The comfort reward of Alpamayo's reinforcement learning, quirks included: forward differences, the last one repeated
 * at every level, and no history before the plan. So a plan that ends while it accelerates has a jerk of -a / step at
 * its end, which fails from 0.413 m/s^2; and on a perfect circle the lateral acceleration is 0 but at the last two
 * steps. Source: NVlabs/alpamayo@1cba38c:finetune/rl/rewards/{comfort_reward,aggregated_reward}.py.
 */
export interface AlpamayoDynamics extends ComfortSeries {
  /** Change of speed, m/s^2; no bound of its own. */
  readonly accel: Float64Array;
}

/**
 * @param steps poses of the plan, at least 2
 * @returns a function whose result is overwritten by its next call
 */
export function createAlpamayoDynamics(
  steps: number,
  stepS: number,
): (path: DirectedPath) => AlpamayoDynamics {
  const rateHz = 1 / stepS;
  const array = (): Float64Array => new Float64Array(steps);
  const [dx, dy, speed, lonSpeed, latSpeed] = [array(), array(), array(), array(), array()];
  const series = {
    lon_accel: array(),
    lat_accel: array(),
    jerk: array(),
    lon_jerk: array(),
    yaw_accel: array(),
    yaw_rate: array(),
    accel: array(),
  };

  return (path) => {
    differentiate(path.x, rateHz, dx);
    differentiate(path.y, rateHz, dy);
    project(dx, dy, path, { speed, lonSpeed, latSpeed });
    differentiate(speed, rateHz, series.accel);
    differentiate(series.accel, rateHz, series.jerk);
    differentiate(lonSpeed, rateHz, series.lon_accel);
    differentiate(series.lon_accel, rateHz, series.lon_jerk);
    differentiate(latSpeed, rateHz, series.lat_accel);
    differentiateYaw(path.yaw, rateHz, series.yaw_rate);
    differentiate(series.yaw_rate, rateHz, series.yaw_accel);
    return series;
  };
}

/** Forward differences; the last one stands twice. */
function differentiate(values: Float64Array, rateHz: number, out: Float64Array): void {
  const last = out.length - 1;
  for (let t = 0; t < last; t++) out[t] = (at(values, t + 1) - at(values, t)) * rateHz;
  out[last] = at(out, last - 1);
}

function differentiateYaw(yaw: Float64Array, rateHz: number, out: Float64Array): void {
  const last = out.length - 1;
  for (let t = 0; t < last; t++) out[t] = wrapAngle(at(yaw, t + 1) - at(yaw, t)) * rateHz;
  out[last] = at(out, last - 1);
}

function project(
  vx: Float64Array,
  vy: Float64Array,
  { cos, sin }: DirectedPath,
  { speed, lonSpeed, latSpeed }: Record<'speed' | 'lonSpeed' | 'latSpeed', Float64Array>,
): void {
  for (let t = 0; t < speed.length; t++) {
    const x = at(vx, t);
    const y = at(vy, t);
    speed[t] = Math.sqrt(x * x + y * y);
    lonSpeed[t] = x * at(cos, t) + y * at(sin, t);
    latSpeed[t] = y * at(cos, t) - x * at(sin, t);
  }
}

/** Mean of the six flags minus 1: 0 when all are within bounds, -1 when none is. */
export function alpamayoComfortScore(flags: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < COMFORT_TERMS.length; i++) sum += at(flags, i);
  return sum / COMFORT_TERMS.length - 1;
}

/** An ADE of this or more gets the lowest reward, whatever the comfort. */
const MAX_ADE_M = 3;

/** Weights of the release. */
export const ALPAMAYO_REWARD_WEIGHTS = { l2: 0.4, comfort: 0.1 };

/** -l2 ADE / 3 m + comfort score, or -1 for an ADE of 3 m or more. */
export function alpamayoReward(
  adeM: number,
  comfortScore: number,
  { l2, comfort } = ALPAMAYO_REWARD_WEIGHTS,
): number {
  return adeM < MAX_ADE_M ? -l2 * (adeM / MAX_ADE_M) + comfort * comfortScore : -1;
}
