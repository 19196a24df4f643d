import type { Agent } from './agent.ts';
import { integrateMotion } from './motion.ts';
import type { Motion, MotionState, SimClock } from './motion.ts';
import type { Random } from './random.ts';
import type { Bend } from './road.ts';
import type { DriverTraits, EgoPlan, Scene } from './scene.ts';

/** What every scenario is sampled from. */
export interface ScenarioKit {
  readonly random: Random;
  readonly clock: SimClock;
  readonly laneWidthM: number;
  readonly lanes: { readonly ahead: number; readonly oncoming: number };
  /** When the thing happens that the history does not reveal. */
  readonly eventS: number;
  /** When the cameras end. */
  readonly endS: number;
  readonly traits: DriverTraits;
  readonly egoLane: number;
}

/** The part of a scene that a scenario decides; the rest is background. */
export interface ScenarioPlan {
  readonly variant: string;
  readonly traits: DriverTraits;
  readonly startSpeedMps: number;
  readonly bends: readonly Bend[];
  readonly agents: readonly Agent[];
  /** Whether oncoming traffic flows, or would contradict a red light or a pedestrian. */
  readonly oncomingFlows: boolean;
  readonly light: Scene['light'];
  readonly crossing: Scene['crossing'];
  readonly zebra: Scene['zebra'];
  readonly stopTargets: EgoPlan['stopTargets'];
  readonly laneChange: EgoPlan['laneChange'];
  readonly cutIn: EgoPlan['cutIn'];
}

/** A plan in which nothing happens, to be overridden. */
export function quietPlan(kit: ScenarioKit, variant: string): ScenarioPlan {
  return {
    variant,
    traits: kit.traits,
    startSpeedMps: kit.traits.desiredSpeedMps,
    bends: mildBends(kit.random.fork('mild-bends')),
    agents: [],
    oncomingFlows: true,
    light: null,
    crossing: null,
    zebra: null,
    stopTargets: [],
    laneChange: null,
    cutIn: null,
  };
}

export function laneCentreM(kit: ScenarioKit, lane: number): number {
  return (lane + 0.5 - kit.lanes.ahead) * kit.laneWidthM;
}

/** Where the rig origin of an undisturbed ego vehicle is at a time. */
export function cruiseM(kit: ScenarioKit, tS: number): number {
  return kit.traits.desiredSpeedMps * (tS - kit.clock.startS);
}

/** Where a cruising ego vehicle must begin to brake at `tS` so as to stop, as its driver does. */
export function brakingPointM(kit: ScenarioKit, tS: number): number {
  const { desiredSpeedMps, engageBrakeMps2 } = kit.traits;
  return cruiseM(kit, tS) + desiredSpeedMps ** 2 / (2 * engageBrakeMps2);
}

/** Motion along the road from a place at the start of the clock. */
export function moving(
  kit: ScenarioKit,
  start: { readonly sM: number; readonly speedMps: number },
  wishedAccelMps2: (tS: number, state: MotionState) => number,
  maxJerkMps3?: number,
): Motion {
  return integrateMotion(kit.clock, start, wishedAccelMps2, maxJerkMps3);
}

/** Wished acceleration that reaches a speed and keeps it. */
export function towardsSpeed(targetMps: number, limitMps2: number) {
  return (_tS: number, { speedMps }: MotionState) =>
    Math.min(Math.max((targetMps - speedMps) * 1.5, -limitMps2), limitMps2);
}

/** Half of the roads are straight; the others turn so gently that nobody slows down. */
function mildBends(random: Random): Bend[] {
  if (random.chance(0.5)) return [];
  return Array.from({ length: 3 }, (_, i) => ({
    startM: -60 + i * 190 + random.uniform(0, 60),
    rampM: random.uniform(40, 60),
    holdM: random.uniform(20, 50),
    curvature: random.sign() * random.uniform(0.0005, 0.0022),
  }));
}
