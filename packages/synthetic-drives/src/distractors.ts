import type { Agent, Rgb } from './agent.ts';
import type { Random } from './random.ts';
import type { RoadShape } from './road.ts';
import { laneCentreM, moving, towardsSpeed } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import type { Distractor, Scenario, Scene } from './scene.ts';
import type { SceneLook } from './scene-look.ts';
import type { SceneryItem } from './scenery.ts';
import { cyclist, drivingVehicle, inLane, sampleVehicle } from './traffic.ts';
import type { LightColour } from './traffic-light.ts';

const NONE_SHARE = 0.35;
const RED: Rgb = [255, 36, 28];
const BOARD_PAINTS: readonly [Rgb, ...Rgb[]] = [
  [206, 28, 30],
  [206, 28, 30],
  [232, 176, 24],
  [30, 150, 74],
];
const NEON_PAINTS: readonly [Rgb, ...Rgb[]] = [RED, RED, [40, 230, 110], [255, 168, 30]];

/** What a distractor adds to a scene. */
export interface Distraction {
  readonly kind: Distractor;
  readonly agents: readonly Agent[];
  readonly scenery: readonly SceneryItem[];
  readonly farLight: Scene['farLight'];
  readonly zebra: Scene['zebra'];
}

interface Place {
  readonly scenario: Scenario;
  readonly kit: ScenarioKit;
  readonly plan: ScenarioPlan;
  readonly surroundings: SceneLook['surroundings'];
}

export function sampleDistraction(random: Random, place: Place, shape: RoadShape): Distraction {
  const kind = random.chance(NONE_SHARE) ? 'none' : random.pick(possibleAt(place));
  const nothing = { kind, agents: [], scenery: [], farLight: null, zebra: null };
  switch (kind) {
    case 'none':
      return nothing;
    case 'advertising':
      return { ...nothing, scenery: advertising(random, shape) };
    case 'side_light':
      return { ...nothing, scenery: sideLights(random, shape) };
    case 'far_light':
      return { ...nothing, farLight: farLight(random, place.plan) };
    case 'braking_neighbour':
      return { ...nothing, agents: [brakingNeighbour(random, place.kit)] };
    case 'cyclist':
      return { ...nothing, agents: cyclists(random, shape) };
    case 'empty_zebra': {
      const sM = random.uniform(50, 13 * place.kit.traits.desiredSpeedMps);
      return { ...nothing, zebra: { sM, lengthM: random.uniform(3, 4) } };
    }
  }
}

function possibleAt({ scenario, kit, plan, surroundings }: Place): [Distractor, ...Distractor[]] {
  const isOpen = plan.light === null && plan.zebra === null;
  const staysRed = plan.light?.phases.at(-1)?.colour === 'red';
  const hasNeighbour = kit.lanes.ahead === 2 && ['straight', 'lead_stop'].includes(scenario);
  return [
    'advertising',
    ...(isOpen ? (['side_light'] as const) : []),
    ...(staysRed ? (['far_light'] as const) : []),
    ...(hasNeighbour ? (['braking_neighbour'] as const) : []),
    ...(surroundings === 'town' && isOpen ? (['cyclist'] as const) : []),
    ...(scenario === 'straight' ? (['empty_zebra'] as const) : []),
  ];
}

function edgeM(shape: RoadShape, side: 1 | -1): number {
  const lanes = side > 0 ? shape.lanesOncoming : shape.lanesAhead;
  return side * (lanes * shape.laneWidthM + shape.shoulderM);
}

function advertising(random: Random, shape: RoadShape): SceneryItem[] {
  const items: SceneryItem[] = [];
  for (let sM = random.uniform(10, 60); sM < shape.toM; sM += random.uniform(35, 80)) {
    const side = random.sign();
    const dM = edgeM(shape, side) + side * random.uniform(2.6, 3.6);
    items.push(
      random.chance(0.5)
        ? { kind: 'billboard', sM, dM, size: [0.2, 3, 4.4], paint: random.pick(BOARD_PAINTS) }
        : { kind: 'neon', sM, dM, size: [0.2, 1.8, 3.6], paint: random.pick(NEON_PAINTS) },
    );
  }
  return items;
}

function sideLights(random: Random, shape: RoadShape): SceneryItem[] {
  const items: SceneryItem[] = [];
  for (let sM = random.uniform(50, 110); sM < shape.toM; sM += random.uniform(90, 150)) {
    const side = random.sign();
    const dM = edgeM(shape, side) + side * random.uniform(3, 4.5);
    // Turned to those who come from its own side of the road.
    const yawRoad = -side * random.uniform(0.95, 1.2);
    items.push({ kind: 'side_light', sM, dM, size: [0.3, 0.9, 3.3], paint: RED, yawRoad });
  }
  return items;
}

function farLight(random: Random, { light }: ScenarioPlan): Scene['farLight'] {
  if (!light) return null;
  const colour: LightColour = random.chance(0.65) ? 'green' : 'red';
  const mastM = light.mastM + random.uniform(65, 110);
  return { stopLineM: mastM - 16, mastM, phases: [{ fromS: -Infinity, colour }] };
}

/** Slows down and speeds up again, time and again, in the lane beside ours. */
function brakingNeighbour(random: Random, kit: ScenarioKit): Agent {
  const cruiseMps = kit.traits.desiredSpeedMps * random.uniform(0.92, 1.02);
  const slowMps = cruiseMps * random.uniform(0.3, 0.6);
  const brakeMps2 = random.uniform(1.8, 2.8);
  const [periodS, offsetS] = [random.uniform(9, 13), random.uniform(0, 9)];
  const slowS = (cruiseMps - slowMps) / brakeMps2 + random.uniform(0.5, 1.5);
  const start = { sM: random.uniform(24, 48), speedMps: cruiseMps };
  const motion = moving(
    kit,
    start,
    (tS, state) => {
      const isSlowing = (tS + kit.clock.count + offsetS) % periodS < slowS;
      if (!isSlowing) return towardsSpeed(cruiseMps, 1.6)(tS, state);
      return state.speedMps > slowMps + 0.2 ? -brakeMps2 : 0;
    },
    8,
  );
  const parts = sampleVehicle('neighbour', random.fork('neighbour'));
  return drivingVehicle(parts, motion, inLane(laneCentreM(kit, 1 - kit.egoLane)));
}

function cyclists(random: Random, shape: RoadShape): Agent[] {
  return Array.from({ length: random.int(1, 3) }, (_, i) => {
    const side = random.chance(0.7) ? -1 : 1;
    const dM = edgeM(shape, side) + side * random.uniform(0.9, 1.4);
    const place = { sM: 25 + 45 * i + random.uniform(0, 30), dM };
    return cyclist(`cyclist-${i}`, random.fork(`cyclist-${i}`), place);
  });
}
