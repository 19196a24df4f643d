import { brakingPointM, laneCentreM, moving, quietPlan, towardsSpeed } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { drivingVehicle, inLane, sampleVehicle } from './traffic.ts';

/**
 * Stopping behind a vehicle: the one that we follow brakes to a stop (and may move off again), only slows down, or a
 * queue already stands there.
 */
export function leadStop(kit: ScenarioKit): ScenarioPlan {
  const variant = kit.random.pick(['brakes', 'brakes', 'brakes_and_goes', 'slows', 'queue']);
  return variant === 'queue' ? queue(kit) : braking(kit, variant);
}

function braking(kit: ScenarioKit, variant: 'brakes' | 'brakes_and_goes' | 'slows'): ScenarioPlan {
  const { random, traits, eventS } = kit;
  const speedMps = traits.desiredSpeedMps * random.uniform(0.88, 0.98);
  const gapM = traits.standstillGapM + speedMps * traits.headwayS * random.uniform(1.1, 1.6);
  const brakeMps2 = random.uniform(1.8, 3.2);
  const goesS = eventS + speedMps / brakeMps2 + random.uniform(2, 4.5);
  const slowMps = variant === 'slows' ? speedMps * random.uniform(0.35, 0.6) : 0;
  const goMps = traits.desiredSpeedMps * random.uniform(0.8, 1);
  const motion = moving(
    kit,
    { sM: gapM + 6.5, speedMps },
    (tS, state) => {
      if (tS < eventS) return towardsSpeed(speedMps, 0.6)(tS, state);
      if (variant === 'brakes_and_goes' && tS > goesS) return towardsSpeed(goMps, 1.5)(tS, state);
      if (state.speedMps > slowMps + 0.2) return -brakeMps2;
      return slowMps > 0 ? towardsSpeed(slowMps, 0.5)(tS, state) : -brakeMps2;
    },
    8,
  );
  const parts = sampleVehicle('lead', random.fork('lead'));
  const lead = drivingVehicle(parts, motion, inLane(laneCentreM(kit, kit.egoLane)));
  return { ...quietPlan(kit, variant), startSpeedMps: speedMps, agents: [lead] };
}

function queue(kit: ScenarioKit): ScenarioPlan {
  const { random } = kit;
  const dM = laneCentreM(kit, kit.egoLane);
  const goesS = kit.eventS + random.uniform(6, 10);
  let tailM = brakingPointM(kit, kit.eventS) + kit.traits.standstillGapM + 4;
  const agents = Array.from({ length: random.int(1, 3) }, (_, i) => {
    const parts = sampleVehicle(`lead-${i}`, random.fork(`queue-${i}`), ['sedan', 'suv', 'van']);
    const startsS = goesS + 1.2 * (3 - i);
    const motion = moving(kit, { sM: tailM + 2.5, speedMps: 0 }, (tS, state) =>
      tS < startsS ? -1 : towardsSpeed(kit.traits.desiredSpeedMps, 1.4)(tS, state),
    );
    tailM += 5.5 + random.uniform(1.8, 3);
    return drivingVehicle(parts, motion, inLane(dM + random.uniform(-0.15, 0.15)));
  });
  return { ...quietPlan(kit, 'queue'), agents };
}
