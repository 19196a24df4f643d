import { BODY_SIZES } from './agent.ts';
import type { Agent, AgentState, Rgb, VehicleBody } from './agent.ts';
import { motionAt, quintic } from './motion.ts';
import type { Motion } from './motion.ts';
import type { Random } from './random.ts';

const PAINTS: readonly [Rgb, ...Rgb[]] = [
  [225, 226, 224],
  [178, 182, 186],
  [92, 97, 104],
  [38, 40, 45],
  [150, 32, 34],
  [34, 62, 122],
  [42, 84, 62],
  [176, 142, 92],
  [58, 112, 150],
];
const CLOTHES: readonly [Rgb, ...Rgb[]] = [
  [190, 44, 40],
  [232, 190, 52],
  [40, 92, 168],
  [236, 236, 230],
  [52, 54, 62],
  [70, 130, 80],
  [214, 120, 48],
];

interface VehicleParts {
  readonly trackId: string;
  readonly body: VehicleBody;
  readonly paint: Rgb;
}

export function sampleVehicle(
  trackId: string,
  random: Random,
  bodies: readonly [VehicleBody, ...VehicleBody[]] = [
    'sedan',
    'sedan',
    'suv',
    'suv',
    'van',
    'truck',
  ],
): VehicleParts {
  return { trackId, body: random.pick(bodies), paint: random.pick(PAINTS) };
}

type Sideways = (tS: number) => { readonly dM: number; readonly rateMps: number };
type Indicator = (tS: number) => AgentState['indicator'];

/** A vehicle that follows a motion along the road; standing in traffic it holds its brake, so its lamps are lit. */
export function drivingVehicle(
  parts: VehicleParts,
  motion: Motion,
  sideways: Sideways,
  indicator: Indicator = () => null,
): Agent {
  return vehicle(parts, (tS) => {
    const { sM, speedMps, accelMps2 } = motionAt(motion, tS);
    const { dM, rateMps } = sideways(tS);
    return {
      sM,
      dM,
      yawRoad: speedMps > 0.3 ? Math.atan2(rateMps, speedMps) : 0,
      speedMps,
      braking: accelMps2 < -0.5 || speedMps < 0.05,
      indicator: indicator(tS),
    };
  });
}

/** A vehicle that comes towards us at a constant speed. */
export function oncomingVehicle(
  parts: VehicleParts,
  start: { readonly sM: number; readonly dM: number; readonly atS: number },
  speedMps: number,
): Agent {
  return vehicle(parts, (tS) => ({
    sM: start.sM - speedMps * (tS - start.atS),
    dM: start.dM,
    yawRoad: Math.PI,
    speedMps,
    braking: false,
    indicator: null,
  }));
}

/** A vehicle that stands, heading along the road or against it; dark unless it waits in traffic. */
export function standingVehicle(
  parts: VehicleParts,
  place: { readonly sM: number; readonly dM: number; readonly yawRoad?: number },
  lamps: { readonly braking?: boolean; readonly indicator?: AgentState['indicator'] } = {},
): Agent {
  const state: AgentState = {
    sM: place.sM,
    dM: place.dM,
    yawRoad: place.yawRoad ?? 0,
    speedMps: 0,
    braking: lamps.braking ?? false,
    indicator: lamps.indicator ?? null,
  };
  return vehicle(parts, () => state);
}

/** A vehicle on the side street, driving across our road at a constant speed. */
export function crossingVehicle(
  parts: VehicleParts,
  path: {
    readonly sM: number;
    readonly dM: number;
    readonly atS: number;
    readonly toLeft: boolean;
  },
  speedMps: number,
): Agent {
  const direction = path.toLeft ? 1 : -1;
  return vehicle(parts, (tS) => ({
    sM: path.sM,
    dM: path.dM + direction * speedMps * (tS - path.atS),
    yawRoad: (direction * Math.PI) / 2,
    speedMps,
    braking: false,
    indicator: null,
  }));
}

function vehicle(parts: VehicleParts, at: (tS: number) => AgentState): Agent {
  const { className, size } = BODY_SIZES[parts.body];
  return {
    trackId: parts.trackId,
    className,
    lengthM: size[0],
    widthM: size[1],
    heightM: size[2],
    look: { kind: 'vehicle', body: parts.body, paint: parts.paint },
    at,
  };
}

/** A person whose place is given for each time; faces where they go. */
export function person(
  trackId: string,
  random: Random,
  at: (tS: number) => Pick<AgentState, 'sM' | 'dM' | 'yawRoad' | 'speedMps'>,
): Agent {
  return {
    trackId,
    className: 'person',
    lengthM: 0.55,
    widthM: 0.6,
    heightM: random.uniform(1.6, 1.9),
    look: { kind: 'person', coat: random.pick(CLOTHES), trousers: random.pick(CLOTHES) },
    at: (tS) => ({ ...at(tS), braking: false, indicator: null }),
  };
}

/** A person who strolls along the pavement and never crosses: somebody to look at and not to brake for. */
export function stroller(trackId: string, random: Random, sM: number, dM: number): Agent {
  const speedMps = random.chance(0.3) ? 0 : random.uniform(0.8, 1.5);
  const direction = random.sign();
  const yawRoad = direction > 0 ? 0 : Math.PI;
  return person(trackId, random, (tS) => ({
    ...{ sM: sM + direction * speedMps * tS, dM, yawRoad, speedMps },
  }));
}

/** Somebody who cycles along beside the road at a constant speed and never crosses it. */
export function cyclist(
  trackId: string,
  random: Random,
  place: { readonly sM: number; readonly dM: number },
): Agent {
  const speedMps = random.uniform(3.2, 6);
  const direction = random.chance(0.75) ? 1 : -1;
  const still = { braking: false, indicator: null } as const;
  return {
    trackId,
    className: 'rider',
    ...{ lengthM: 1.75, widthM: 0.55, heightM: random.uniform(1.6, 1.85) },
    look: { kind: 'cyclist', coat: random.pick(CLOTHES), frame: random.pick(PAINTS) },
    at: (tS) => ({
      sM: place.sM + direction * speedMps * tS,
      dM: place.dM,
      yawRoad: direction > 0 ? 0 : Math.PI,
      speedMps,
      ...still,
    }),
  };
}

export function cone(trackId: string, place: { readonly sM: number; readonly dM: number }): Agent {
  const still = { yawRoad: 0, speedMps: 0, braking: false, indicator: null };
  return {
    trackId,
    className: 'protruding_object',
    ...{ lengthM: 0.4, widthM: 0.4, heightM: 0.8 },
    look: { kind: 'cone' },
    at: () => ({ ...place, ...still }),
  };
}

/** A lane change from one d to another, as a minimum-jerk step. */
export function shift(fromDM: number, toDM: number, fromS: number, durationS: number): Sideways {
  return (tS) => {
    const step = quintic((tS - fromS) / durationS);
    return {
      dM: fromDM + (toDM - fromDM) * step.value,
      rateMps: ((toDM - fromDM) * step.slope) / durationS,
    };
  };
}

export function inLane(dM: number): Sideways {
  const state = { dM, rateMps: 0 };
  return () => state;
}
