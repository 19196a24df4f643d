import type { LaneSeries, Workbench } from '@drivesweep/kernels';
import { COMFORT_TERMS } from './comfort-bounds.ts';
import type { ComfortLanes } from './comfort-bounds.ts';
import type { DirectedPath } from '../directed-window.ts';
import type { LaneShape } from './lane-shape.ts';

/**
 * The comfort reward of Alpamayo's reinforcement learning, quirks included: forward differences, the last one repeated
 * at every level, and no history before the plan. So a plan that ends while it accelerates has a jerk of -a / step at
 * its end, which fails from 0.413 m/s^2; and on a perfect circle the lateral acceleration is 0 but at the last two
 * steps. Source: NVlabs/alpamayo@1cba38c:finetune/rl/rewards/{comfort_reward,aggregated_reward}.py.
 */
export interface AlpamayoDynamics extends ComfortLanes {
  /** Change of speed, m/s^2; no bound of its own. */
  readonly accel: LaneSeries;
  /** Positions as they were put. */
  readonly x: LaneSeries;
  readonly y: LaneSeries;
  /** Works everything out for some plans, one per lane; lanes too many hold the first again. */
  find(paths: readonly DirectedPath[]): void;
}

/** @param shape poses of a plan, at least 2 */
export function createAlpamayoDynamics(
  bench: Workbench,
  { length: steps, stepS, lanes }: LaneShape,
): AlpamayoDynamics {
  const { kernels } = bench;
  const rateHz = 1 / stepS;
  const array = (): LaneSeries => bench.series(steps, lanes);
  const [x, y, yaw, cos, sin] = [array(), array(), array(), array(), array()];
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
  const width = x.lanes;

  const put = (paths: readonly DirectedPath[]): void => {
    for (let lane = 0; lane < width; lane++) {
      const path = paths[lane] ?? paths[0];
      if (path === undefined) return;
      x.put(lane, path.x);
      y.put(lane, path.y);
      yaw.put(lane, path.yaw);
      cos.put(lane, path.cos);
      sin.put(lane, path.sin);
    }
  };
  /** Forward differences; the last one stands twice. */
  const differentiate = (values: LaneSeries, out: LaneSeries): void => {
    kernels.rates(values.address, out.address, steps, width, rateHz);
  };
  const project = (): void => {
    const [vx, vy, size] = [dx.address, dy.address, dx.size];
    kernels.lengths(vx, vy, speed.address, size);
    kernels.along(vx, vy, cos.address, sin.address, lonSpeed.address, size);
    kernels.across(vx, vy, cos.address, sin.address, latSpeed.address, size);
  };

  return {
    ...series,
    ...{ x, y },
    find(paths) {
      put(paths);
      differentiate(x, dx);
      differentiate(y, dy);
      project();
      differentiate(speed, series.accel);
      differentiate(series.accel, series.jerk);
      differentiate(lonSpeed, series.lon_accel);
      differentiate(series.lon_accel, series.lon_jerk);
      differentiate(latSpeed, series.lat_accel);
      kernels.turnRates(yaw.address, series.yaw_rate.address, steps, width, rateHz);
      differentiate(series.yaw_rate, series.yaw_accel);
    },
  };
}

/** Mean of the six flags minus 1: 0 when all are within bounds, -1 when none is. @param kept how many are */
export function alpamayoComfortScore(kept: number): number {
  return kept / COMFORT_TERMS.length - 1;
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
