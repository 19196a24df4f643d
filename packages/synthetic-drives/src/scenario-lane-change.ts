import type { Agent } from './agent.ts';
import { cruiseM, laneCentreM, moving, quietPlan, towardsSpeed } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { EGO_FRONT_M } from './scene.ts';
import { cone, drivingVehicle, inLane, sampleVehicle, standingVehicle } from './traffic.ts';

/** We change lane past a slow vehicle, or past one that stands with its hazard lights on behind cones. */
export function laneChange(kit: ScenarioKit): ScenarioPlan {
  const { random, traits, eventS, egoLane } = kit;
  const variant = random.pick(['slow_vehicle', 'slow_vehicle', 'blocked_lane']);
  const direction =
    egoLane === 0
      ? 'left'
      : egoLane === kit.lanes.ahead - 1
        ? 'right'
        : random.pick(['left', 'right']);
  const toLane = direction === 'left' ? egoLane + 1 : egoLane - 1;
  const durationS = random.uniform(3.6, 4.8);
  const dM = laneCentreM(kit, egoLane);
  const triggerS = variant === 'blocked_lane' ? random.uniform(4, 4.8) : random.uniform(2.4, 3.2);
  const triggerGapM = traits.desiredSpeedMps * triggerS;
  const rearM = cruiseM(kit, eventS) + EGO_FRONT_M + triggerGapM;
  const agents: Agent[] = [];
  if (variant === 'slow_vehicle') {
    const speedMps = traits.desiredSpeedMps * random.uniform(0.35, 0.6);
    const parts = sampleVehicle('slow', random.fork('slow'), ['truck', 'van', 'bus', 'sedan']);
    const startM = rearM + 4.5 - speedMps * (eventS - kit.clock.startS);
    const motion = moving(kit, { sM: startM, speedMps }, towardsSpeed(speedMps, 0.5));
    agents.push(drivingVehicle(parts, motion, inLane(dM)));
  } else {
    const parts = sampleVehicle('slow', random.fork('slow'), ['van', 'truck', 'sedan']);
    agents.push(standingVehicle(parts, { sM: rearM + 4.5, dM }, { indicator: 'both' }));
    for (let i = 0; i < 4; i++) {
      const across = (i / 3 - 0.5) * (kit.laneWidthM - 1.2) * (direction === 'left' ? 1 : -1);
      agents.push(cone(`cone-${i}`, { sM: rearM - 9 + 2.2 * i, dM: dM + across }));
    }
  }
  return {
    ...quietPlan(kit, variant),
    agents,
    laneChange: {
      ...{ direction, toLane, behindTrackId: 'slow', triggerGapM, durationS },
      cause: variant,
    },
  };
}
