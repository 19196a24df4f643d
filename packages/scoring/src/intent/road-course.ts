import { at, wrapAngle } from '@drivesweep/geometry';
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
  /** What the road is known from. */
  readonly basis: 'shape' | 'recorded';
}

/** Ours, from lane widths of 2.5 to 4 m and lane changes seen in recorded drives. m, m/s, rad, rad/m. */
export const COURSE_BOUNDS = {
  /** From here on to the side it may be another lane; below `inLaneM` it is the same. */
  laneChangeM: 2,
  inLaneM: 1,
  farthestM: 5.5,
  /** Drivers change lane at some 0.3 to 2.5 m/s sideways. */
  fastestSidewaysMps: 2.8,
  /** Share of the larger of turning out and turning back that the other must have. */
  balance: 0.25,
  /** Turning at the end, relative to the strongest turning, that still counts as straight again. */
  settled: 0.4,
  /** A turn at a junction: further than 35 degrees with a radius under 20 m (`SharpSteer` of the autolabeler). */
  turnRad: 0.61,
  turnRadPerM: 0.05,
  /** A path shorter than this goes nowhere. */
  movesM: 5,
  /** Heads along the recorded path again when it drifts off slower than this. */
  settledSidewaysMps: 0.5,
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
      return turned(turnedRad);
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
  const { heading, stepM, t0, last, stepS } = shape;

  const swing = Math.max(stronger, other.out, other.back);
  const sidewaysMps =
    (swing * at(stepM, excursion.peak === last ? last - 1 : excursion.peak)) / stepS;
  let wholeM = 0;
  for (let i = 0; i < last; i++) wholeM += at(stepM, i);
  // The whole path stays within reach of its lane whatever the heading of the road is.
  if (swing * wholeM < COURSE_BOUNDS.inLaneM) {
    return extentOf(shape, at(heading, t0));
  }
  const isOutAndBack =
    weaker >= COURSE_BOUNDS.balance * stronger && rest <= 0.5 * weaker && stronger > 0;
  if (!isOutAndBack) return courseOfBend(shape, { swing, sidewaysMps });

  const road = roadHeading(shape, excursion, side);
  let wholeShiftM = 0;
  let shiftM = 0;
  for (let i = excursion.from; i < excursion.to; i++) {
    const metres = (at(heading, i) - road) * at(stepM, i);
    wholeShiftM += metres;
    if (i >= t0) shiftM += metres;
  }
  if (sidewaysMps > COURSE_BOUNDS.fastestSidewaysMps) return unknownInLane();
  const whole = Math.abs(wholeShiftM);
  if (whole > COURSE_BOUNDS.farthestM) return unknownInLane();
  if (whole < COURSE_BOUNDS.inLaneM)
    return inLane(shiftM, Math.max(shiftM, 0), Math.max(-shiftM, 0));
  if (
    whole >= COURSE_BOUNDS.laneChangeM &&
    Math.abs(shiftM) >= COURSE_BOUNDS.inLaneM &&
    isSettled(shape, excursion)
  ) {
    return {
      kind: 'lane_change',
      direction: shiftM > 0 ? 'left' : 'right',
      offsetM: shiftM,
      leftM: Math.max(shiftM, 0),
      rightM: Math.max(-shiftM, 0),
      basis: 'shape',
    };
  }
  return UNCLEAR;
}

/** A path that turns one way: a bend, unless it could be half of a lane change whose other half is out of sight. */
function courseOfBend(
  { heading, stepM, t0, last }: HeadingShape,
  { swing, sidewaysMps }: { readonly swing: number; readonly sidewaysMps: number },
): RoadCourse {
  if (sidewaysMps > COURSE_BOUNDS.fastestSidewaysMps) return unknownInLane();
  let fromStart = 0;
  let fromEnd = 0;
  let fromT0 = 0;
  for (let i = 0; i < last; i++) {
    fromStart += (at(heading, i) - at(heading, 0)) * at(stepM, i);
    fromEnd += (at(heading, i) - at(heading, last)) * at(stepM, i);
    if (i >= t0) fromT0 += (at(heading, i) - at(heading, t0)) * at(stepM, i);
  }
  const least = Math.min(Math.abs(fromStart), Math.abs(fromEnd));
  if (swing > 0 && least > HALF_LANE_CHANGE_M) return unknownInLane();
  if (Math.abs(fromT0) < COURSE_BOUNDS.inLaneM / 2 && Math.abs(fromEnd) < COURSE_BOUNDS.inLaneM) {
    return inLane(fromT0, Math.max(fromT0, 0), Math.max(-fromT0, 0));
  }
  return UNCLEAR;
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
  if (Math.abs(out - back) <= COURSE_BOUNDS.balance * Math.max(out, back)) return (a + b) / 2;
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

function extentOf({ heading, stepM, t0, last }: HeadingShape, road: number): RoadCourse {
  let [offsetM, leftM, rightM] = [0, 0, 0];
  for (let i = t0; i < last; i++) {
    offsetM += (at(heading, i) - road) * at(stepM, i);
    leftM = Math.max(leftM, offsetM);
    rightM = Math.max(rightM, -offsetM);
  }
  return inLane(offsetM, leftM, rightM);
}

/**
 * The course of a plan against the path that was recorded at the same place: on another lane than the recorded path is
 * to the side of it. Undefined where the two do not cover the same road.
 */
export function courseAgainst(
  plan: DirectedPath,
  recorded: { readonly path: DirectedPath; readonly course: RoadCourse },
  steps: number,
  stepS: number,
): RoadCourse | undefined {
  const road = recorded.path;
  const roadSteps = road.x.length;
  let station = -1;
  let [leftM, rightM, offsetM, covered] = [0, 0, 0, -1];
  for (let k = 0; k < steps; k++) {
    const [x, y] = [at(plan.x, k), at(plan.y, k)];
    while (station + 1 < roadSteps && along(road, station + 1, x, y) >= 0) station++;
    if (station + 1 >= roadSteps) break;
    offsetM = across(road, station, x, y);
    leftM = Math.max(leftM, offsetM);
    rightM = Math.max(rightM, -offsetM);
    covered = k;
  }
  if (covered < 0 || station < 0 || covered < COVERED_SHARE * (steps - 1)) return undefined;
  const was = recorded.course;
  if (was.kind === 'turn' || was.kind === 'unclear' || Number.isNaN(was.offsetM)) {
    const isSame = Math.max(leftM, rightM) < COURSE_BOUNDS.inLaneM;
    return isSame ? { ...was, basis: 'recorded' } : undefined;
  }
  const base = was.kind === 'lane_change' ? was.offsetM : 0;
  const shiftM = base + offsetM;
  const extent = {
    offsetM: shiftM,
    leftM: Math.max(base + leftM, 0),
    rightM: Math.max(rightM - base, 0),
    basis: 'recorded',
  } as const;
  const shift = Math.abs(shiftM);
  if (shift < COURSE_BOUNDS.inLaneM) return { kind: 'lane', direction: null, ...extent };
  const speedMps =
    Math.hypot(
      at(plan.x, covered) - (covered > 0 ? at(plan.x, covered - 1) : 0),
      at(plan.y, covered) - (covered > 0 ? at(plan.y, covered - 1) : 0),
    ) / stepS;
  const driftMps =
    Math.abs(Math.sin(wrapAngle(at(plan.yaw, covered) - at(road.yaw, station)))) * speedMps;
  const isThere =
    shift >= COURSE_BOUNDS.laneChangeM &&
    shift <= COURSE_BOUNDS.farthestM &&
    driftMps <= COURSE_BOUNDS.settledSidewaysMps;
  if (!isThere) return { kind: 'unclear', direction: null, ...extent };
  return { kind: 'lane_change', direction: shiftM > 0 ? 'left' : 'right', ...extent };
}

/** Share of a plan that must lie beside the recorded path. */
const COVERED_SHARE = 0.8;

function along(road: DirectedPath, i: number, x: number, y: number): number {
  return (x - at(road.x, i)) * at(road.cos, i) + (y - at(road.y, i)) * at(road.sin, i);
}

/** Left of the recorded pose `i`; of the pose at t0 for -1. */
function across(road: DirectedPath, i: number, x: number, y: number): number {
  if (i < 0) return y;
  return (y - at(road.y, i)) * at(road.cos, i) - (x - at(road.x, i)) * at(road.sin, i);
}

const UNCLEAR: RoadCourse = {
  kind: 'unclear',
  direction: null,
  offsetM: NaN,
  leftM: NaN,
  rightM: NaN,
  basis: 'shape',
};

function turned(rad: number): RoadCourse {
  return { ...UNCLEAR, kind: 'turn', direction: rad > 0 ? 'left' : 'right' };
}

function inLane(offsetM: number, leftM: number, rightM: number): RoadCourse {
  return { kind: 'lane', direction: null, offsetM, leftM, rightM, basis: 'shape' };
}

/** Along a bending road, but not known where in its lane. */
function unknownInLane(): RoadCourse {
  return { ...UNCLEAR, kind: 'lane' };
}

/** Reorders the first `count` values. */
function medianOf(values: Float64Array, count: number): number {
  if (count === 0) return 0;
  const sorted = values.subarray(0, count).sort();
  const middle = count >> 1;
  return count % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}
