import { at } from '@drivesweep/geometry';
import type { DirectedPath } from '../directed-window.ts';
import type { MotionSeries } from './meta-segments.ts';
import type { Direction } from './trace.ts';

/**
 * Where a path goes relative to its road, of which there is no map: a curve is not a lane change. What is known of the
 * road is the shape of the path itself, and of a plan also the path that was recorded there.
 *
 * Shape: the road is taken to bend evenly, by the median curvature of the path. A lane change turns out of it and back
 * (both parts, one after the other) and ends up 2 to 5.5 m to the side at a sideways speed that drivers have; a bend turns one way, further, or much further
 * to the side. What could be either is `unclear`.
 */
export type CourseKind = 'lane' | 'lane_change' | 'turn' | 'unclear';

export interface RoadCourse {
  /** `lane`: along its lane, whether or not the road bends. */
  readonly kind: CourseKind;
  /** Of a lane change or a turn. */
  readonly direction: Direction | null;
  /** Metres to the left of the course at t0 at the end; negative to the right. NaN where that cannot be told. */
  readonly offsetM: number;
  /** Furthest to the left and to the right of the course at t0, both >= 0. NaN where that cannot be told. */
  readonly leftM: number;
  readonly rightM: number;
  /** When a lane change or a turn has visibly begun, seconds after t0; NaN without one. */
  readonly beginsS: number;
  /** What the road is known from. */
  readonly basis: 'shape' | 'recorded';
}

/** Ours, from lane widths of 2.5 to 4 m and lane changes seen in recorded drives. m, m/s, rad, rad/m. */
export const COURSE_BOUNDS = {
  /** From here on to the side it may be another lane; below `inLaneM` it is the same. */
  laneChangeM: 2,
  inLaneM: 1,
  farthestM: 5.5,
  /** Of the shape alone more is asked: gentle windings of a road move a path by 2 m too. */
  leastShapeM: 2.6,
  mostShapeM: 4.8,
  /** No lane change goes this far to the side: windings do. */
  windingM: 8,
  /**
   * Nearer than this to an evenly bent line all along, it follows it: half of a lane change of 3.5 m already leaves it by
   * 0.5 m.
   */
  straightM: 0.35,
  /** Drivers change lane at some 0.3 to 2.5 m/s sideways. */
  fastestSidewaysMps: 2.8,
  /** Lateral acceleration that comes and goes by less is one bend, more may be a lane change on top of it. */
  swingMps2: 0.35,
  /** Turning out and back by less than this is no lane change. */
  leastSidewaysMps: 0.4,

  /**
   * Share of the turning back that the turning out must have, where the path begins in the middle of the change, and of
   * the turning out that the turning back must have, where it ends there: a change that ends leaves its own heading as
   * still as a road does.
   */
  leastOut: 0.25,
  leastBack: 0.5,
  /** Feet of an excursion that differ by less than this share of it are both the road. */
  even: 0.25,
  /** Turning at the end, relative to the strongest turning, that still counts as straight again. */
  settled: 0.4,
  /** A turn at a junction: further than 35 degrees with a radius under 20 m (`SharpSteer` of the autolabeler). */
  turnRad: 0.61,
  turnRadPerM: 0.05,
  /** A path shorter than this goes nowhere. */
  movesM: 5,
  /** Heads along the recorded path again when it drifts off slower than this. */
  settledSidewaysMps: 0.5,
  /** A lane change or a turn has begun when it is this far to the side or around. */
  begunM: 0.3,
  begunRad: 0.1,
} as const;

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
      let [begun, soFarRad] = [t0, 0];
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
  if (farthestOffChord(shape) < COURSE_BOUNDS.straightM) return alongChord(shape);
  const perRad = at(stepM, Math.min(excursion.peak, last - 1)) / stepS;
  const isOutAndBack =
    excursion.out >= COURSE_BOUNDS.leastOut * excursion.back &&
    excursion.back >= COURSE_BOUNDS.leastBack * excursion.out &&
    rest <= 0.5 * weaker;
  if (weaker * perRad < COURSE_BOUNDS.leastSidewaysMps) return courseOfBend(shape, sidewaysMps);
  if (!isOutAndBack) return UNCLEAR;
  return courseOfExcursion(shape, excursion, side, sidewaysMps);
}

/** A path that turns out and back: a lane change if it looks like one, else windings of the road, or nobody knows. */
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
  if (whole > COURSE_BOUNDS.windingM && sidewaysMps > COURSE_BOUNDS.fastestSidewaysMps) {
    return somewhereInLane();
  }
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
  let [most, low, high, swing] = [-Infinity, Infinity, -Infinity, 0];
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
  const [a, b] = [at(heading, from), at(heading, to)];
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

function farthestOffChord(shape: HeadingShape): number {
  const { heading, stepM, last } = shape;
  const chord = chordHeading(shape);
  let [offM, farthestM] = [0, 0];
  for (let i = 0; i < last; i++) {
    offM += (at(heading, i) - chord) * at(stepM, i);
    farthestM = Math.max(farthestM, Math.abs(offM));
  }
  return farthestM;
}

function alongChord(shape: HeadingShape): RoadCourse {
  const { heading, stepM, t0, last } = shape;
  const chord = chordHeading(shape);
  let [offsetM, leftM, rightM] = [0, 0, 0];
  for (let i = t0; i < last; i++) {
    offsetM += (at(heading, i) - chord) * at(stepM, i);
    leftM = Math.max(leftM, offsetM);
    rightM = Math.max(rightM, -offsetM);
  }
  return inLane(offsetM, leftM, rightM);
}

/**
 * The course of a plan against the path that was recorded at the same place: it changes lane when it ends up beside that
 * path, or stays behind when that path changes lane. Undefined where the two do not cover the same road.
 */
export function courseAgainst(
  plan: DirectedPath,
  recorded: { readonly path: DirectedPath; readonly course: RoadCourse },
  { horizonSteps, stepS }: { readonly horizonSteps: number; readonly stepS: number },
): RoadCourse | undefined {
  const road = recorded.path;
  const { x: roadX, y: roadY, cos, sin } = road;
  const was = recorded.course;
  const baseM = was.kind === 'lane_change' ? was.offsetM : 0;
  let station = -1;
  let besideM = 0;
  let leftM = 0;
  let rightM = 0;
  let begun = 0;
  let covered = 0;
  for (; covered < horizonSteps; covered++) {
    const x = at(plan.x, covered);
    const y = at(plan.y, covered);
    // Up to the last recorded pose that the plan has passed; -1 is the pose at t0.
    for (; station + 1 < horizonSteps; station++) {
      const nextX = x - at(roadX, station + 1);
      const nextY = y - at(roadY, station + 1);
      if (nextX * at(cos, station + 1) + nextY * at(sin, station + 1) < 0) break;
    }
    if (station + 1 >= horizonSteps) break;
    besideM = y;
    if (station >= 0) {
      const dx = x - at(roadX, station);
      const dy = y - at(roadY, station);
      besideM = dy * at(cos, station) - dx * at(sin, station);
    }
    if (besideM > leftM) leftM = besideM;
    if (-besideM > rightM) rightM = -besideM;
    if (Math.abs(besideM) < COURSE_BOUNDS.begunM) begun = covered + 1;
  }
  if (station < 0 || covered < COVERED_SHARE * horizonSteps) return undefined;
  if (was.kind === 'turn' || was.kind === 'unclear') {
    return Math.max(leftM, rightM) < COURSE_BOUNDS.inLaneM ? onRecorded(was) : undefined;
  }
  const extent = {
    offsetM: baseM + besideM,
    leftM: Math.max(baseM + leftM, 0),
    rightM: Math.max(rightM - baseM, 0),
    basis: 'recorded',
  } as const;
  const shift = Math.abs(extent.offsetM);
  if (shift < COURSE_BOUNDS.inLaneM) {
    return { kind: 'lane', direction: null, beginsS: NaN, ...extent };
  }
  const isThere =
    shift >= COURSE_BOUNDS.laneChangeM &&
    shift <= COURSE_BOUNDS.farthestM &&
    driftMps(plan, covered - 1, at(road.yaw, station), stepS) <= COURSE_BOUNDS.settledSidewaysMps;
  if (!isThere) return { kind: 'unclear', direction: null, beginsS: NaN, ...extent };
  return {
    kind: 'lane_change',
    direction: extent.offsetM > 0 ? 'left' : 'right',
    // A plan that stays with the recorded path begins when that path does.
    beginsS: Math.abs(besideM) < COURSE_BOUNDS.inLaneM ? was.beginsS : (begun + 1) * stepS,
    ...extent,
  };
}

function onRecorded(was: RoadCourse): RoadCourse {
  return { ...was, basis: 'recorded' };
}

/** How fast a plan leaves a heading sideways at a step. */
function driftMps(plan: DirectedPath, step: number, roadYaw: number, stepS: number): number {
  const dx = at(plan.x, step) - (step > 0 ? at(plan.x, step - 1) : 0);
  const dy = at(plan.y, step) - (step > 0 ? at(plan.y, step - 1) : 0);
  const speedMps = Math.sqrt(dx * dx + dy * dy) / stepS;
  return Math.abs(Math.sin(at(plan.yaw, step) - roadYaw)) * speedMps;
}

/** Share of a plan that must lie beside the recorded path. */
const COVERED_SHARE = 0.8;

const UNCLEAR: RoadCourse = {
  kind: 'unclear',
  direction: null,
  offsetM: NaN,
  leftM: NaN,
  rightM: NaN,
  beginsS: NaN,
  basis: 'shape',
};

function turnTo(rad: number, beginsS: number): RoadCourse {
  return { ...UNCLEAR, kind: 'turn', direction: rad > 0 ? 'left' : 'right', beginsS };
}

function inLane(offsetM: number, leftM: number, rightM: number): RoadCourse {
  return { kind: 'lane', direction: null, offsetM, leftM, rightM, beginsS: NaN, basis: 'shape' };
}

/** Along a bending road, but not known where in its lane. */
function somewhereInLane(): RoadCourse {
  return { ...UNCLEAR, kind: 'lane' };
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
