import { at } from '@drivesweep/geometry';
import type { Answer } from './object-classes.ts';
import type { SeenObject, Sight } from './seen-objects.ts';
import type { ObjectMotion } from './trace.ts';

/** How an object moved in the 2 s before t0, from the displacement of its box: boxes have no speed of their own. */
export interface ObjectSpeeds {
  /** Over the last second, or as much of it as the object was seen. */
  readonly nowMps: number;
  /** Before that; NaN when it was not seen for long enough. */
  readonly beforeMps: number;
  /** Across the line of the road, over the last second; above 0 to the left. */
  readonly leftwardMps: number;
}

/** Boxes of a thing that stands wander by some centimetres. */
export const OBJECT_STANDS_BELOW_MPS = 0.5;
export const OBJECT_MOVES_ABOVE_MPS = 1;
export const SPEED_CHANGE_MPS = 0.5;
export const SPEED_KEPT_MPS = 0.1;
export const CROSSES_ABOVE_MPS = 0.5;
export const STAYS_BELOW_MPS = 0.2;

const NOW_S = 1;
/** Over less time, the noise of boxes is larger than what moves. */
const LEAST_SPAN_S = 0.4;

/** Undefined when the object was not seen for long enough. */
export function speedsOf({ sights }: SeenObject): ObjectSpeeds | undefined {
  const last = sights.at(-1);
  if (last === undefined) return undefined;
  const middle = sights.find(({ tS }) => last.tS - tS <= NOW_S + 1e-6) ?? last;
  const spanS = last.tS - middle.tS;
  if (spanS < LEAST_SPAN_S) return undefined;
  const first = sights[0] ?? middle;
  const beforeMps = middle.tS - first.tS < LEAST_SPAN_S ? NaN : speedBetween(first, middle);
  return {
    nowMps: speedBetween(middle, last),
    beforeMps,
    leftwardMps: (last.leftM - middle.leftM) / spanS,
  };
}

function speedBetween(from: Sight, to: Sight): number {
  return Math.hypot(to.x - from.x, to.y - from.y) / (to.tS - from.tS);
}

/** Whether an object moves as it is said to. What is in between, or was not seen for long enough, is `unsure`. */
export function movesAs(object: SeenObject, motion: ObjectMotion): Answer {
  const speeds = speedsOf(object);
  if (speeds === undefined) return 'unsure';
  const { nowMps, beforeMps, leftwardMps } = speeds;
  const gainedMps = nowMps - beforeMps;
  switch (motion) {
    case 'stopped':
    case 'parked':
      return between(-nowMps, -OBJECT_MOVES_ABOVE_MPS, -OBJECT_STANDS_BELOW_MPS);
    case 'moving':
      return between(nowMps, OBJECT_STANDS_BELOW_MPS, OBJECT_MOVES_ABOVE_MPS);
    case 'slowing':
      return nowMps < OBJECT_STANDS_BELOW_MPS && !(gainedMps <= -SPEED_CHANGE_MPS)
        ? 'unsure'
        : between(-gainedMps, SPEED_KEPT_MPS, SPEED_CHANGE_MPS);
    case 'moving_off':
      return between(gainedMps, SPEED_KEPT_MPS, SPEED_CHANGE_MPS);
    case 'crossing':
      return between(Math.abs(leftwardMps), STAYS_BELOW_MPS, CROSSES_ABOVE_MPS);
    case 'cutting_in':
    case 'merging':
      return between(towardsLine(object, leftwardMps), -STAYS_BELOW_MPS, STAYS_BELOW_MPS);
  }
}

/** Metres per second at which an object comes nearer to the line. */
function towardsLine({ sights }: SeenObject, leftwardMps: number): number {
  return -Math.sign(sights.at(-1)?.leftM ?? 0) * leftwardMps;
}

/** `yes` from `yesFrom` on, `no` up to `noUpTo`; NaN is neither. */
function between(value: number, noUpTo: number, yesFrom: number): Answer {
  if (value >= yesFrom) return 'yes';
  return value <= noUpTo ? 'no' : 'unsure';
}

/** When after t0 the box of an object first stands; undefined when it never does. */
export function firstStandsS({ obstacle: { tS, x, y } }: SeenObject): number | undefined {
  for (let i = 0; i < tS.length; i++) {
    if (at(tS, i) < 0) continue;
    const j = tS.findIndex((timeS) => timeS >= at(tS, i) + LEAST_SPAN_S - 1e-6);
    if (j === -1) return undefined;
    const movedM = Math.hypot(at(x, j) - at(x, i), at(y, j) - at(y, i));
    if (movedM / (at(tS, j) - at(tS, i)) < OBJECT_STANDS_BELOW_MPS) return at(tS, i);
  }
  return undefined;
}
