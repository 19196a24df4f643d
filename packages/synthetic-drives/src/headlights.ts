import type { Camera } from './camera.ts';
import type { SceneLook } from './scene-look.ts';

const REACH_M = 26;

/** Light that the ego vehicle's lamps add where a camera looks: they shine ahead, so little of it to the sides. */
export function beamOf({ mount }: Camera, look: SceneLook): number {
  return look.beam * Math.max(0, Math.cos(mount.yaw)) ** 2;
}

/** Share of the beam that reaches a distance. */
export function nearness(distanceM: number): number {
  const far = distanceM / REACH_M;
  return 1 / (1 + far * far);
}
