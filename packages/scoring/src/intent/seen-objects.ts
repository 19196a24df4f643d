import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import type { ObstacleToScore } from '../obstacle.ts';
import { CAUSAL_S } from './chain-breaks.ts';
import type { OnLine, RoadLine } from './road-line.ts';

/** A track at one of its times in the 2 s before t0. */
export interface Sight extends OnLine {
  readonly tS: number;
  /** Centre and heading of the box in the ego frame at t0. */
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  /** Along the line from where the vehicle was at that time; above 0 in front of its rear axle. */
  readonly aheadM: number;
}

/** A track, and where it was in the 2 s before t0. */
export interface SeenObject {
  readonly obstacle: ObstacleToScore;
  /** In the order of time, about half a second apart, the first and the last included; empty when it was not seen. */
  readonly sights: readonly Sight[];
  /** Of the last sight, else of the first box after t0, else of the last one of all: from the origin, not along the line. */
  readonly distanceM: number;
  /** First box after t0; NaN when there is none. */
  readonly firstAfterS: number;
}

/** Boxes of a window against the way that the vehicle took. */
export interface SeenScene {
  readonly objects: readonly SeenObject[];
  /** Whether labels reach into the 2 s before t0: else nothing can be said about what was seen. */
  readonly coversPast: boolean;
}

const SIGHT_GAP_S = 0.5;
/** Times of boxes and of windows differ by rounding only when they are nearer than this. */
const SAME_TIME_S = 1e-6;

/** @param history ends at t0; one pose per step */
export function seeObjects(
  obstacles: readonly ObstacleToScore[],
  line: RoadLine,
  history: EgoPath,
  stepS: number,
): SeenScene {
  const egoAlongM = egoStations(line, history, stepS);
  return {
    objects: obstacles.map((obstacle) => new TrackedObject(obstacle, line, egoAlongM)),
    coversPast: obstacles.length === 0 || obstacles.some(isInPast),
  };
}

/** Looks where a track was when it is first asked: most tracks are of a kind that nobody names. */
class TrackedObject implements SeenObject {
  readonly obstacle: ObstacleToScore;
  readonly #line: RoadLine;
  readonly #egoAlongM: (tS: number) => number;
  #sights: readonly Sight[] | undefined;

  constructor(obstacle: ObstacleToScore, line: RoadLine, egoAlongM: (tS: number) => number) {
    this.obstacle = obstacle;
    this.#line = line;
    this.#egoAlongM = egoAlongM;
  }

  get sights(): readonly Sight[] {
    return (this.#sights ??= indicesInPast(this.obstacle.tS).map((i) => this.#sightAt(i)));
  }

  get distanceM(): number {
    const { x, y } = this.obstacle;
    const last = this.sights.at(-1);
    if (last !== undefined) return Math.hypot(last.x, last.y);
    const shown = Math.min(this.#firstAfter(), x.length - 1);
    return Math.hypot(at(x, shown), at(y, shown));
  }

  get firstAfterS(): number {
    return at(this.obstacle.tS, this.#firstAfter());
  }

  #firstAfter(): number {
    const { tS } = this.obstacle;
    const after = tS.findIndex((timeS) => timeS > SAME_TIME_S);
    return after === -1 ? tS.length : after;
  }

  #sightAt(i: number): Sight {
    const { tS, x: xs, y: ys, yaw } = this.obstacle;
    const x = at(xs, i);
    const y = at(ys, i);
    const timeS = at(tS, i);
    const { alongM, leftM, lineYaw } = this.#line.locate(x, y);
    const aheadM = alongM - this.#egoAlongM(timeS);
    return { tS: timeS, x, y, yaw: at(yaw, i), alongM, leftM, lineYaw, aheadM };
  }
}

function isInPast({ tS }: ObstacleToScore): boolean {
  return tS.some((timeS) => timeS >= -CAUSAL_S - SAME_TIME_S && timeS <= SAME_TIME_S);
}

/** Of times about half a second apart in the 2 s before t0, the first and the last of them included. */
function indicesInPast(tS: Float64Array): number[] {
  const indices: number[] = [];
  let lastS = -Infinity;
  for (let i = 0; i < tS.length; i++) {
    const timeS = at(tS, i);
    if (timeS < -CAUSAL_S - SAME_TIME_S) continue;
    if (timeS > SAME_TIME_S) break;
    const isLast = !(at(tS, i + 1) <= SAME_TIME_S);
    if (!isLast && timeS - lastS < SIGHT_GAP_S - SAME_TIME_S) continue;
    indices.push(i);
    lastS = timeS;
  }
  return indices;
}

/** Where along the line the vehicle was at a time of the history; where the history begins, for earlier times. */
function egoStations(line: RoadLine, history: EgoPath, stepS: number): (tS: number) => number {
  const last = history.x.length - 1;
  const known = new Map<number, number>();
  return (tS) => {
    const i = Math.min(Math.max(last + Math.round(tS / stepS), 0), last);
    if (i < 0) return 0;
    const before = known.get(i);
    if (before !== undefined) return before;
    const { alongM } = line.locate(at(history.x, i), at(history.y, i));
    known.set(i, alongM);
    return alongM;
  };
}
