import { cruiseM, laneCentreM, moving, quietPlan, towardsSpeed } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import { EGO_FRONT_M } from './scene.ts';
import { drivingVehicle, sampleVehicle, shift } from './traffic.ts';

/** A slower vehicle merges into our lane shortly ahead of us; or it stays beside us, which is no reason to brake. */
export function cutIn(kit: ScenarioKit): ScenarioPlan {
  const { random, traits, eventS, egoLane } = kit;
  const stays = random.chance(0.2);
  const from =
    egoLane === 0
      ? 'left'
      : egoLane === kit.lanes.ahead - 1
        ? 'right'
        : random.pick(['left', 'right']);
  const fromLane = from === 'left' ? egoLane + 1 : egoLane - 1;
  const parts = sampleVehicle('cutter', random.fork('cutter'), ['sedan', 'suv', 'van', 'truck']);
  const speedMps = traits.desiredSpeedMps - random.uniform(1, 3);
  const afterMps = speedMps * random.uniform(0.6, 0.85);
  const gapM = random.uniform(9, 17);
  const startM =
    cruiseM(kit, eventS) + EGO_FRONT_M + gapM + 3 - speedMps * (eventS - kit.clock.startS);
  const motion = moving(kit, { sM: startM, speedMps }, (tS, state) =>
    towardsSpeed(tS < eventS + 0.8 || stays ? speedMps : afterMps, 1.6)(tS, state),
  );
  const durationS = random.uniform(2.4, 3.4);
  const fromM = laneCentreM(kit, fromLane);
  const toM = stays ? fromM : laneCentreM(kit, egoLane);
  const signals = (tS: number) =>
    !stays && tS > eventS - 0.7 && tS < eventS + durationS
      ? from === 'left'
        ? 'right'
        : 'left'
      : null;
  const cutter = drivingVehicle(parts, motion, shift(fromM, toM, eventS, durationS), signals);
  return {
    ...quietPlan(kit, stays ? 'stays' : `from_${from}`),
    agents: [cutter],
    cutIn: stays ? null : { trackId: 'cutter', visibleFromS: eventS + 0.35, from },
  };
}
