import { describe, expect, it } from 'vitest';
import { interpolateEgomotion } from './egomotion-interpolator.ts';
import { fromYaw, yawOf } from './quaternion.ts';
import type { EgomotionTrack } from './types.ts';

/** A car that speeds up from rest at 2 m/s^2 along x while it turns at 0.1 rad/s, recorded at the given times. */
function speedingUp(timesS: number[], originM = 0, epochUs = 0): EgomotionTrack {
  const column = (value: (t: number) => number): Float64Array => Float64Array.from(timesS, value);
  return {
    tUs: column((t) => epochUs + Math.round(t * 1e6)),
    xM: column((t) => originM + t * t),
    yM: column(() => originM),
    zM: column(() => originM),
    qx: column(() => 0),
    qy: column(() => 0),
    qz: column((t) => fromYaw(0.1 * t)[2]),
    qw: column((t) => fromYaw(0.1 * t)[3]),
  };
}

const UNEVEN_S = [0, 0.1, 0.15, 0.4, 0.5, 0.9, 1];

describe('interpolateEgomotion', () => {
  it('gives the recorded pose at a recorded time', () => {
    const { poseAt } = interpolateEgomotion(speedingUp(UNEVEN_S));
    for (const t of UNEVEN_S) {
      const pose = poseAt(t * 1e6);
      expect(pose?.position[0]).toBeCloseTo(t * t, 12);
      expect(pose && yawOf(pose.rotation)).toBeCloseTo(0.1 * t, 12);
    }
  });

  it('is exact in between for constant acceleration and constant turn rate', () => {
    const { poseAt } = interpolateEgomotion(speedingUp(UNEVEN_S));
    const pose = poseAt(700_000);
    expect(pose?.position[0]).toBeCloseTo(0.49, 12);
    expect(pose?.position.slice(1)).toEqual([0, 0]);
    expect(pose && yawOf(pose.rotation)).toBeCloseTo(0.07, 12);
  });

  it('extrapolates nothing', () => {
    const { poseAt, firstUs, lastUs } = interpolateEgomotion(speedingUp(UNEVEN_S));
    expect([firstUs, lastUs]).toEqual([0, 1e6]);
    expect(poseAt(0)).toBeDefined();
    expect(poseAt(1e6)).toBeDefined();
    for (const t of [-1, 1e6 + 1, NaN]) expect(poseAt(t)).toBeUndefined();
  });

  it('keeps its digits far from the origin and long after the epoch', () => {
    const epochUs = 1_533_224_087_000_000;
    const { poseAt } = interpolateEgomotion(speedingUp(UNEVEN_S, 6_378_137, epochUs));
    expect((poseAt(epochUs + 700_000)?.position[0] ?? NaN) - 6_378_137).toBeCloseTo(0.49, 8);
  });

  it('refuses a track with a problem, by name', () => {
    expect(() => interpolateEgomotion(speedingUp([0, 1]))).toThrow(
      'egomotion is missing at pose 2',
    );
    expect(() => interpolateEgomotion(speedingUp([0, 1, 2, 2]))).toThrow('not-monotonic at pose 3');
  });
});

describe('longestGapUs', () => {
  const { longestGapUs } = interpolateEgomotion(speedingUp(UNEVEN_S));

  it('is the longest time between two poses that the range touches', () => {
    expect(longestGapUs(0, 1e6)).toBe(400_000);
    expect(longestGapUs(0, 500_000)).toBe(250_000);
    expect(longestGapUs(0, 500_001)).toBe(400_000);
    expect(longestGapUs(120_000, 130_000)).toBe(50_000);
    expect(longestGapUs(150_000, 160_000)).toBe(250_000);
  });

  it('is infinite when the range leaves the track', () => {
    expect(longestGapUs(-1, 100_000)).toBe(Infinity);
    expect(longestGapUs(0, 1_000_001)).toBe(Infinity);
    expect(longestGapUs(0, NaN)).toBe(Infinity);
  });
});
