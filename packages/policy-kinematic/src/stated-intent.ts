import type { SteadyMotion } from './circular-arc.ts';

/** Slower than this stands, as scoring's checks of stops have it. */
const STANDS_BELOW_MPS = 0.5;
/** A turn: at least 20 degrees over the horizon, on a circle of less than 50 m; what is wider may be the road's bend. */
const TURNS_RAD = 0.35;
const TURNS_RAD_PER_M = 0.02;

/**
 * What a circular arc at constant speed is called in the closed vocabulary of driving decisions. It is worked out from
 * the motion itself, so it always agrees with it, and it gives no cause, because there is none. "Keep lane" is the name
 * of a path that neither turns nor changes lane: the policy knows of no lane.
 * @param horizonS length of the path, s
 */
export function statedIntent({ speedMps, yawRateRadps }: SteadyMotion, horizonS: number): string {
  const standing = Math.abs(speedMps) < STANDS_BELOW_MPS;
  if (standing) return 'Remain stopped.';
  const turns =
    Math.abs(yawRateRadps) * horizonS >= TURNS_RAD &&
    Math.abs(yawRateRadps) >= TURNS_RAD_PER_M * Math.abs(speedMps);
  if (!turns) return 'Keep lane and keep the current speed.';
  return `Turn ${yawRateRadps > 0 ? 'left' : 'right'} and keep the current speed.`;
}
