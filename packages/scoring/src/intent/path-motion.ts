import type { DirectedPath } from '../directed-window.ts';
import { createMetaSegmenter } from './meta-segments.ts';
import type { MetaSegment } from './meta-segments.ts';
import type { LateralAction, LongitudinalAction } from './meta-actions.ts';
import { createSeriesReader } from './motion-series.ts';
import type { MotionSeries } from './motion-series.ts';
import { courseAgainst } from './course-by-recorded.ts';
import { createShapeReader } from './course-by-shape.ts';
import type { RoadCourse } from './road-course.ts';

/** A meta-action of a path after t0. */
export interface ActionSpan<Action> {
  readonly action: Action;
  /** Seconds after t0. */
  readonly startS: number;
  readonly endS: number;
}

/** What a path does after t0. Left is positive. */
export interface PathMotion {
  readonly longitudinal: readonly ActionSpan<LongitudinalAction>[];
  readonly lateral: readonly ActionSpan<LateralAction>[];
  readonly course: RoadCourse;
  readonly horizonS: number;
  readonly speedAtT0Mps: number;
  readonly endSpeedMps: number;
  /** From t0 to the end, both included. */
  readonly minSpeedMps: number;
  readonly maxSpeedMps: number;
  /** How long it is slower than `STANDING_MPS`, and from when on; null when it never is. */
  readonly standingS: number;
  readonly standsFromS: number | null;
  /** Speed at t0 less the speed at the beginning of the history. */
  readonly pastSpeedChangeMps: number;
  /** Mean over the first 2 s, and over the whole. */
  readonly earlyAccelMps2: number;
  readonly meanAccelMps2: number;
  readonly headingChangeRad: number;
  /** Largest heading change per metre after t0, over half a second, where it moves. */
  readonly sharpestRadPerM: number;
  readonly distanceM: number;
}

/** As slow as a vehicle that stands, poses being noisy (oussndou77/alpamayo-faithfulness). */
export const STANDING_MPS = 0.3;
/** Time of the early acceleration. */
export const EARLY_S = 2;

export interface MotionGrid {
  readonly horizonSteps: number;
  readonly stepS: number;
  /** How many poses of the history are looked at, at most. */
  readonly historySteps?: number | undefined;
}

/** The path that was recorded at the same place, and what it does. */
export interface RecordedPath {
  readonly path: DirectedPath;
  readonly motion: PathMotion;
}

export interface MotionReader {
  /** Begins a window with its history, in the ego frame at t0, where it ends; empty: unknown. */
  begin(history: DirectedPath): void;
  /**
   * Reads a path of that window, which begins one step after t0 and may be longer than the horizon. With `recorded` it
   * is placed on its road by the recorded path, otherwise by its shape alone.
   */
  read(path: DirectedPath, recorded?: RecordedPath): PathMotion;
}

/** Prepared once per sweep; the motions it returns are independent of later calls. */
export function createMotionReader(grid: MotionGrid): MotionReader {
  const { horizonSteps, stepS, historySteps = 16 } = grid;
  const most = Math.max(historySteps, 1);
  const measured = createSeriesReader(most, horizonSteps, stepS);
  const { series } = measured;
  const segmenter = createMetaSegmenter(most + horizonSteps, stepS);
  const shapeOf = createShapeReader(most + horizonSteps, stepS);

  return {
    begin: (history) => measured.begin(history),
    read: (path, recorded) => {
      const t0 = measured.join(path);
      const segments = segmenter.clean(series);
      const course =
        (recorded &&
          courseAgainst(path, { path: recorded.path, course: recorded.motion.course }, grid)) ??
        shapeOf({ series, turnRad: segmenter.turnRad, t0 });
      const speeds = speedsOf(series, t0, stepS);
      const turn = turnOf(series, segmenter.turnRad, t0);
      return {
        longitudinal: afterT0(segments.longitudinal, t0, stepS),
        lateral: afterT0(segments.lateral, t0, stepS),
        course,
        horizonS: horizonSteps * stepS,
        speedAtT0Mps: speeds.speedAtT0Mps,
        endSpeedMps: speeds.endSpeedMps,
        minSpeedMps: speeds.minSpeedMps,
        maxSpeedMps: speeds.maxSpeedMps,
        standingS: speeds.standingS,
        standsFromS: speeds.standsFromS,
        pastSpeedChangeMps: speeds.pastSpeedChangeMps,
        earlyAccelMps2: speeds.earlyAccelMps2,
        meanAccelMps2: speeds.meanAccelMps2,
        headingChangeRad: turn.headingChangeRad,
        sharpestRadPerM: turn.sharpestRadPerM,
        distanceM: speeds.distanceM,
      };
    },
  };
}

function speedsOf({ poses, speedMps, stepM }: MotionSeries, t0: number, stepS: number) {
  const last = poses - 1;
  const speedAtT0Mps = speedMps[t0] ?? NaN;
  const endSpeedMps = speedMps[last] ?? NaN;
  const early = Math.min(last, t0 + Math.round(EARLY_S / stepS));
  let minSpeedMps = speedAtT0Mps;
  let maxSpeedMps = speedAtT0Mps;
  let standing = 0;
  let distanceM = 0;
  let standsFromS: number | null = null;
  for (let i = t0; i <= last; i++) {
    const speed = speedMps[i] ?? NaN;
    if (speed < minSpeedMps) minSpeedMps = speed;
    if (speed > maxSpeedMps) maxSpeedMps = speed;
    if (i < last) distanceM += stepM[i] ?? NaN;
    if (speed >= STANDING_MPS) continue;
    if (i > t0) standing++;
    standsFromS ??= (i - t0) * stepS;
  }
  return {
    speedAtT0Mps,
    endSpeedMps,
    minSpeedMps,
    maxSpeedMps,
    standingS: standing * stepS,
    standsFromS,
    pastSpeedChangeMps: speedAtT0Mps - (speedMps[0] ?? NaN),
    earlyAccelMps2: ((speedMps[early] ?? NaN) - speedAtT0Mps) / ((early - t0) * stepS),
    meanAccelMps2: (endSpeedMps - speedAtT0Mps) / ((last - t0) * stepS),
    distanceM,
  };
}

/** Steps shorter than this have no curvature: 0.5 m/s at 0.1 s. */
const SHORTEST_STEP_M = 0.05;

function turnOf({ poses, stepM, headingRad }: MotionSeries, turnRad: Float64Array, t0: number) {
  let headingChangeRad = 0;
  let sharpestRadPerM = 0;
  for (let i = t0; i < poses - 1; i++) {
    headingChangeRad += headingRad[i] ?? NaN;
    const distanceM = stepM[i] ?? NaN;
    const turned = Math.abs(turnRad[i] ?? NaN);
    if (distanceM >= SHORTEST_STEP_M && turned > sharpestRadPerM * distanceM) {
      sharpestRadPerM = turned / distanceM;
    }
  }
  return { headingChangeRad, sharpestRadPerM };
}

function afterT0<Action>(
  segments: readonly MetaSegment<Action>[],
  t0: number,
  stepS: number,
): ActionSpan<Action>[] {
  const spans: ActionSpan<Action>[] = [];
  for (const { action, startStep, steps } of segments) {
    const end = startStep + steps - t0;
    if (end <= 0) continue;
    spans.push({ action, startS: Math.max(startStep - t0, 0) * stepS, endS: end * stepS });
  }
  return spans;
}
