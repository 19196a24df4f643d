import { at, wrapAngle } from '@drivesweep/geometry';
import type { OrientedBox } from '@drivesweep/geometry';
import { ScoringError } from './errors.ts';

/** One recorded track of another road user or thing: an oriented box at its own times. */
export interface ObstacleToScore {
  readonly trackId: string;
  readonly className: string;
  readonly lengthM: number;
  readonly widthM: number;
  /** Seconds relative to t0, strictly increasing. */
  readonly tS: Float64Array;
  /** Centre and heading of the box in the ego frame at t0, metres and radians, one per time. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly yaw: Float64Array;
}

/** The vehicle itself. Poses of paths are its rear axle. */
export interface EgoBoxToScore {
  readonly lengthM: number;
  readonly widthM: number;
  readonly rearAxleToCentreM: number;
}

/** Used when a window does not say: the Chrysler Pacifica of nuPlan and NAVSIM. */
export const DEFAULT_EGO_BOX: EgoBoxToScore = {
  lengthM: 5.176,
  widthM: 2.297,
  rearAxleToCentreM: 1.461,
};

/** A track that was not seen for longer than this is not known to be anywhere in between. */
export const MAX_TRACK_GAP_S = 0.5;

/** Times of windows and of labels differ by rounding only when they are nearer than this. */
const SAME_TIME_S = 1e-9;

/**
 * Where a track is at a time, interpolated between the two times around it (the heading the short way round);
 * undefined before its first time, after its last, and in a gap of more than `maxGapS`.
 */
export function obstacleBoxAt(
  obstacle: ObstacleToScore,
  tS: number,
  maxGapS: number = MAX_TRACK_GAP_S,
): OrientedBox | undefined {
  const { tS: times, x, y, yaw, lengthM, widthM } = obstacle;
  const next = firstNotBefore(times, tS - SAME_TIME_S);
  if (next === times.length) return undefined;
  const boxAt = (i: number): OrientedBox => ({
    x: at(x, i),
    y: at(y, i),
    yaw: at(yaw, i),
    lengthM,
    widthM,
  });
  const after = at(times, next);
  if (after - tS <= SAME_TIME_S) return boxAt(next);
  if (next === 0) return undefined;
  const before = at(times, next - 1);
  if (after - before > maxGapS + SAME_TIME_S) return undefined;
  const share = (tS - before) / (after - before);
  const from = boxAt(next - 1);
  const to = boxAt(next);
  return {
    ...from,
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
    yaw: from.yaw + share * wrapAngle(to.yaw - from.yaw),
  };
}

/** Index of the first time that is not before `tS`; their number when all are. */
function firstNotBefore(times: Float64Array, tS: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(times, middle) < tS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The box of the vehicle whose rear axle is at a pose. */
export function egoBoxAt(
  { lengthM, widthM, rearAxleToCentreM }: EgoBoxToScore,
  x: number,
  y: number,
  yaw: number,
): OrientedBox {
  return {
    x: x + rearAxleToCentreM * Math.cos(yaw),
    y: y + rearAxleToCentreM * Math.sin(yaw),
    yaw,
    lengthM,
    widthM,
  };
}

/** @throws ScoringError SCORING_SHAPE, SCORING_NOT_FINITE or SCORING_RANGE */
export function assertObstacles(
  obstacles: readonly ObstacleToScore[] | null | undefined,
  egoBox: EgoBoxToScore | null | undefined,
): void {
  if (egoBox) assertSize('egoBox', egoBox);
  if (egoBox && !Number.isFinite(egoBox.rearAxleToCentreM)) {
    throw new ScoringError(
      'SCORING_NOT_FINITE',
      `egoBox.rearAxleToCentreM is ${egoBox.rearAxleToCentreM}`,
    );
  }
  obstacles?.forEach((obstacle, i) => assertObstacle(`obstacles[${i}]`, obstacle));
}

function assertObstacle(name: string, obstacle: ObstacleToScore): void {
  assertSize(name, obstacle);
  const { tS } = obstacle;
  for (const field of ['tS', 'x', 'y', 'yaw'] as const) {
    const values = obstacle[field];
    if (values.length !== tS.length) {
      throw new ScoringError(
        'SCORING_SHAPE',
        `${name}.${field}: expected ${tS.length} values, got ${values.length}`,
      );
    }
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad !== -1) {
      const value = at(values, bad);
      throw new ScoringError('SCORING_NOT_FINITE', `${name}.${field}[${bad}] is ${value}`);
    }
  }
  for (let i = 1; i < tS.length; i++) {
    if (at(tS, i) > at(tS, i - 1)) continue;
    throw new ScoringError('SCORING_RANGE', `${name}.tS does not increase at index ${i}`);
  }
}

function assertSize(
  name: string,
  box: { readonly lengthM: number; readonly widthM: number },
): void {
  for (const field of ['lengthM', 'widthM'] as const) {
    if (box[field] > 0 && Number.isFinite(box[field])) continue;
    throw new ScoringError('SCORING_RANGE', `${name}.${field} is ${box[field]}`);
  }
}
