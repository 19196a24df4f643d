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
  const objects = obstacles.map((obstacle) => seeObject(obstacle, line, egoAlongM));
  const coversPast = objects.length === 0 || objects.some(({ sights }) => sights.length > 0);
  return { objects, coversPast };
}

function seeObject(
  obstacle: ObstacleToScore,
  line: RoadLine,
  egoAlongM: (tS: number) => number,
): SeenObject {
  const { tS } = obstacle;
  const sightAt = (i: number): Sight => {
    const [x, y, timeS] = [at(obstacle.x, i), at(obstacle.y, i), at(tS, i)];
    const onLine = line.locate(x, y);
    const aheadM = onLine.alongM - egoAlongM(timeS);
    return { ...onLine, tS: timeS, x, y, yaw: at(obstacle.yaw, i), aheadM };
  };
  const sights: Sight[] = [];
  let after = tS.length;
  for (let i = 0; i < tS.length; i++) {
    const timeS = at(tS, i);
    if (timeS < -CAUSAL_S - SAME_TIME_S) continue;
    if (timeS > SAME_TIME_S) {
      after = i;
      break;
    }
    const isLast = !(at(tS, i + 1) <= SAME_TIME_S);
    const lastS = sights.at(-1)?.tS ?? -Infinity;
    if (isLast || timeS - lastS >= SIGHT_GAP_S - SAME_TIME_S) sights.push(sightAt(i));
  }
  const shown = sights.at(-1) ?? positionOf(obstacle, Math.min(after, tS.length - 1));
  return {
    obstacle,
    sights,
    distanceM: Math.hypot(shown.x, shown.y),
    firstAfterS: at(tS, after),
  };
}

function positionOf({ x, y }: ObstacleToScore, i: number): { x: number; y: number } {
  return { x: at(x, i), y: at(y, i) };
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
