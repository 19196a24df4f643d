import { describe, expect, it } from 'vitest';
import { integrateMotion, motionAt, quintic } from './motion.ts';

const clock = { startS: -1, stepS: 0.01, count: 1001 };

describe('integrateMotion', () => {
  it('brakes to a stop and stays there', () => {
    const motion = integrateMotion(clock, { sM: 0, speedMps: 10 }, (tS) => (tS < 0 ? 0 : -2), 1000);
    expect(motionAt(motion, 0).sM).toBeCloseTo(10, 6);
    // 10 m/s at 2 m/s^2: 5 s and 25 m.
    expect(motionAt(motion, 2.5).speedMps).toBeCloseTo(5, 1);
    expect(motionAt(motion, 6).speedMps).toBe(0);
    expect(motionAt(motion, 6).sM).toBeCloseTo(35, 0);
    expect(motionAt(motion, 8).sM).toBe(motionAt(motion, 6).sM);
  });

  it('bounds the jerk', () => {
    const motion = integrateMotion(clock, { sM: 0, speedMps: 10 }, () => -3, 2);
    for (let i = 1; i < 300; i++) {
      const change = (motion.accelMps2[i] ?? 0) - (motion.accelMps2[i - 1] ?? 0);
      expect(Math.abs(change)).toBeLessThanOrEqual(2 * clock.stepS + 1e-12);
    }
  });

  it('is at its ends outside the clock', () => {
    const motion = integrateMotion(clock, { sM: 5, speedMps: 1 }, () => 0);
    expect(motionAt(motion, -99).sM).toBe(5);
    expect(motionAt(motion, 99).sM).toBeCloseTo(15, 9);
  });
});

it('quintic goes from 0 to 1 with no speed and no bend at the ends, fastest in the middle', () => {
  expect(quintic(0)).toEqual({ value: 0, slope: 0, bend: 0 });
  expect(quintic(1)).toEqual({ value: 1, slope: 0, bend: 0 });
  expect(quintic(0.5)).toEqual({ value: 0.5, slope: 1.875, bend: 0 });
});
