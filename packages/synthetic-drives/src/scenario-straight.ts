import { laneCentreM, moving, quietPlan, towardsSpeed } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { drivingVehicle, inLane, sampleVehicle } from './traffic.ts';

/** Nothing happens: cruising, following steady traffic, or gaining speed towards the limit. */
export function straight(kit: ScenarioKit): ScenarioPlan {
  const { random, traits } = kit;
  const variant = random.pick(['free', 'follow', 'gain_speed']);
  const plan = quietPlan(kit, variant);
  if (variant === 'gain_speed') {
    return { ...plan, startSpeedMps: traits.desiredSpeedMps * random.uniform(0.35, 0.7) };
  }
  if (variant === 'free') return plan;

  const leadSpeedMps = traits.desiredSpeedMps * random.uniform(0.82, 0.97);
  const gapM = traits.standstillGapM + leadSpeedMps * traits.headwayS * random.uniform(1.1, 1.5);
  const swing = { size: random.uniform(0.4, 1.2), period: random.uniform(7, 13) };
  const motion = moving(kit, { sM: gapM + 6.5, speedMps: leadSpeedMps }, (tS, state) =>
    towardsSpeed(leadSpeedMps + swing.size * Math.sin((2 * Math.PI * tS) / swing.period), 0.8)(
      tS,
      state,
    ),
  );
  const lead = drivingVehicle(
    sampleVehicle('lead', random.fork('lead')),
    motion,
    inLane(laneCentreM(kit, kit.egoLane)),
  );
  return { ...plan, startSpeedMps: leadSpeedMps, agents: [lead] };
}
