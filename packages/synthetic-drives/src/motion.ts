/** The grid that everything is simulated on: 100 Hz, from before the cameras start to after they end. */
export interface SimClock {
  readonly startS: number;
  readonly stepS: number;
  readonly count: number;
}

/** Distance, speed and acceleration at each step of the clock. */
export interface Motion {
  readonly clock: SimClock;
  readonly sM: Float64Array;
  readonly speedMps: Float64Array;
  readonly accelMps2: Float64Array;
}

export interface MotionState {
  readonly sM: number;
  readonly speedMps: number;
  readonly accelMps2: number;
}

/**
 * Integrates a wished acceleration with bounded jerk; speed never goes below zero, and a vehicle that stands stays
 * until it is asked to accelerate.
 */
export function integrateMotion(
  clock: SimClock,
  start: { readonly sM: number; readonly speedMps: number },
  wishedAccelMps2: (tS: number, state: MotionState) => number,
  maxJerkMps3 = 5,
): Motion {
  const sM = new Float64Array(clock.count);
  const speedMps = new Float64Array(clock.count);
  const accelMps2 = new Float64Array(clock.count);
  let state: MotionState = { ...start, accelMps2: 0 };
  for (let i = 0; i < clock.count; i++) {
    sM[i] = state.sM;
    speedMps[i] = state.speedMps;
    accelMps2[i] = state.accelMps2;
    const wished = wishedAccelMps2(clock.startS + i * clock.stepS, state);
    state = advance(state, wished, maxJerkMps3, clock.stepS);
  }
  return { clock, sM, speedMps, accelMps2 };
}

/** One step of `integrateMotion`. */
export function advance(
  state: MotionState,
  wishedAccelMps2: number,
  maxJerkMps3: number,
  stepS: number,
): MotionState {
  const reach = maxJerkMps3 * stepS;
  const change = Math.min(Math.max(wishedAccelMps2 - state.accelMps2, -reach), reach);
  let accelMps2 = state.accelMps2 + change;
  let speedMps = state.speedMps + accelMps2 * stepS;
  if (speedMps <= 0) {
    speedMps = 0;
    accelMps2 = Math.max(0, Math.min(wishedAccelMps2, reach));
  }
  return { sM: state.sM + ((state.speedMps + speedMps) / 2) * stepS, speedMps, accelMps2 };
}

/** State at any time; before the clock and after it, the ends. */
export function motionAt(motion: Motion, tS: number): MotionState {
  const { clock } = motion;
  const position = (tS - clock.startS) / clock.stepS;
  const i = Math.min(Math.max(Math.floor(position), 0), clock.count - 2);
  const f = Math.min(Math.max(position - i, 0), 1);
  const mix = (values: Float64Array) => (values[i] ?? 0) * (1 - f) + (values[i + 1] ?? 0) * f;
  return {
    sM: mix(motion.sM),
    speedMps: mix(motion.speedMps),
    accelMps2: mix(motion.accelMps2),
  };
}

/** The minimum-jerk step from 0 to 1 over [0, 1], and its first two derivatives. */
export function quintic(u: number): { value: number; slope: number; bend: number } {
  if (u <= 0) return { value: 0, slope: 0, bend: 0 };
  if (u >= 1) return { value: 1, slope: 0, bend: 0 };
  return {
    value: u * u * u * (10 + u * (-15 + 6 * u)),
    slope: u * u * (30 + u * (-60 + 30 * u)),
    bend: u * (60 + u * (-180 + 120 * u)),
  };
}
