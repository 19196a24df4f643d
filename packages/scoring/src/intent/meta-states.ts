import { at } from '@drivesweep/geometry';
import type { MotionSeries } from './motion-series.ts';

/**
 * The state of each pose on either axis, one bit per comparison: a path is cut where it changes. Thresholds of the open
 * autolabeler (NVlabs/alpamayo-coc-autolabeler@288ac28:src/meta_action/processor).
 */

/** Accelerations, smoothed, cut where they pass these by a margin of 15 %, so that noise does not. */
const LOW_ACCEL_MPS2 = 0.1;
const HIGH_ACCEL_MPS2 = 1.25;
const HYSTERESIS = 0.15;
/** Speed along the heading, m/s, and turning, rad/m. */
const MOVING_MPS = 0.3;
const REVERSING_MPS = -0.1;
const STEER_RAD_PER_M = 0.001;
const SHARP_RAD_PER_M = 0.05;

/**
 * By speed along the heading and smoothed acceleration.
 * @param half poses to either side in the mean
 */
export function longitudinalStates(
  series: MotionSeries,
  stepS: number,
  half: number,
  out: Uint8Array,
): void {
  const { poses, speedMps, alongMps } = series;
  const spanS = stepS * (2 * half + 1);
  let before = 0;
  let hold = 0;
  for (let i = 0; i < poses; i++) {
    const along = alongMps[i] ?? NaN;
    // The differences of a stretch add up to the difference of its ends.
    const accel =
      i > half && i + half < poses
        ? ((speedMps[i + half] ?? NaN) - (speedMps[i - half - 1] ?? NaN)) / spanS
        : accelAtEdge(series, i, stepS, half);
    const low = LOW_ACCEL_MPS2 * hold;
    const high = HIGH_ACCEL_MPS2 * hold;
    before =
      (along >= MOVING_MPS ? 1 : 0) |
      (along >= -MOVING_MPS ? 2 : 0) |
      (isAbove(accel, LOW_ACCEL_MPS2, low, before & 4) ? 4 : 0) |
      (isAbove(accel, -LOW_ACCEL_MPS2, low, before & 8) ? 8 : 0) |
      (isAbove(accel, HIGH_ACCEL_MPS2, high, before & 16) ? 16 : 0) |
      (isAbove(accel, -HIGH_ACCEL_MPS2, high, before & 32) ? 32 : 0);
    out[i] = before;
    hold = HYSTERESIS;
  }
}

/** @param margin by which the bound must be passed to change sides @param wasAbove not 0 when it was */
function isAbove(value: number, bound: number, margin: number, wasAbove: number): boolean {
  return value >= (wasAbove === 0 ? bound + margin : bound - margin);
}

/**
 * The smoothed acceleration: backward differences of the speed, the first repeated, under a centred mean that is shorter
 * at the edges.
 */
function accelAtEdge(
  { poses, speedMps }: MotionSeries,
  i: number,
  stepS: number,
  half: number,
): number {
  const from = Math.max(0, i - half);
  const to = Math.min(poses - 1, i + half);
  let total = at(speedMps, to) - at(speedMps, Math.max(from - 1, 0));
  // The first difference counts for pose 0 too.
  if (from === 0) total += at(speedMps, 1) - at(speedMps, 0);
  return total / (stepS * (to - from + 1));
}

/** By speed along the heading and turning, which is smoothed. From pose to pose, so one fewer than poses. */
export function lateralStates(
  { poses, alongMps, stepM }: MotionSeries,
  turnRad: Float64Array,
  out: Uint8Array,
): void {
  for (let i = 0; i < poses - 1; i++) {
    const distanceM = stepM[i] ?? NaN;
    const rate = distanceM > 1e-6 ? (turnRad[i] ?? NaN) / distanceM : 0;
    out[i] =
      ((alongMps[i] ?? NaN) >= REVERSING_MPS ? 1 : 0) |
      (rate >= STEER_RAD_PER_M ? 2 : 0) |
      (rate >= -STEER_RAD_PER_M ? 4 : 0) |
      (rate >= SHARP_RAD_PER_M ? 8 : 0) |
      (rate >= -SHARP_RAD_PER_M ? 16 : 0);
  }
}

/**
 * A centred mean of heading changes with reflected edges, as a running sum.
 * @param half steps to either side in the mean
 */
export function smoothTurn(
  steps: Float64Array,
  count: number,
  half: number,
  out: Float64Array,
): void {
  const width = 2 * half + 1;
  let total = 0;
  for (let k = -half; k <= half; k++) total += at(steps, reflected(k, count));
  out[0] = total / width;
  for (let i = 1; i < count; i++) {
    const enters = i + half < count ? i + half : reflected(i + half, count);
    const leaves = i > half ? i - half - 1 : reflected(i - half - 1, count);
    total += (steps[enters] ?? NaN) - (steps[leaves] ?? NaN);
    out[i] = total / width;
  }
}

function reflected(i: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const k = ((i % period) + period) % period;
  return k < count ? k : period - k;
}
