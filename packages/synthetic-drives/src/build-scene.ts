import type { Agent } from './agent.ts';
import type { SimClock } from './motion.ts';
import type { Random } from './random.ts';
import { Road } from './road.ts';
import type { RoadShape } from './road.ts';
import { sampleDistraction } from './distractors.ts';
import { cutIn } from './scenario-cut-in.ts';
import { curve } from './scenario-curve.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { laneChange } from './scenario-lane-change.ts';
import { leadStop } from './scenario-lead-stop.ts';
import { pedestrian } from './scenario-pedestrian.ts';
import { straight } from './scenario-straight.ts';
import { trafficLight } from './scenario-traffic-light.ts';
import type { DriverTraits, Scenario, Scene } from './scene.ts';
import { sampleLook } from './scene-look.ts';
import { sampleScenery } from './scenery.ts';
import type { OpenStretch } from './scenery.ts';
import { oncomingVehicle, sampleVehicle, standingVehicle, stroller } from './traffic.ts';

const SCENARIO_PLANS: Readonly<Record<Scenario, (kit: ScenarioKit) => ScenarioPlan>> = {
  straight,
  curve,
  lead_stop: leadStop,
  traffic_light: trafficLight,
  cut_in: cutIn,
  lane_change: laneChange,
  pedestrian,
};

/** Scenarios that play on roads with several lanes per direction, at higher speeds. */
const WIDE_ROADS: readonly Scenario[] = ['cut_in', 'lane_change'];

/** Egomotion starts this long before the cameras and ends this long after them. */
const LEAD_IN_S = 2;
const LEAD_OUT_S = 3;
const VIEW_AHEAD_M = 260;
const VIEW_BEHIND_M = 60;

/** Samples a whole scene. The same random key and duration give the same scene. */
export function buildScene(scenario: Scenario, durationS: number, random: Random): Scene {
  const clock = clockOf(durationS);
  const wide = WIDE_ROADS.includes(scenario);
  const lanes = {
    ahead: wide ? random.int(2, 3) : random.int(1, 2),
    oncoming: wide ? random.int(1, 2) : 1,
  };
  const kit: ScenarioKit = {
    random: random.fork('scenario'),
    clock,
    lanes,
    laneWidthM: random.uniform(3.3, 3.7),
    eventS: sampleEventS(durationS, random),
    endS: durationS,
    traits: sampleTraits(random.fork('driver'), wide),
    egoLane: random.int(0, lanes.ahead - 1),
  };
  const plan = SCENARIO_PLANS[scenario](kit);
  const surroundings = wide || random.chance(0.35) ? 'country' : 'town';
  const longest = plan.traits.desiredSpeedMps * 1.1 * clock.count * clock.stepS;
  const shape: RoadShape = {
    fromM: -VIEW_BEHIND_M,
    toM: longest + VIEW_AHEAD_M,
    bends: plan.bends,
    laneWidthM: kit.laneWidthM,
    lanesAhead: lanes.ahead,
    lanesOncoming: lanes.oncoming,
    shoulderM: surroundings === 'town' ? 2.4 : 0.8,
  };
  const place = { scenario, kit, plan, surroundings } as const;
  const distraction = sampleDistraction(random.fork('distraction'), place, shape);
  const zebra = plan.zebra ?? distraction.zebra;
  const open = openStretches(plan.crossing, zebra);
  return {
    scenario,
    variant: plan.variant,
    clock,
    road: new Road(shape),
    agents: [
      ...plan.agents,
      ...(plan.oncomingFlows ? oncoming(random.fork('oncoming'), shape, clock) : []),
      ...(surroundings === 'town' ? parked(random.fork('parked'), shape, open) : []),
      ...strollers(random.fork('strollers'), shape, surroundings === 'town' ? 5 : 1, open),
      ...distraction.agents,
    ],
    light: plan.light,
    farLight: distraction.farLight,
    distractor: distraction.kind,
    crossing: plan.crossing,
    zebra,
    ego: {
      lane: kit.egoLane,
      startSpeedMps: plan.startSpeedMps,
      traits: plan.traits,
      stopTargets: plan.stopTargets,
      laneChange: plan.laneChange,
      cutIn: plan.cutIn,
    },
    look: sampleLook(random.fork('look'), surroundings),
    scenery: [
      ...sampleScenery(random.fork('scenery'), shape, surroundings, open),
      ...distraction.scenery,
    ],
  };
}

function clockOf(durationS: number): SimClock {
  const stepS = 0.01;
  return {
    startS: -LEAD_IN_S,
    stepS,
    count: Math.round((LEAD_IN_S + durationS + LEAD_OUT_S) / stepS) + 1,
  };
}

/** Inside the part of a drive whose windows have a whole history before and a whole future after. */
function sampleEventS(durationS: number, random: Random): number {
  const first = Math.min(2.6, durationS * 0.3);
  return random.uniform(first, Math.max(durationS - 7.2, first + 0.5));
}

function sampleTraits(random: Random, fast: boolean): DriverTraits {
  return {
    desiredSpeedMps: fast ? random.uniform(12, 19) : random.uniform(8.5, 15),
    headwayS: random.uniform(1.1, 1.6),
    maxAccelMps2: random.uniform(1.3, 2),
    comfortBrakeMps2: random.uniform(1.7, 2.3),
    engageBrakeMps2: random.uniform(1.5, 2),
    standstillGapM: random.uniform(2.2, 3.5),
    reactionS: random.uniform(0.5, 0.8),
    maxLateralAccelMps2: random.uniform(1.9, 2.6),
  };
}

function openStretches(crossing: Scene['crossing'], zebra: Scene['zebra']): OpenStretch[] {
  return [
    ...(crossing
      ? [
          {
            fromM: crossing.sM - crossing.halfWidthM - 4,
            toM: crossing.sM + crossing.halfWidthM + 2,
          },
        ]
      : []),
    ...(zebra ? [{ fromM: zebra.sM - 8, toM: zebra.sM + zebra.lengthM + 3 }] : []),
  ];
}

function oncoming(random: Random, shape: RoadShape, clock: SimClock): Agent[] {
  const speedMps = random.uniform(9, 15);
  const reachM = shape.toM + speedMps * clock.count * clock.stepS;
  const agents: Agent[] = [];
  for (let sM = random.uniform(20, 90); sM < reachM; sM += random.uniform(28, 130)) {
    const id = `oncoming-${agents.length}`;
    const lane = random.int(0, shape.lanesOncoming - 1);
    const dM = (lane + 0.5) * shape.laneWidthM + random.uniform(-0.2, 0.2);
    agents.push(
      oncomingVehicle(sampleVehicle(id, random.fork(id)), { sM, dM, atS: clock.startS }, speedMps),
    );
  }
  return agents;
}

function parked(random: Random, shape: RoadShape, open: readonly OpenStretch[]): Agent[] {
  const agents: Agent[] = [];
  for (const side of [-1, 1] as const) {
    const lanes = side > 0 ? shape.lanesOncoming : shape.lanesAhead;
    const dM = side * (lanes * shape.laneWidthM + shape.shoulderM - 1.05);
    for (let sM = shape.fromM; sM < shape.toM; sM += random.uniform(7, 38)) {
      if (open.some(({ fromM, toM }) => sM > fromM - 6 && sM < toM + 4)) continue;
      const id = `parked-${agents.length}`;
      const yawRoad = side > 0 ? Math.PI : 0;
      const parts = sampleVehicle(id, random.fork(id), ['sedan', 'sedan', 'suv']);
      agents.push(standingVehicle(parts, { sM, dM, yawRoad }));
    }
  }
  return agents;
}

function strollers(
  random: Random,
  shape: RoadShape,
  most: number,
  open: readonly OpenStretch[],
): Agent[] {
  const agents: Agent[] = [];
  for (let i = random.int(0, most); i > 0; i--) {
    const side = random.sign();
    const lanes = side > 0 ? shape.lanesOncoming : shape.lanesAhead;
    const dM = side * (lanes * shape.laneWidthM + shape.shoulderM + random.uniform(0.8, 2));
    const sM = random.uniform(20, shape.toM - 120);
    if (open.some(({ fromM, toM }) => sM > fromM - 25 && sM < toM + 25)) continue;
    agents.push(stroller(`stroller-${i}`, random.fork(`stroller-${i}`), sM, dM));
  }
  return agents;
}
