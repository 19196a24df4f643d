import { brakingPointM, cruiseM, quietPlan } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { EGO_FRONT_M } from './scene.ts';
import { person } from './traffic.ts';

/**
 * A zebra crossing: somebody steps onto the road, is already on it when it comes into reach, or stands beside it and
 * stays there.
 */
export function pedestrian(kit: ScenarioKit): ScenarioPlan {
  const { random, traits, eventS } = kit;
  const variant = random.pick(['steps_out', 'steps_out', 'is_crossing', 'stays']);
  const brakeMps2 = random.uniform(1.6, 2.6);
  const lengthM = random.uniform(3, 4);
  const zebraM =
    variant === 'steps_out'
      ? cruiseM(kit, eventS + traits.reactionS) +
        EGO_FRONT_M +
        traits.desiredSpeedMps ** 2 / (2 * brakeMps2) +
        2.5
      : brakingPointM(kit, eventS) + EGO_FRONT_M + 2.5;
  const side = random.sign();
  const speedMps = random.uniform(1.1, 1.6);
  const kerbM = (side > 0 ? kit.lanes.oncoming : kit.lanes.ahead) * kit.laneWidthM + 1.1;
  const farM = (side > 0 ? kit.lanes.ahead : kit.lanes.oncoming) * kit.laneWidthM + 1.4;
  const fromS = variant === 'is_crossing' ? eventS - random.uniform(0.3, 1.2) : eventS;
  const crossS = (kerbM + farM) / speedMps;
  const sM = zebraM + lengthM / 2 + random.uniform(-0.6, 0.6);
  const walker = person('pedestrian', random.fork('pedestrian'), (tS) => {
    const walked = variant === 'stays' ? 0 : Math.min(Math.max(tS - fromS, 0), crossS);
    const walks = walked > 0 && walked < crossS;
    return {
      sM,
      dM: side * (kerbM - walked * speedMps),
      yawRoad: variant === 'stays' ? Math.PI / 5 : (-side * Math.PI) / 2,
      speedMps: walks ? speedMps : 0,
    };
  });
  const egoDM = (kit.egoLane + 0.5 - kit.lanes.ahead) * kit.laneWidthM;
  const clearM = Math.abs(side * kerbM - egoDM) + 2;
  const plan = quietPlan(kit, variant);
  const base = { ...plan, agents: [walker], zebra: { sM: zebraM, lengthM }, oncomingFlows: false };
  if (variant === 'stays') return base;
  const untilS = fromS + clearM / speedMps;
  return {
    ...base,
    stopTargets: [{ sM: zebraM - 1.5, fromS, untilS, kind: 'pedestrian', trackId: walker.trackId }],
  };
}
