import { wrapAngle } from '@drivesweep/geometry';
import type { Answer } from './object-classes.ts';
import type { SeenObject, Sight } from './seen-objects.ts';
import type { ObjectPlace } from './trace.ts';

/** Nearer to the line, or to the x axis, than this is neither left nor right; as in the community's checks. */
export const SIDE_DEAD_ZONE_M = 1.5;
/** "Ahead" reaches this far to both sides of the line that the vehicle took. */
export const AHEAD_WITHIN_M = 4;
/** A vehicle that is followed is this near to the line, and this far at most. */
export const LEAD_WITHIN_M = 2;
export const LEAD_RANGE_M = 100;

const AHEAD_PERHAPS_M = 8;
const AHEAD_PERHAPS_SLOPE = Math.tan(Math.PI / 6);
/** Alongside, between the rear axle and the front of the vehicle. */
const ALONGSIDE_M = 3;
const AGAINST_RAD = (3 * Math.PI) / 4;
const ACROSS_RAD = Math.PI / 2;

/** Whether an object was where it is said to be at any time of the 2 s before t0; `no` when it never was. */
export function isAt({ sights }: SeenObject, place: ObjectPlace): Answer {
  const answers = sights.map((sight) => sightIsAt(sight, place));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unsure') ? 'unsure' : 'no';
}

function sightIsAt(sight: Sight, place: ObjectPlace): Answer {
  switch (place) {
    case 'left':
      return side(sight.leftM, sight.y);
    case 'right':
      return side(-sight.leftM, -sight.y);
    case 'ahead':
      return ahead(sight);
    case 'behind':
      if (sight.aheadM < 0) return 'yes';
      return sight.aheadM < ALONGSIDE_M ? 'unsure' : 'no';
    case 'oncoming':
      return oncoming(sight);
  }
}

/** Beside the road or beside the vehicle: people mean either. */
function side(ofLineM: number, ofAxisM: number): Answer {
  if (ofLineM > SIDE_DEAD_ZONE_M || ofAxisM > SIDE_DEAD_ZONE_M) return 'yes';
  return ofLineM < -SIDE_DEAD_ZONE_M && ofAxisM < -SIDE_DEAD_ZONE_M ? 'no' : 'unsure';
}

/** Off the line, but straight on: it may be ahead of a vehicle that turned later. */
function ahead({ aheadM, leftM, x, y }: Sight): Answer {
  const asideM = Math.abs(leftM);
  if (aheadM > 0 && asideM <= AHEAD_WITHIN_M) return 'yes';
  const isStraightOn = x > 0 && Math.abs(y) <= x * AHEAD_PERHAPS_SLOPE;
  return isStraightOn || (aheadM > 0 && asideM <= AHEAD_PERHAPS_M) ? 'unsure' : 'no';
}

function oncoming({ aheadM, yaw, lineYaw }: Sight): Answer {
  const angle = Math.abs(wrapAngle(yaw - lineYaw));
  if (angle <= ACROSS_RAD) return 'no';
  return angle >= AGAINST_RAD && aheadM > 0 ? 'yes' : 'unsure';
}

/** Whether an object is on the way ahead when it was last seen: what the vehicle would follow if nothing were nearer. */
export function isOnWay({ sights }: SeenObject, withinM: number): boolean {
  const last = sights.at(-1);
  if (last === undefined) return false;
  return last.aheadM > 0 && last.aheadM <= LEAD_RANGE_M && Math.abs(last.leftM) <= withinM;
}
