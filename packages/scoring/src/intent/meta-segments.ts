import {
  fewestLateralTicks,
  fewestLongitudinalTicks,
  lateralActionOf,
  longitudinalActionOf,
  TICK_S,
} from './meta-actions.ts';
import type { LateralAction, LongitudinalAction, Stretch } from './meta-actions.ts';
import { lateralStates, longitudinalStates, smoothTurn } from './meta-states.ts';
import type { MotionSeries } from './motion-series.ts';

/** A stretch of a path under one name. Steps are those of the path; halves come from cleaning. */
export interface MetaSegment<Action> extends Stretch {
  readonly action: Action;
  readonly startStep: number;
  readonly steps: number;
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
  /** Heading change from pose to pose, smoothed, rad: of the last call, up to `poses - 1`. */
  readonly turnRad: Float64Array;
}

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
  const turnRad = new Float64Array(poses);
  const states = new Uint8Array(poses);

  const longitudinal = (series: MotionSeries): Draft<LongitudinalAction>[] => {
    const last = series.poses - 1;
    const drafts: Draft<LongitudinalAction>[] = [];
    longitudinalStates(series, stepS, half, states);
    for (let start = 0; start < last;) {
      const end = nextCut(states, start, { count: series.poses, pause, end: last });
      drafts.push(longitudinalDraft(series, stepS, start, end));
      start = end;
    }
    return drafts;
  };
  const lateral = (series: MotionSeries): Draft<LateralAction>[] => {
    const last = series.poses - 1;
    const drafts: Draft<LateralAction>[] = [];
    smoothTurn(series.headingRad, last, half, turnRad);
    lateralStates(series, turnRad, states);
    for (let start = 0; start < last;) {
      const end = nextCut(states, start, { count: last, pause, end: last });
      drafts.push(lateralDraft(series, turnRad, stepS, start, end));
      start = end;
    }
    return drafts;
  };
  return {
    raw: (series) => ({ longitudinal: longitudinal(series), lateral: lateral(series) }),
    clean: (series) => ({
      longitudinal: cleaned(longitudinal(series), fewestLongitudinalTicks, scale),
      lateral: cleaned(lateral(series), fewestLateralTicks, scale),
    }),
    turnRad,
  };
}

/** Where the state of step `start` ends: not within the pause after a cut, and not when no more than a pause remains. */
function nextCut(
  states: Uint8Array,
  start: number,
  { count, pause, end }: { readonly count: number; readonly pause: number; readonly end: number },
): number {
  const state = states[start];
  for (let i = start === 0 ? 1 : start + pause; i < count - pause; i++) {
    if (states[i] !== state) return i;
  }
  return end;
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

function longitudinalDraft(
  { speedMps, alongMps }: MotionSeries,
  stepS: number,
  start: number,
  end: number,
): Draft<LongitudinalAction> {
  let speeds = 0;
  let alongs = 0;
  for (let i = start; i < end; i++) {
    speeds += speedMps[i] ?? NaN;
    alongs += alongMps[i] ?? NaN;
  }
  const steps = end - start;
  const stretch = {
    durationS: steps * stepS,
    change: (speedMps[end] ?? NaN) - (speedMps[start] ?? NaN),
    distanceM: speeds * stepS,
    alongMps: alongs / steps,
  };
  return draftOf(longitudinalActionOf(stretch), start, steps, stretch);
}

function lateralDraft(
  { alongMps, stepM }: MotionSeries,
  turnRad: Float64Array,
  stepS: number,
  start: number,
  end: number,
): Draft<LateralAction> {
  let alongs = 0;
  let change = 0;
  let distanceM = 0;
  for (let i = start; i < end; i++) {
    alongs += alongMps[i] ?? NaN;
    change += turnRad[i] ?? NaN;
    distanceM += stepM[i] ?? NaN;
  }
  const steps = end - start;
  const stretch = { durationS: steps * stepS, change, distanceM, alongMps: alongs / steps };
  return draftOf(lateralActionOf(stretch), start, steps, stretch);
}

/** Field by field: a spread took longer than all sums. */
function draftOf<Action>(
  action: Action,
  startStep: number,
  steps: number,
  { durationS, change, distanceM, alongMps }: Stretch,
): Draft<Action> {
  return { action, startStep, steps, durationS, change, distanceM, alongMps };
}

/** Joins equal neighbours, gives those too short to their neighbours, and joins again. Names stay as they were. */
function cleaned<Action extends LongitudinalAction | LateralAction>(
  drafts: Draft<Action>[],
  fewestTicks: (action: Action) => number,
  scale: number,
): Draft<Action>[] {
  if (drafts.length < 2) return drafts;
  const rows = joinEqual(drafts);
  let i = 0;
  while (i < rows.length) {
    const row = rows[i];
    if (row === undefined) break;
    const before = i > 0 ? rows[i - 1] : undefined;
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
  let last: Draft<Action> | undefined;
  for (const row of rows) {
    if (last?.action === row.action) extend(last, row, 1);
    else joined.push((last = row));
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
