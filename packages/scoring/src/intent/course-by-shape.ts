import { at } from '@drivesweep/geometry';
import type { MotionSeries } from './motion-series.ts';
import { COURSE_BOUNDS, inLane, somewhereInLane, turnTo, UNCLEAR } from './road-course.ts';
import type { RoadCourse } from './road-course.ts';

/** Steps shorter than this say nothing about curvature. */
const SHORTEST_STEP_M = 0.02;
/** Time over which turning is compared. */
const TURNING_S = 0.5;

export interface CourseInput {
  readonly series: MotionSeries;
  /** Heading from pose to pose, smoothed. */
  readonly turnRad: Float64Array;
  /** Index of the pose at t0. */
  readonly t0: number;
}

/** Reads the course off the shape of a path; works in buffers of its own. */
export function createShapeReader(
  poses: number,
  stepS: number,
): (input: CourseInput) => RoadCourse {
  const heading = new Float64Array(poses);
  const curvature = new Float64Array(poses);
  const lag = Math.max(1, Math.round(TURNING_S / stepS));

  return (input) => {
    const { series, turnRad, t0 } = input;
    const { stepM } = series;
    const last = series.poses - 1;
    let distanceM = 0;
    let turnedRad = 0;
    for (let i = t0; i < last; i++) {
      distanceM += at(stepM, i);
      turnedRad += at(turnRad, i);
    }
    if (distanceM < COURSE_BOUNDS.movesM) return inLane(0, 0, 0);
    let moving = 0;
    let sharpest = 0;
    for (let i = 0; i < last; i++) {
      if (at(stepM, i) < SHORTEST_STEP_M) continue;
      const kappa = at(turnRad, i) / at(stepM, i);
      curvature[moving++] = kappa;
      if (i >= t0) sharpest = Math.max(sharpest, Math.abs(kappa));
    }
    if (Math.abs(turnedRad) >= COURSE_BOUNDS.turnRad && sharpest >= COURSE_BOUNDS.turnRadPerM) {
      let begun = t0;
      let soFarRad = 0;
      while (begun < last && Math.abs(soFarRad) < COURSE_BOUNDS.begunRad) {
        soFarRad += at(turnRad, begun++);
      }
      return turnTo(turnedRad, (begun - t0) * stepS);
    }
    const bend = medianOf(curvature, moving);
    for (let i = 0; i < last; i++) {
      heading[i + 1] = at(heading, i) + at(turnRad, i) - bend * at(stepM, i);
    }
    return courseOfHeading({ heading, stepM, t0, last, lag, stepS });
  };
}

interface HeadingShape {
  /** Against the road, up to a constant. */
  readonly heading: Float64Array;
  readonly stepM: Float64Array;
  readonly t0: number;
  readonly last: number;
  readonly lag: number;
  readonly stepS: number;
}

/** An excursion of the heading: from a foot up to a peak and down to another foot, of which the lower is the road. */
interface Excursion {
  readonly from: number;
  readonly peak: number;
  readonly to: number;
  /** >= 0 */
  readonly out: number;
  readonly back: number;
}

function courseOfHeading(shape: HeadingShape): RoadCourse {
  const chord = chordHeading(shape);
  if (farthestOffChord(shape, chord) < COURSE_BOUNDS.straightM) return alongChord(shape, chord);
  const left = excursionOf(shape, 1);
  const right = excursionOf(shape, -1);
  const side = Math.min(left.out, left.back) >= Math.min(right.out, right.back) ? 1 : -1;
  const excursion = side === 1 ? left : right;
  const other = side === 1 ? right : left;
  const weaker = Math.min(excursion.out, excursion.back);
  const stronger = Math.max(excursion.out, excursion.back);
  const rest = Math.min(other.out, other.back);
  const { stepM, last, stepS } = shape;
  const swing = Math.max(stronger, other.out, other.back);
  const sidewaysMps =
    (swing * at(stepM, excursion.peak === last ? last - 1 : excursion.peak)) / stepS;
  const perRad = at(stepM, Math.min(excursion.peak, last - 1)) / stepS;
  const isOutAndBack =
    excursion.out >= COURSE_BOUNDS.leastOut * excursion.back &&
    excursion.back >= COURSE_BOUNDS.leastBack * excursion.out &&
    rest <= 0.5 * weaker;
  if (weaker * perRad < COURSE_BOUNDS.leastSidewaysMps) return courseOfBend(shape, sidewaysMps);
  if (!isOutAndBack) return UNCLEAR;
  return courseOfExcursion(shape, excursion, side, sidewaysMps);
}

/**
 * A path that turns out and back: a lane change if it looks like one. What goes further to the side may be windings of
 * the road or a lane change where a bend begins.
 */
function courseOfExcursion(
  shape: HeadingShape,
  excursion: Excursion,
  side: 1 | -1,
  sidewaysMps: number,
): RoadCourse {
  const { heading, stepM, t0, stepS } = shape;
  const road = roadHeading(shape, excursion, side);
  let wholeM = 0;
  let shiftM = 0;
  let begun = t0;
  for (let i = excursion.from; i < excursion.to; i++) {
    const metres = (at(heading, i) - road) * at(stepM, i);
    wholeM += metres;
    if (i < t0) continue;
    shiftM += metres;
    if (Math.abs(shiftM) < COURSE_BOUNDS.begunM) begun = i + 1;
  }
  const whole = Math.abs(wholeM);
  if (whole < COURSE_BOUNDS.inLaneM)
    return inLane(shiftM, Math.max(shiftM, 0), Math.max(-shiftM, 0));
  const isLaneChange =
    whole >= COURSE_BOUNDS.leastShapeM &&
    whole <= COURSE_BOUNDS.mostShapeM &&
    Math.abs(shiftM) >= COURSE_BOUNDS.inLaneM &&
    sidewaysMps <= COURSE_BOUNDS.fastestSidewaysMps &&
    isSettled(shape, excursion);
  if (!isLaneChange) return UNCLEAR;
  return {
    kind: 'lane_change',
    direction: shiftM > 0 ? 'left' : 'right',
    offsetM: shiftM,
    leftM: Math.max(shiftM, 0),
    rightM: Math.max(-shiftM, 0),
    beginsS: (begun - t0) * stepS,
    basis: 'shape',
  };
}

/**
 * A path that turns one way: a bend, unless it could be half of a lane change whose other half is out of sight, or have
 * one on top of it.
 */
function courseOfBend(shape: HeadingShape, sidewaysMps: number): RoadCourse {
  const { heading, stepM, t0, last } = shape;
  let fromStart = 0;
  let fromEnd = 0;
  let fromT0 = 0;
  for (let i = 0; i < last; i++) {
    fromStart += (at(heading, i) - at(heading, 0)) * at(stepM, i);
    fromEnd += (at(heading, i) - at(heading, last)) * at(stepM, i);
    if (i >= t0) fromT0 += (at(heading, i) - at(heading, t0)) * at(stepM, i);
  }
  const least = Math.min(Math.abs(fromStart), Math.abs(fromEnd));
  const isFar = least > HALF_LANE_CHANGE_M || sidewaysMps > COURSE_BOUNDS.fastestSidewaysMps;
  if (isFar) return bendsOnce(shape) ? somewhereInLane() : UNCLEAR;
  if (Math.abs(fromT0) < COURSE_BOUNDS.inLaneM / 2 && Math.abs(fromEnd) < COURSE_BOUNDS.inLaneM) {
    return inLane(fromT0, Math.max(fromT0, 0), Math.max(-fromT0, 0));
  }
  return UNCLEAR;
}

/**
 * Whether the curvature rises to one bend and falls again. A lane change on top of a bend makes it swing, at its speed by
 * some 1 m/s^2.
 */
function bendsOnce({ heading, stepM, last, stepS }: HeadingShape): boolean {
  const side = at(heading, last) >= at(heading, 0) ? 1 : -1;
  let most = -Infinity;
  let low = Infinity;
  let high = -Infinity;
  let swing = 0;
  let fallBefore = 0;
  for (let i = 0; i < last; i++) {
    const distanceM = at(stepM, i);
    if (distanceM < SHORTEST_STEP_M) continue;
    const speedMps = distanceM / stepS;
    const lateral =
      ((side * (at(heading, i + 1) - at(heading, i))) / distanceM) * speedMps * speedMps;
    if (lateral > most) {
      // Everything up to the new peak comes before it: what fell there counts, what rose was on the way up.
      [most, low, swing] = [lateral, lateral, 0];
      fallBefore = Math.max(fallBefore, high);
      high = -Infinity;
      continue;
    }
    high = Math.max(high, most - lateral);
    low = Math.min(low, lateral);
    swing = Math.max(swing, lateral - low);
  }
  return Math.max(fallBefore, swing) < COURSE_BOUNDS.swingMps2;
}

/** Half of the width of the widest lane, and some: by then a lane change has begun to turn back. */
const HALF_LANE_CHANGE_M = 2.5;

function excursionOf({ heading, last }: HeadingShape, side: 1 | -1): Excursion {
  let peak = 0;
  for (let i = 1; i <= last; i++) if (side * (at(heading, i) - at(heading, peak)) > 0) peak = i;
  let from = peak;
  for (let i = 0; i < peak; i++) if (side * (at(heading, i) - at(heading, from)) < 0) from = i;
  let to = peak;
  for (let i = peak + 1; i <= last; i++) if (side * (at(heading, i) - at(heading, to)) < 0) to = i;
  const top = at(heading, peak);
  return {
    from,
    peak,
    to,
    out: side * (top - at(heading, from)),
    back: side * (top - at(heading, to)),
  };
}

/** The lower foot; between the two where they are about the same. */
function roadHeading(
  { heading }: HeadingShape,
  { from, to, out, back }: Excursion,
  side: 1 | -1,
): number {
  const a = at(heading, from);
  const b = at(heading, to);
  if (Math.abs(out - back) <= COURSE_BOUNDS.even * Math.max(out, back)) return (a + b) / 2;
  return side * (a - b) < 0 ? a : b;
}

/** Whether the heading rests on the side of the excursion that is taken for the road. */
function isSettled({ heading, last, lag }: HeadingShape, { out, back }: Excursion): boolean {
  let most = 0;
  for (let i = 0; i + lag <= last; i++) {
    most = Math.max(most, Math.abs(at(heading, i + lag) - at(heading, i)));
  }
  const edge = back >= out ? Math.max(last - lag, 0) : 0;
  const turning = Math.abs(at(heading, Math.min(edge + lag, last)) - at(heading, edge));
  return turning <= COURSE_BOUNDS.settled * most;
}

/** Mean heading by distance: that of the chord from the first pose to the last, the road's bend taken out. */
function chordHeading({ heading, stepM, last }: HeadingShape): number {
  let sidewaysM = 0;
  let distanceM = 0;
  for (let i = 0; i < last; i++) {
    sidewaysM += at(heading, i) * at(stepM, i);
    distanceM += at(stepM, i);
  }
  return sidewaysM / distanceM;
}

function farthestOffChord({ heading, stepM, last }: HeadingShape, chord: number): number {
  let offM = 0;
  let farthestM = 0;
  for (let i = 0; i < last; i++) {
    offM += (at(heading, i) - chord) * at(stepM, i);
    farthestM = Math.max(farthestM, Math.abs(offM));
  }
  return farthestM;
}

function alongChord({ heading, stepM, t0, last }: HeadingShape, chord: number): RoadCourse {
  let offsetM = 0;
  let leftM = 0;
  let rightM = 0;
  for (let i = t0; i < last; i++) {
    offsetM += (at(heading, i) - chord) * at(stepM, i);
    leftM = Math.max(leftM, offsetM);
    rightM = Math.max(rightM, -offsetM);
  }
  return inLane(offsetM, leftM, rightM);
}

/**
 * The median of the first `count` values, which it reorders; of all but the last when they are even in number, so that
 * a mirrored path has the mirrored median. Quickselect, because sorting took longer than all the rest.
 */
function medianOf(values: Float64Array, count: number): number {
  if (count === 0) return 0;
  const wanted = (count - 1) >> 1;
  let low = 0;
  let high = 2 * wanted;
  while (low < high) {
    const pivot = at(values, (low + high) >> 1);
    let i = low;
    let j = high;
    while (i <= j) {
      while (at(values, i) < pivot) i++;
      while (at(values, j) > pivot) j--;
      if (i > j) break;
      const swapped = at(values, i);
      values[i] = at(values, j);
      values[j] = swapped;
      i++;
      j--;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return at(values, wanted);
}
