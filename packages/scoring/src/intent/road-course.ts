import type { Direction } from './trace.ts';

/**
 * Where a path goes relative to its road, of which there is no map: a curve is not a lane change. What is known of the
 * road is the shape of the path itself, and of a plan also the path that was recorded there.
 *
 * Shape: the road is taken to bend evenly, by the median curvature of the path. A lane change turns out of that and back,
 * ends up a lane further to the side, and goes there at a speed that drivers have. A bend turns one way, and further. What
 * could be either is `unclear`.
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

/** Where it is on the road cannot be told. */
export const UNCLEAR: RoadCourse = {
  kind: 'unclear',
  direction: null,
  offsetM: NaN,
  leftM: NaN,
  rightM: NaN,
  beginsS: NaN,
  basis: 'shape',
};

export function turnTo(rad: number, beginsS: number): RoadCourse {
  return { ...UNCLEAR, kind: 'turn', direction: rad > 0 ? 'left' : 'right', beginsS };
}

export function inLane(offsetM: number, leftM: number, rightM: number): RoadCourse {
  return { kind: 'lane', direction: null, offsetM, leftM, rightM, beginsS: NaN, basis: 'shape' };
}

/** Along a bending road, but not known where in its lane. */
export function somewhereInLane(): RoadCourse {
  return { ...UNCLEAR, kind: 'lane' };
}
