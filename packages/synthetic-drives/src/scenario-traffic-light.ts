import type { Agent } from './agent.ts';
import { brakingPointM, cruiseM, quietPlan } from './scenario-kit.ts';
import type { ScenarioKit, ScenarioPlan } from './scenario-kit.ts';
import type { StopTarget } from './scene.ts';
import { crossingVehicle, sampleVehicle } from './traffic.ts';
import { EGO_FRONT_M } from './scene.ts';
import type { LightPhase, TrafficLight } from './traffic-light.ts';

const AMBER_S = 2.5;

/**
 * A crossing with a light: red all the time, red and then green (before or after we stand), green that turns red
 * when we could still stop, or green all the time, at which nobody should brake.
 */
export function trafficLight(kit: ScenarioKit): ScenarioPlan {
  const { random, traits, eventS } = kit;
  const variant = random.pick([
    'stays_red',
    'red_then_green',
    'red_then_green',
    'green_then_red',
    'green_then_red',
    'stays_green',
  ]);
  const brakeMps2 = random.uniform(1.7, 2.6);
  const stopLineM =
    variant === 'green_then_red'
      ? cruiseM(kit, eventS + traits.reactionS) +
        EGO_FRONT_M +
        traits.desiredSpeedMps ** 2 / (2 * brakeMps2)
      : brakingPointM(kit, eventS) + EGO_FRONT_M;
  const halfWidthM = random.uniform(5, 7.5);
  const crossingM = stopLineM + 2.5 + halfWidthM;
  const greenS = eventS + random.uniform(2, 9);
  const phases: Record<typeof variant, TrafficLight['phases']> = {
    stays_red: [red()],
    red_then_green: [red(), { fromS: greenS, colour: 'green' }],
    green_then_red: [green(), { fromS: eventS, colour: 'amber' }, red(eventS + AMBER_S)],
    stays_green: [green()],
  };
  const light: TrafficLight = {
    stopLineM,
    mastM: crossingM + halfWidthM + 1.5,
    phases: phases[variant],
  };
  return {
    ...quietPlan(kit, variant),
    light,
    crossing: { sM: crossingM, halfWidthM },
    stopTargets: stopTargetsOf(light),
    agents: variant === 'stays_green' ? [] : crossTraffic(kit, crossingM, light),
    oncomingFlows: variant === 'stays_green',
  };
}

function stopTargetsOf(light: TrafficLight): StopTarget[] {
  return light.phases.flatMap((phase, i) => {
    if (phase.colour === 'green') return [];
    // Amber and the red after it are one thing to stop for.
    if (light.phases[i - 1]?.colour === 'amber') return [];
    const green = light.phases.slice(i).find(({ colour }) => colour === 'green');
    const untilS = green?.fromS ?? Infinity;
    return [
      { sM: light.stopLineM - 0.8, fromS: phase.fromS, untilS, kind: 'light', trackId: null },
    ];
  });
}

/** Vehicles on the side street while our light is red. */
function crossTraffic(kit: ScenarioKit, crossingM: number, light: TrafficLight): Agent[] {
  const random = kit.random.fork('cross-traffic');
  const red = light.phases.find(({ colour }) => colour === 'red');
  if (!red) return [];
  const green = light.phases.find(({ colour, fromS }) => colour === 'green' && fromS > red.fromS);
  const fromS = Math.max(red.fromS, kit.clock.startS) + 2;
  const untilS = Math.min(green?.fromS ?? Infinity, kit.endS) - 2.5;
  const agents: Agent[] = [];
  for (let atS = fromS + random.uniform(0, 2); atS < untilS; atS += random.uniform(2, 4.5)) {
    const toLeft = random.chance(0.5);
    const id = `cross-${agents.length}`;
    const parts = sampleVehicle(id, random.fork(id), ['sedan', 'suv', 'van']);
    const path = { sM: crossingM + (toLeft ? -1 : 1) * 1.8, dM: 0, atS, toLeft };
    agents.push(crossingVehicle(parts, path, random.uniform(7, 10)));
  }
  return agents;
}

function red(fromS = -Infinity): LightPhase {
  return { fromS, colour: 'red' };
}

function green(fromS = -Infinity): LightPhase {
  return { fromS, colour: 'green' };
}
