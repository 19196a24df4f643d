import { buildScene } from './build-scene.ts';
import type { Decision } from './decision.ts';
import { driveEgo } from './ego.ts';
import type { EgoDrive } from './ego.ts';
import { labelTimeline } from './label-timeline.ts';
import { Random, uuidOf } from './random.ts';
import { SCENARIOS } from './scene.ts';
import type { Scenario, Scene } from './scene.ts';

/** A drive before it is written: the world, the ego vehicle in it, and what it decided. Pure: a function of its key. */
export interface SimulatedDrive {
  readonly driveId: string;
  readonly durationS: number;
  readonly scene: Scene;
  readonly ego: EgoDrive;
  /** One per step of the scene's clock. */
  readonly labels: readonly Decision[];
  /** The decision at a time of the drive, microseconds. */
  labelsAt(tUs: number): Decision;
}

/** What one drive is a function of. Its number alone decides the scenario, so that every scenario has its turn. */
export interface DriveKey {
  readonly seed: number;
  readonly number: number;
  readonly durationS: number;
  readonly scenarios: readonly [Scenario, ...Scenario[]];
}

export const ALL_SCENARIOS: readonly [Scenario, ...Scenario[]] = [...SCENARIOS];

export function driveIdOf(key: DriveKey): string {
  return uuidOf(textOf(key));
}

export function simulateDrive(key: DriveKey): SimulatedDrive {
  const scenario = key.scenarios[key.number % key.scenarios.length] ?? key.scenarios[0];
  const random = new Random(textOf(key));
  const scene = buildScene(scenario, key.durationS, random.fork('scene'));
  const ego = driveEgo(scene, random.fork('ego'));
  const labels = labelTimeline(scene, ego);
  return {
    driveId: driveIdOf(key),
    durationS: key.durationS,
    scene,
    ego,
    labels,
    labelsAt(tUs) {
      const i = Math.round((tUs / 1e6 - scene.clock.startS) / scene.clock.stepS);
      const label = labels[i];
      if (!label) throw new RangeError(`${tUs} us is outside drive ${driveIdOf(key)}`);
      return label;
    },
  };
}

function textOf({ seed, number, durationS, scenarios }: DriveKey): string {
  return `synthetic-drives/1 ${seed} ${number} ${durationS} ${scenarios.join(',')}`;
}
