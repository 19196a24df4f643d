import { describe, expect, it } from 'vitest';
import { COMFORT_BOUNDS, COMFORT_TERMS } from './comfort-bounds.ts';
import { extendedComfort } from './extended-comfort.ts';
import { createNavsimTracker } from './navsim-tracker.ts';
import type { TrackedMotion } from './navsim-tracker.ts';
import { createNuplanComfort } from './nuplan-comfort.ts';
import type { NuplanComfort } from './nuplan-comfort.ts';
import { largestDifference, readFixture } from '../test-scores.ts';

interface NavsimCase {
  readonly name: string;
  readonly reference_poses: [number, number, number][];
  readonly initial_velocity_x: number;
  readonly velocity_profile: number[];
  readonly curvature_profile: number[];
  readonly commands_accel_steerrate: [number, number][];
  /** x, y, heading, vx, vy, ax, ay, steering, steering rate, yaw rate, yaw acceleration */
  readonly simulated_states: number[][];
  readonly comfort_flags: Record<(typeof COMFORT_TERMS)[number], boolean>;
  readonly comfort_series: Record<
    | 'acceleration_x'
    | 'acceleration_y'
    | 'acceleration_mag'
    | 'jerk_mag'
    | 'jerk_x'
    | 'yaw_rate'
    | 'yaw_accel_p3'
    | 'yaw_accel_p2_ec',
    number[]
  >;
}
const { cases, extended_comfort } = readFixture('navsim_lqr_bicycle_comfort') as {
  cases: NavsimCase[];
  extended_comfort: {
    current: string;
    previous: string;
    overlap_start_steps: number;
    rms: Record<'acceleration' | 'jerk' | 'yaw_rate' | 'yaw_accel', number>;
    pass: boolean;
  }[];
};

function track({ reference_poses: poses, initial_velocity_x }: NavsimCase): TrackedMotion {
  return createNavsimTracker(poses.length - 1)(
    {
      x: Float64Array.from(poses, ([x]) => x),
      y: Float64Array.from(poses, ([, y]) => y),
      yaw: Float64Array.from(poses, ([, , yaw]) => yaw),
    },
    { speedMps: initial_velocity_x, accelMps2: 0 },
  );
}

/** Comfort of simulated states, moved to the middle of the Pacifica as NAVSIM does. */
function comfortOf({ simulated_states: states }: NavsimCase, yawAccelOrder: 2 | 3): NuplanComfort {
  const column = (i: number): Float64Array => Float64Array.from(states, (state) => state[i] ?? NaN);
  const [ax, yawRate, yawAccel] = [column(5), column(9), column(10)];
  return createNuplanComfort(
    states.length,
    0.1,
    yawAccelOrder,
  )({
    lonAccel: ax.map((a, i) => a + 1.461 * ((yawRate[i] ?? NaN) ** 2 + (yawAccel[i] ?? NaN))),
    latAccel: column(6),
    accelMagnitude: ax.map(Math.abs),
    yaw: column(2),
  });
}

describe.each(cases)('$name, as NAVSIM drives it', (c) => {
  const motion = track(c);
  const states = (i: number): number[] => c.simulated_states.map((state) => state[i] ?? NaN);

  it('has the same profiles and commands', () => {
    expect(largestDifference(motion.speedProfile, c.velocity_profile)).toBeLessThan(1e-9);
    expect(largestDifference(motion.curvatureProfile, c.curvature_profile)).toBeLessThan(1e-9);
    const commands = c.commands_accel_steerrate;
    expect(
      largestDifference(
        motion.accelCommand,
        commands.map(([a]) => a),
      ),
    ).toBeLessThan(1e-9);
    expect(
      largestDifference(
        motion.steeringRateCommand,
        commands.map(([, s]) => s),
      ),
    ).toBeLessThan(1e-9);
  });

  it.each([
    ['x', motion.x, states(0)],
    ['y', motion.y, states(1)],
    ['heading', motion.yaw, states(2)],
    ['speed', motion.speedMps, states(3)],
    ['acceleration', motion.accelMps2, states(5)],
    ['steering', motion.steeringRad, states(7)],
    ['yaw rate', motion.yawRate, states(9)],
    ['yaw acceleration', motion.yawAccel, states(10)],
  ])('goes through the same %s', (_, found, expected) => {
    expect(largestDifference(found, expected)).toBeLessThan(1e-9);
  });

  // Series are rounded to 8 decimals: the last may fall either way.
  const oneDecimal = 1.01e-8;
  it.each([
    ['longitudinal acceleration', comfortOf(c, 3).lon_accel, c.comfort_series.acceleration_x],
    ['lateral acceleration', comfortOf(c, 3).lat_accel, c.comfort_series.acceleration_y],
    ['acceleration', comfortOf(c, 3).accel, c.comfort_series.acceleration_mag],
    ['jerk', comfortOf(c, 3).jerk, c.comfort_series.jerk_mag],
    ['longitudinal jerk', comfortOf(c, 3).lon_jerk, c.comfort_series.jerk_x],
    ['yaw rate', comfortOf(c, 3).yaw_rate, c.comfort_series.yaw_rate],
    ['yaw acceleration', comfortOf(c, 3).yaw_accel, c.comfort_series.yaw_accel_p3],
    ['extended yaw acceleration', comfortOf(c, 2).yaw_accel, c.comfort_series.yaw_accel_p2_ec],
  ])('has the same %s', (_, found, expected) => {
    expect(largestDifference(found, expected)).toBeLessThan(oneDecimal);
  });

  it('is as comfortable', () => {
    const series = comfortOf(c, 3);
    const isKept = COMFORT_TERMS.map((term) => {
      const [low, high] = COMFORT_BOUNDS[term];
      return series[term].every((value) => value > low && value < high);
    });
    expect(isKept).toEqual(COMFORT_TERMS.map((term) => c.comfort_flags[term]));
  });
});

describe('extended comfort', () => {
  const known = new Map(cases.map((c) => [c.name, c]));
  const pairs = extended_comfort.flatMap((pair) => {
    const [current, previous] = [known.get(pair.current), known.get(pair.previous)];
    return current && previous ? [{ ...pair, currentCase: current, previousCase: previous }] : [];
  });

  it.each(pairs)('of $current after $previous is as NAVSIM has it', (pair) => {
    const { rms, isComfortable } = extendedComfort(
      comfortOf(pair.currentCase, 2),
      comfortOf(pair.previousCase, 2),
      pair.overlap_start_steps,
    );
    expect(rms.accel).toBeCloseTo(pair.rms.acceleration, 8);
    expect(rms.jerk).toBeCloseTo(pair.rms.jerk, 8);
    expect(rms.yaw_rate).toBeCloseTo(pair.rms.yaw_rate, 8);
    expect(rms.yaw_accel).toBeCloseTo(pair.rms.yaw_accel, 8);
    expect(isComfortable).toBe(pair.pass);
  });

  /** Series that keep one value each. */
  const steady = (accel: number, yawRate: number, length = 10): NuplanComfort => {
    const constant = (value: number): Float64Array => new Float64Array(length).fill(value);
    const zero = constant(0);
    return {
      lon_accel: zero,
      lat_accel: zero,
      jerk: zero,
      lon_jerk: zero,
      yaw_accel: zero,
      yaw_rate: constant(yawRate),
      accel: constant(accel),
    };
  };

  it('allows differences up to and with the limits', () => {
    expect(extendedComfort(steady(0.7, 0.1), steady(0, 0), 5)).toMatchObject({
      rms: { jerk: 0 },
      isComfortable: true,
    });
    expect(extendedComfort(steady(0.71, 0), steady(0, 0), 5).isComfortable).toBe(false);
    expect(extendedComfort(steady(0, 0.11), steady(0, 0), 5).isComfortable).toBe(false);
  });

  it('compares the later plan with where the earlier one would have been then', () => {
    const earlier = steady(0, 0);
    earlier.accel.set([9, 9, 9, 9, 9]);
    expect(extendedComfort(steady(0, 0), earlier, 5).rms.accel).toBe(0);
    expect(extendedComfort(steady(0, 0), earlier, 4).rms.accel).toBeCloseTo(9 / Math.sqrt(6), 12);
  });

  it('needs an overlap', () => {
    expect(() => extendedComfort(steady(0, 0), steady(0, 0), 10)).toThrow('do not overlap');
  });
});
