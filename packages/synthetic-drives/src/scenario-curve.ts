import type { Bend } from './road.ts';
import { cruiseM, quietPlan } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';

/** A straight road that bends: at cruising speed, so sharply that the driver slows down, or there and back. */
export function curve(kit: ScenarioKit): ScenarioPlan {
  const { random, traits } = kit;
  const variant = random.pick(['gentle', 'sharp', 'double']);
  const lateralMps2 =
    variant === 'sharp'
      ? traits.maxLateralAccelMps2 * random.uniform(1.5, 3)
      : random.uniform(1.1, 1.7);
  const curvature = Math.min(lateralMps2 / traits.desiredSpeedMps ** 2, 0.035);
  const headingChange = variant === 'double' ? random.uniform(0.5, 0.8) : random.uniform(0.7, 1.4);
  const rampM = random.uniform(14, 24);
  const first: Bend = {
    startM: cruiseM(kit, kit.eventS + random.uniform(0.3, 1.5)),
    rampM,
    holdM: Math.max(headingChange / curvature - rampM, 5),
    curvature: curvature * random.sign(),
  };
  const back: Bend = {
    ...first,
    startM: first.startM + 2 * rampM + first.holdM + random.uniform(0, 15),
    curvature: -first.curvature,
  };
  const bends = variant === 'double' ? [first, back] : [first];
  return { ...quietPlan(kit, variant), bends };
}
