import type { Agent } from './agent.ts';
import type { CauseKind, Direction } from './decision.ts';
import type { SimClock } from './motion.ts';
import type { Road } from './road.ts';
import type { SceneLook } from './scene-look.ts';
import type { SceneryItem } from './scenery.ts';
import type { TrafficLight } from './traffic-light.ts';

export const SCENARIOS = [
  'straight',
  'curve',
  'lead_stop',
  'traffic_light',
  'cut_in',
  'lane_change',
  'pedestrian',
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/**
 * Things that look like a reason and are none: nobody drives otherwise because of them and no label names them.
 * A drive has one kind at most, so that what it does to a policy can be told apart.
 */
export const DISTRACTORS = [
  'none',
  /** Red and yellow boards and shining letters beside the road. */
  'advertising',
  /** A light for those who come out of a side exit, turned away from us: red all the time. */
  'side_light',
  /** A second light, too far behind the first to be reached, with a colour of its own. */
  'far_light',
  /** A vehicle in another lane that brakes and speeds up again. */
  'braking_neighbour',
  /** Somebody who cycles along the pavement. */
  'cyclist',
  /** A zebra crossing with nobody at it. */
  'empty_zebra',
] as const;
export type Distractor = (typeof DISTRACTORS)[number];

/** A world with everything in it that does not depend on the ego vehicle, and what the ego driver is up to. */
export interface Scene {
  readonly scenario: Scenario;
  /** Which kind of the scenario: `red_then_green`, `queue` ... */
  readonly variant: string;
  readonly clock: SimClock;
  readonly road: Road;
  readonly agents: readonly Agent[];
  readonly light: TrafficLight | null;
  /** A second light, so far behind the first that nobody comes near it. */
  readonly farLight: TrafficLight | null;
  /** What is there to be noticed and must not matter. */
  readonly distractor: Distractor;
  /** Side street across the road: its middle and half width along s. */
  readonly crossing: { readonly sM: number; readonly halfWidthM: number } | null;
  /** Zebra crossing: where it begins along s, and its length. */
  readonly zebra: { readonly sM: number; readonly lengthM: number } | null;
  readonly ego: EgoPlan;
  readonly look: SceneLook;
  readonly scenery: readonly SceneryItem[];
}

export interface EgoPlan {
  readonly lane: number;
  readonly startSpeedMps: number;
  readonly traits: DriverTraits;
  readonly stopTargets: readonly StopTarget[];
  readonly laneChange: LaneChangePlan | null;
  readonly cutIn: CutIn | null;
}

export interface DriverTraits {
  readonly desiredSpeedMps: number;
  readonly headwayS: number;
  readonly maxAccelMps2: number;
  readonly comfortBrakeMps2: number;
  /** A standing obstacle is braked for once stopping before it takes this much. */
  readonly engageBrakeMps2: number;
  readonly standstillGapM: number;
  /** From when something can be seen to when it is acted on. */
  readonly reactionS: number;
  readonly maxLateralAccelMps2: number;
}

/** A line that the front bumper must not pass while the target holds. */
export interface StopTarget {
  readonly sM: number;
  readonly fromS: number;
  readonly untilS: number;
  readonly kind: 'light' | 'pedestrian';
  readonly trackId: string | null;
}

/** A lane change that starts when the gap to a vehicle falls below a bound. */
interface LaneChangePlan {
  readonly direction: Direction;
  readonly toLane: number;
  readonly behindTrackId: string;
  readonly triggerGapM: number;
  readonly durationS: number;
  readonly cause: CauseKind;
}

/** An agent that will merge into the ego lane; it can be seen to do so from `visibleFromS` on. */
interface CutIn {
  readonly trackId: string;
  readonly visibleFromS: number;
  readonly from: Direction;
}

/** The recorded vehicle. Rig origin: on the ground below the middle of the rear axle. */
export const EGO_VEHICLE = {
  lengthM: 4.87,
  widthM: 1.93,
  heightM: 1.68,
  rearAxleToCentreM: 1.41,
  wheelbaseM: 2.85,
  trackWidthM: 1.62,
} as const;

/** From the rig origin to the front bumper. */
export const EGO_FRONT_M = EGO_VEHICLE.rearAxleToCentreM + EGO_VEHICLE.lengthM / 2;
