/**
 * Meta-actions of a path, as the open autolabeler names and finds them (Table 5 of arXiv 2511.00088;
 * NVlabs/alpamayo-coc-autolabeler@288ac28:src/meta_action/processor). Those of lanes are left out: they need a map.
 */

/** In the order in which the autolabeler tags them. */
export const LONGITUDINAL_ACTIONS = [
  'Reverse',
  'GentleAcceleration',
  'StrongAcceleration',
  'GentleDeceleration',
  'StrongDeceleration',
  'MaintainSpeed',
  'Stop',
] as const;
export type LongitudinalAction = (typeof LONGITUDINAL_ACTIONS)[number];

export const LATERAL_ACTIONS = [
  'ReverseRight',
  'ReverseLeft',
  'SteerRight',
  'SteerLeft',
  'SharpSteerRight',
  'SharpSteerLeft',
  'GoStraight',
] as const;
export type LateralAction = (typeof LATERAL_ACTIONS)[number];

/** Ticks are those of the autolabeler, 0.1 s long; with other steps they stand for the same time. */
export const TICK_S = 0.1;

/** Ends of `Stop`, `Reverse` and of the accelerations: m/s, m/s^2, and m/s of change that a name needs. */
export const LONGITUDINAL_BOUNDS = {
  reverseMps: 0.12,
  stopMps: 0.12,
  gentleMps2: 0.15,
  strongMps2: 1.4,
  changeMps: 0.8,
} as const;

/** rad/m and rad. */
export const LATERAL_BOUNDS = {
  reverseMps: 0.1,
  reverseRadPerM: 0.002,
  sharpRadPerM: 0.05,
  sharpRad: 0.2,
  steerRadPerM: 0.0015,
  steerRad: 0.015,
} as const;

/** Below these a segment is absorbed by its neighbours. */
const FEWEST_TICKS = { longitudinal: 8, maintainSpeed: 12, lateral: 10 } as const;

/** What is known of a stretch of time before it has a name. */
export interface Stretch {
  readonly durationS: number;
  /** Of speed, m/s, or of heading, rad (left positive). */
  readonly change: number;
  readonly distanceM: number;
  /** Mean speed along the heading; negative when reversing. */
  readonly alongMps: number;
}

export function longitudinalActionOf(stretch: Stretch): LongitudinalAction {
  const { durationS, change, distanceM, alongMps } = stretch;
  const { reverseMps, stopMps, gentleMps2, strongMps2, changeMps } = LONGITUDINAL_BOUNDS;
  const accelMps2 = change / durationS;
  if (alongMps <= -reverseMps) return 'Reverse';
  if (distanceM / durationS <= stopMps) return 'Stop';
  if (change >= changeMps) {
    if (accelMps2 >= strongMps2) return 'StrongAcceleration';
    if (accelMps2 >= gentleMps2) return 'GentleAcceleration';
  }
  if (change <= -changeMps) {
    if (accelMps2 <= -strongMps2) return 'StrongDeceleration';
    if (accelMps2 <= -gentleMps2) return 'GentleDeceleration';
  }
  return 'MaintainSpeed';
}

export function lateralActionOf(stretch: Stretch): LateralAction {
  const { change, alongMps } = stretch;
  const rate = turnRateRadPerM(stretch);
  const { reverseMps, reverseRadPerM, sharpRadPerM, sharpRad, steerRadPerM, steerRad } =
    LATERAL_BOUNDS;
  if (alongMps <= -reverseMps) {
    if (rate <= -reverseRadPerM && change <= -sharpRad) return 'ReverseRight';
    if (rate >= reverseRadPerM && change >= sharpRad) return 'ReverseLeft';
  }
  if (rate <= -sharpRadPerM && change <= -sharpRad) return 'SharpSteerRight';
  if (rate >= sharpRadPerM && change >= sharpRad) return 'SharpSteerLeft';
  if (rate <= -steerRadPerM && change <= -steerRad) return 'SteerRight';
  if (rate >= steerRadPerM && change >= steerRad) return 'SteerLeft';
  return 'GoStraight';
}

/** 0 of a stretch without distance. */
export function turnRateRadPerM({
  change,
  distanceM,
}: Pick<Stretch, 'change' | 'distanceM'>): number {
  return distanceM > 1e-6 ? change / distanceM : 0;
}

/** How many ticks of 0.1 s an action must last to stand on its own. */
export function fewestLongitudinalTicks(action: LongitudinalAction): number {
  return action === 'MaintainSpeed' ? FEWEST_TICKS.maintainSpeed : FEWEST_TICKS.longitudinal;
}

/** The same of the lateral axis. */
export function fewestLateralTicks(): number {
  return FEWEST_TICKS.lateral;
}
