import { at } from '@drivesweep/geometry';
import type { TimedPlan } from './alpasim-collision.ts';

/** How much less each later pose counts, released with AlpaSim. */
export const PLAN_DEVIATION_DECAY = 0.1;

/**
 * How far a plan is from the one made before it, over the times that both have: the distance at each pose of the new
 * plan but its first, weighted with e^(-decay i) for i = 0, 1, ...; the earlier plan is interpolated linearly.
 * Undefined when they share no such time. Both in one frame, with times on one clock.
 * Source: NVlabs/alpasim@3032e0c:src/eval/src/eval/scorers/plan_deviation.py.
 */
export function planDeviation(
  earlier: Omit<TimedPlan, 'yaw'>,
  later: Omit<TimedPlan, 'yaw'>,
  decay: number = PLAN_DEVIATION_DECAY,
): number | undefined {
  let sum = 0;
  let weights = 0;
  for (let i = 1; i < later.tS.length; i++) {
    const place = placeAt(earlier, at(later.tS, i));
    if (place === undefined) continue;
    const weight = Math.exp(-decay * (i - 1));
    sum += weight * Math.hypot(at(later.x, i) - place[0], at(later.y, i) - place[1]);
    weights += weight;
  }
  return weights === 0 ? undefined : sum / weights;
}

function placeAt({ tS, x, y }: Omit<TimedPlan, 'yaw'>, time: number): [number, number] | undefined {
  for (let i = 0; i < tS.length; i++) {
    if (at(tS, i) === time) return [at(x, i), at(y, i)];
    if (i === 0 || !(at(tS, i - 1) < time && time < at(tS, i))) continue;
    const share = (time - at(tS, i - 1)) / (at(tS, i) - at(tS, i - 1));
    return [
      at(x, i - 1) + share * (at(x, i) - at(x, i - 1)),
      at(y, i - 1) + share * (at(y, i) - at(y, i - 1)),
    ];
  }
  return undefined;
}
