import { at, wrapAngle } from '@drivesweep/geometry';
import { fewestTicks, lateralActionOf, longitudinalActionOf, TICK_S } from './meta-actions.ts';
import type { LateralAction, LongitudinalAction, Stretch } from './meta-actions.ts';

/** A stretch of a path under one name. Steps are those of the path; halves come from cleaning. */
export interface MetaSegment<Action> extends Stretch {
  readonly action: Action;
  readonly startStep: number;
  readonly steps: number;
}

/** What segments are cut from: one value per pose, the first at step 0. */
export interface MotionSeries {
  /** How many poses count; arrays may be longer. */
  readonly poses: number;
  /** Absolute speed. */
  readonly speedMps: Float64Array;
  /** Speed along the heading; negative when reversing. */
  readonly alongMps: Float64Array;
  /** Metres from pose i to pose i + 1. */
  readonly stepM: Float64Array;
  readonly yaw: Float64Array;
}

export interface MetaSegments {
  readonly longitudinal: readonly MetaSegment<LongitudinalAction>[];
  readonly lateral: readonly MetaSegment<LateralAction>[];
}

/** Cuts a path into meta-actions; works in buffers of its own. */
export interface MetaSegmenter {
  /** As they are cut and named, before cleaning. */
  readonly raw: (series: MotionSeries) => MetaSegments;
  /** Without those too short to stand on their own. */
  readonly clean: (series: MotionSeries) => MetaSegments;
  /** Heading change from pose to pose, rad, and the same smoothed: of the last call, up to `poses - 1`. */
  readonly headingRad: Float64Array;
  readonly turnRad: Float64Array;
}

/** Accelerations, smoothed, cut where they pass these by a margin of 15 %, so that noise does not. */
const LOW_ACCEL_MPS2 = 0.1;
const HIGH_ACCEL_MPS2 = 1.25;
const HYSTERESIS = 0.15;
/** Speed along the heading, m/s, and turning, rad/m. */
const MOVING_MPS = 0.3;
const REVERSING_MPS = -0.1;
const STEER_RAD_PER_M = 0.001;
const SHARP_RAD_PER_M = 0.05;

/** Ticks to either side in the running means, and ticks after a cut in which there is no other. */
const SMOOTHING_TICKS = 2;
const PAUSE_TICKS = 3;

/**
 * @param poses the most that a series will have
 * Equal to the public code at steps of 0.1 s; with other steps, ticks stand for the same time. Lengths are compared as
 * whole and half steps, where the public code compares sums of seconds that may miss a minimum by 1e-16 s.
 */
export function createMetaSegmenter(poses: number, stepS: number): MetaSegmenter {
  const scale = TICK_S / stepS;
  const half = Math.max(0, Math.round(SMOOTHING_TICKS * scale));
  const pause = Math.max(1, Math.round(PAUSE_TICKS * scale));
  const accel = new Float64Array(poses);
  const headingRad = new Float64Array(poses);
  const turnRad = new Float64Array(poses);
  const states = new Uint8Array(poses);

  const raw = (
    series: MotionSeries,
  ): { longitudinal: Draft<LongitudinalAction>[]; lateral: Draft<LateralAction>[] } => {
    if (series.poses < 2) return { longitudinal: [], lateral: [] };
    smoothAccel(series, stepS, half, accel);
    longitudinalStates(series, accel, states);
    const longitudinal = cut(states, series.poses, series.poses - 1, pause, (start, end) => {
      const change = at(series.speedMps, end) - at(series.speedMps, start);
      const speedSum = sum(series.speedMps, start, end);
      return draft(longitudinalActionOf, series, stepS, {
        start,
        end,
        change,
        distanceM: speedSum * stepS,
      });
    });
    headingSteps(series, headingRad);
    smoothTurn(headingRad, series.poses - 1, half, turnRad);
    lateralStates(series, turnRad, states);
    const lateral = cut(states, series.poses - 1, series.poses - 1, pause, (start, end) =>
      draft(lateralActionOf, series, stepS, {
        start,
        end,
        change: sum(turnRad, start, end),
        distanceM: sum(series.stepM, start, end),
      }),
    );
    return { longitudinal, lateral };
  };
  return {
    raw,
    clean: (series) => {
      const { longitudinal, lateral } = raw(series);
      return { longitudinal: cleaned(longitudinal, scale), lateral: cleaned(lateral, scale) };
    },
    headingRad,
    turnRad,
  };
}

/** A segment that cleaning may still extend. */
interface Draft<Action> {
  action: Action;
  startStep: number;
  steps: number;
  durationS: number;
  change: number;
  distanceM: number;
  alongMps: number;
}

function draft<Action>(
  actionOf: (stretch: Stretch) => Action,
  { alongMps }: MotionSeries,
  stepS: number,
  cutOut: { start: number; end: number; change: number; distanceM: number },
): Draft<Action> {
  const { start, end, change, distanceM } = cutOut;
  const steps = end - start;
  const durationS = steps * stepS;
  const meanAlongMps = sum(alongMps, start, end) / steps;
  const action = actionOf({ durationS, change, distanceM, alongMps: meanAlongMps });
  // Field by field: a spread took longer than the whole sum.
  return { action, startStep: start, steps, durationS, change, distanceM, alongMps: meanAlongMps };
}

/** Backward differences of the speed, the first repeated, under a centred mean that is shorter at the edges. */
function smoothAccel(
  { poses, speedMps }: MotionSeries,
  stepS: number,
  half: number,
  out: Float64Array,
): void {
  for (let i = 0; i < poses; i++) {
    const from = Math.max(0, i - half);
    const to = Math.min(poses - 1, i + half);
    // The differences of a stretch add up to the difference of its ends; the first difference counts for pose 0 too.
    let total = at(speedMps, to) - at(speedMps, Math.max(from - 1, 0));
    if (from === 0) total += at(speedMps, 1) - at(speedMps, 0);
    out[i] = total / (stepS * (to - from + 1));
  }
}

function headingSteps({ poses, yaw }: MotionSeries, out: Float64Array): void {
  for (let i = 0; i < poses - 1; i++) out[i] = wrapAngle(at(yaw, i + 1) - at(yaw, i));
}

/** A centred mean with reflected edges: a running sum, since this is the widest loop over a path. */
function smoothTurn(steps: Float64Array, count: number, half: number, out: Float64Array): void {
  const width = 2 * half + 1;
  let total = 0;
  for (let k = -half; k <= half; k++) total += at(steps, reflected(k, count));
  out[0] = total / width;
  for (let i = 1; i < count; i++) {
    const enters = i + half < count ? i + half : reflected(i + half, count);
    const leaves = i > half ? i - half - 1 : reflected(i - half - 1, count);
    total += at(steps, enters) - at(steps, leaves);
    out[i] = total / width;
  }
}

function reflected(i: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const k = ((i % period) + period) % period;
  return k < count ? k : period - k;
}

/** One bit per comparison. */
function longitudinalStates(
  { poses, alongMps }: MotionSeries,
  accel: Float64Array,
  out: Uint8Array,
): void {
  let before = 0;
  let hold = 0;
  for (let i = 0; i < poses; i++) {
    const along = at(alongMps, i);
    const a = at(accel, i);
    const state =
      (along >= MOVING_MPS ? 1 : 0) |
      (along >= -MOVING_MPS ? 2 : 0) |
      (isAbove(a, LOW_ACCEL_MPS2, before & 4, hold) ? 4 : 0) |
      (isAbove(a, -LOW_ACCEL_MPS2, before & 8, hold) ? 8 : 0) |
      (isAbove(a, HIGH_ACCEL_MPS2, before & 16, hold) ? 16 : 0) |
      (isAbove(a, -HIGH_ACCEL_MPS2, before & 32, hold) ? 32 : 0);
    out[i] = state;
    before = state;
    hold = HYSTERESIS;
  }
}

/** @param wasAbove not 0 when it was @param hold share of the bound by which it must be passed to change sides */
function isAbove(value: number, bound: number, wasAbove: number, hold: number): boolean {
  const margin = Math.abs(bound) * hold;
  return value >= (wasAbove === 0 ? bound + margin : bound - margin);
}

function lateralStates(
  { poses, alongMps, stepM }: MotionSeries,
  turnRad: Float64Array,
  out: Uint8Array,
): void {
  for (let i = 0; i < poses - 1; i++) {
    const distanceM = at(stepM, i);
    const rate = distanceM > 1e-6 ? at(turnRad, i) / distanceM : 0;
    out[i] =
      (at(alongMps, i) >= REVERSING_MPS ? 1 : 0) |
      (rate >= STEER_RAD_PER_M ? 2 : 0) |
      (rate >= -STEER_RAD_PER_M ? 4 : 0) |
      (rate >= SHARP_RAD_PER_M ? 8 : 0) |
      (rate >= -SHARP_RAD_PER_M ? 16 : 0);
  }
}

/** Cuts where the states change, not within the pause after a cut and not when no more than a pause remains. */
function cut<Segment>(
  states: Uint8Array,
  count: number,
  end: number,
  pause: number,
  segmentOf: (start: number, end: number) => Segment,
): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let i = 1;
  while (i < count) {
    if (states[i] === states[start]) {
      i++;
      continue;
    }
    if (count - i <= pause) break;
    segments.push(segmentOf(start, i));
    start = i;
    i += pause;
  }
  segments.push(segmentOf(start, end));
  return segments;
}

/** Joins equal neighbours, gives those too short to their neighbours, and joins again. Names stay as they were. */
function cleaned<Action extends LongitudinalAction | LateralAction>(
  drafts: Draft<Action>[],
  scale: number,
): Draft<Action>[] {
  const rows = joinEqual(drafts);
  let i = 0;
  while (i < rows.length) {
    const row = rows[i];
    if (row === undefined) break;
    const before = rows[i - 1];
    const after = rows[i + 1];
    if (row.steps >= fewestTicks(row.action) * scale || (before ?? after) === undefined) {
      i++;
      continue;
    }
    rows.splice(i, 1);
    if (before !== undefined && after !== undefined) {
      if (before.action === after.action) {
        extend(before, row, 1);
        extend(before, after, 1);
        rows.splice(i, 1);
        i--;
      } else {
        extend(before, row, 0.5);
        extend(after, row, 0.5);
        after.startStep -= row.steps / 2;
      }
    } else if (before !== undefined) {
      extend(before, row, 1);
    } else if (after !== undefined) {
      extend(after, row, 1);
      after.startStep = row.startStep;
    }
  }
  return joinEqual(rows);
}

function joinEqual<Action>(rows: readonly Draft<Action>[]): Draft<Action>[] {
  const joined: Draft<Action>[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    if (last?.action === row.action) extend(last, row, 1);
    else joined.push(row);
  }
  return joined;
}

/** The speed along the heading stays that of the segment that is extended, as in the public code. */
function extend<Action>(segment: Draft<Action>, by: Draft<Action>, share: number): void {
  segment.steps += share * by.steps;
  segment.durationS += share * by.durationS;
  segment.change += share * by.change;
  segment.distanceM += share * by.distanceM;
}

function sum(values: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += at(values, i);
  return total;
}
