import { at } from '@drivesweep/geometry';
import type { NuplanComfort } from './nuplan-comfort.ts';

/** What NAVSIM's extended comfort compares between two plans, and the largest difference that is still comfortable. */
export const EXTENDED_COMFORT_LIMITS = {
  accel: 0.7,
  jerk: 0.5,
  yaw_rate: 0.1,
  yaw_accel: 0.1,
} as const;
type ExtendedTerm = keyof typeof EXTENDED_COMFORT_LIMITS;

export interface ExtendedComfort {
  /** Root mean square of the differences where the plans overlap: m/s^2, m/s^3, rad/s and rad/s^2. */
  readonly rms: Readonly<Record<ExtendedTerm, number>>;
  readonly isComfortable: boolean;
}

/**
 * Whether a plan goes on as the one before it meant to: the root mean square differences of acceleration, jerk, yaw rate
 * and yaw acceleration, each at most its limit. Series are those of `createNuplanComfort(..., 2)` over the tracked plans,
 * without history.
 * @param overlapStart states by which the later plan starts after the earlier one
 * @throws RangeError when they do not overlap
 * Source: autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/scoring (extended comfort).
 */
export function extendedComfort(
  later: NuplanComfort,
  earlier: NuplanComfort,
  overlapStart: number,
): ExtendedComfort {
  const states = Math.min(later.accel.length, earlier.accel.length - overlapStart);
  if (!(states > 0 && overlapStart >= 0)) throw new RangeError('the plans do not overlap');
  const rmsOf = (term: ExtendedTerm): number => {
    let sum = 0;
    for (let i = 0; i < states; i++) {
      sum += (at(later[term], i) - at(earlier[term], i + overlapStart)) ** 2;
    }
    return Math.sqrt(sum / states);
  };
  const rms = {
    accel: rmsOf('accel'),
    jerk: rmsOf('jerk'),
    yaw_rate: rmsOf('yaw_rate'),
    yaw_accel: rmsOf('yaw_accel'),
  };
  const isComfortable =
    rms.accel <= EXTENDED_COMFORT_LIMITS.accel &&
    rms.jerk <= EXTENDED_COMFORT_LIMITS.jerk &&
    rms.yaw_rate <= EXTENDED_COMFORT_LIMITS.yaw_rate &&
    rms.yaw_accel <= EXTENDED_COMFORT_LIMITS.yaw_accel;
  return { rms, isComfortable };
}
