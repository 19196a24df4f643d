import { at, boxesOverlap } from '@drivesweep/geometry';
import type { OrientedBox } from '@drivesweep/geometry';
import { NAVSIM_STEPS } from './navsim-driver.ts';
import { TRACKER_STEP_S } from './navsim-tracker.ts';
import type { TrackedMotion } from './navsim-tracker.ts';
import { egoBoxAt } from '../obstacle.ts';
import type { EgoBoxToScore, ObstacleToScore } from '../obstacle.ts';
import { leastDistance, reachOf } from './traffic.ts';
import type { TrafficBox } from './traffic.ts';

/**
 * Whose fault a collision is and how near the next one, by the rules of NAVSIM as far as they need no map.
 * Source: autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/scoring/
 * {pdm_scorer,pdm_scorer_utils}.py.
 */

const STOPPED_MPS = 0.05;
const AHEAD_RAD = Math.PI / 6;
const BEHIND_RAD = (5 * Math.PI) / 6;
/** Below this speed nobody is about to be hit. */
const TTC_STOPPED_MPS = 0.005;
/** Steps ahead at which the vehicle is moved on at constant velocity: 0, 0.3, 0.6 and 0.9 s. */
const TTC_STEPS = [0, 3, 6, 9];
/** Traffic must be known for this many steps: those of the plan, and those looked ahead from its last. */
export const NAVSIM_TRAFFIC_STEPS = NAVSIM_STEPS + 9;

/** Things rather than road users: hitting one costs half. Of PhysicalAI-AV and of nuPlan. */
const STATIC_CLASSES = new Set([
  'protruding_object',
  'traffic_cone',
  'barrier',
  'czone_sign',
  'generic_object',
]);

/**
 * How the vehicle and a track met, in the order in which it is decided:
 * ego_stopped  the vehicle stands (at most 0.05 m/s): not at fault
 * stopped      the track stood when it was first seen: at fault
 * rear         the track's middle is more than 150 degrees off the heading, seen from the rear axle: not at fault
 * front        the front edge of the vehicle touches: at fault
 * lateral      all else: at fault or not depends on lanes, so it is counted apart
 */
export type CollisionClass = 'ego_stopped' | 'stopped' | 'rear' | 'front' | 'lateral';

export interface NavsimCollisions {
  /** Of all collisions. */
  readonly classes: ReadonlySet<CollisionClass>;
  /** 1 without a collision that is at fault, 0.5 when all of them are with things, else 0. */
  readonly noAtFault: 0 | 0.5 | 1;
}

/** A tracked plan among others. */
export interface NavsimEncounter {
  readonly motion: TrackedMotion;
  readonly egoBox: EgoBoxToScore;
  /** At t0 and after every step, `NAVSIM_TRAFFIC_STEPS` of them. */
  readonly traffic: readonly (readonly TrafficBox[])[];
  /** Tracks that stood when they were first seen. */
  readonly stopped: ReadonlySet<ObstacleToScore>;
}

/**
 * Looks for collisions at t0 and after every step. A track is not looked at again once it was met without fault, nor when
 * it overlapped at t0. Classes are those at which tracks were first met.
 */
export function findCollisions(encounter: NavsimEncounter): NavsimCollisions {
  const { motion, egoBox, traffic } = encounter;
  const settled = overlappingAtT0(encounter);
  const reachM = reachOf(egoBox);
  const classes = new Set<CollisionClass>();
  const met = new Set<ObstacleToScore>();
  let noAtFault: 0 | 0.5 | 1 = 1;
  for (let i = 0; i <= NAVSIM_STEPS; i++) {
    const ego = egoAt(motion, egoBox, i);
    for (const other of traffic[i] ?? []) {
      const { obstacle } = other;
      if (!overlap(ego, reachM, other) || settled.has(obstacle)) continue;
      const found = classify(encounter, i, ego, other);
      if (!met.has(obstacle)) classes.add(found);
      met.add(obstacle);
      if (found !== 'stopped' && found !== 'front') {
        settled.add(obstacle);
      } else if (!STATIC_CLASSES.has(obstacle.className)) {
        noAtFault = 0;
      } else if (noAtFault === 1) {
        noAtFault = 0.5;
      }
    }
  }
  return { classes, noAtFault };
}

/**
 * Whether, at every step, nobody ahead (within 30 degrees of the heading, seen from the rear axle) would be hit if the
 * vehicle went on as it is for up to 0.9 s while the others do what was recorded. A track that would be hit but is not
 * ahead is not looked at again. As upstream, where the track will be is seen from where the vehicle is now: somebody who
 * comes from behind counts as ahead when the vehicle would by then have moved on by more than its own length.
 */
export function keepsTimeToCollision(encounter: NavsimEncounter): boolean {
  const { motion, egoBox, traffic } = encounter;
  const settled = overlappingAtT0(encounter);
  const reachM = reachOf(egoBox);
  for (let i = 0; i <= NAVSIM_STEPS; i++) {
    const speed = Math.abs(at(motion.speedMps, i));
    if (speed < TTC_STOPPED_MPS) continue;
    const now = egoAt(motion, egoBox, i);
    for (const ahead of TTC_STEPS) {
      const travelled = speed * ahead * TRACKER_STEP_S;
      const ego = {
        ...now,
        x: now.x + Math.cos(now.yaw) * travelled,
        y: now.y + Math.sin(now.yaw) * travelled,
      };
      for (const other of traffic[i + ahead] ?? []) {
        const { obstacle, box } = other;
        if (!overlap(ego, reachM, other) || settled.has(obstacle)) continue;
        if (bearingOf(motion, i, box) < AHEAD_RAD) return false;
        settled.add(obstacle);
      }
    }
  }
  return true;
}

function classify(
  { motion, stopped }: NavsimEncounter,
  i: number,
  ego: OrientedBox,
  { obstacle, box }: TrafficBox,
): CollisionClass {
  if (Math.abs(at(motion.speedMps, i)) <= STOPPED_MPS) return 'ego_stopped';
  if (stopped.has(obstacle)) return 'stopped';
  if (bearingOf(motion, i, box) > BEHIND_RAD) return 'rear';
  const halfLength = ego.lengthM / 2;
  const bumper = {
    ...ego,
    x: ego.x + halfLength * Math.cos(ego.yaw),
    y: ego.y + halfLength * Math.sin(ego.yaw),
    lengthM: 0,
  };
  return boxesOverlap(bumper, box) ? 'front' : 'lateral';
}

function overlappingAtT0({ motion, egoBox, traffic }: NavsimEncounter): Set<ObstacleToScore> {
  const ego = egoAt(motion, egoBox, 0);
  const met = (traffic[0] ?? []).filter((other) => overlap(ego, reachOf(egoBox), other));
  return new Set(met.map(({ obstacle }) => obstacle));
}

function egoAt(motion: TrackedMotion, egoBox: EgoBoxToScore, i: number): OrientedBox {
  return egoBoxAt(egoBox, at(motion.x, i), at(motion.y, i), at(motion.yaw, i));
}

function overlap(ego: OrientedBox, egoReachM: number, other: TrafficBox): boolean {
  return leastDistance(ego, egoReachM, other) <= 0 && boxesOverlap(ego, other.box);
}

/** Angle between the heading and the direction from the rear axle to the middle of a box, 0 ... pi. */
function bearingOf(motion: TrackedMotion, i: number, box: OrientedBox): number {
  const yaw = at(motion.yaw, i);
  const dx = box.x - at(motion.x, i);
  const dy = box.y - at(motion.y, i);
  const forward = dx * Math.cos(yaw) + dy * Math.sin(yaw);
  const left = dy * Math.cos(yaw) - dx * Math.sin(yaw);
  return Math.abs(Math.atan2(left, forward));
}

/**
 * Tracks that stand where they are first seen within the traffic: at most 0.05 m/s between that time and the next or,
 * at the end of a track, the one before. Labels have no speeds; of a track that is seen once nothing is known, and it
 * counts as moving.
 */
export function stoppedTracks(
  traffic: readonly (readonly TrafficBox[])[],
): ReadonlySet<ObstacleToScore> {
  const seen = new Map<ObstacleToScore, { step: number; box: OrientedBox; speedMps: number }>();
  traffic.forEach((boxes, step) => {
    for (const { obstacle, box } of boxes) {
      const before = seen.get(obstacle);
      if (before === undefined) seen.set(obstacle, { step, box, speedMps: NaN });
      else if (Number.isNaN(before.speedMps)) {
        const elapsedS = (step - before.step) * TRACKER_STEP_S;
        before.speedMps = Math.hypot(box.x - before.box.x, box.y - before.box.y) / elapsedS;
      }
    }
  });
  return new Set(
    [...seen].flatMap(([obstacle, { speedMps }]) => (speedMps <= STOPPED_MPS ? [obstacle] : [])),
  );
}
