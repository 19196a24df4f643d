import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { egoPathAt, stepGridUs } from './ego-path.ts';
import { interpolateEgomotion } from './egomotion-interpolator.ts';
import { fromYaw, multiply, normalise, rotate } from './quaternion.ts';
import type { EgomotionTrack, EgoPath, Pose, Quat, Vec3 } from './types.ts';

/** Turn by `rad` about y: the nose goes down for a positive angle. */
const pitch = (rad: number): Quat => [0, Math.sin(rad / 2), 0, Math.cos(rad / 2)];

/** 10 Hz for 12 s; `poseAt` gives the pose at a time in seconds. */
function record(poseAt: (tS: number) => Pose): EgomotionTrack {
  const poses = Array.from({ length: 121 }, (_, i) => poseAt(i * 0.1));
  const column = (value: (pose: Pose) => number): Float64Array => Float64Array.from(poses, value);
  return {
    tUs: Float64Array.from(poses, (_, i) => i * 100_000),
    xM: column(({ position }) => position[0]),
    yM: column(({ position }) => position[1]),
    zM: column(({ position }) => position[2]),
    qx: column(({ rotation }) => rotation[0]),
    qy: column(({ rotation }) => rotation[1]),
    qz: column(({ rotation }) => rotation[2]),
    qw: column(({ rotation }) => rotation[3]),
  };
}

/** Left circle of radius 20 m at 5 m/s. */
function onCircle(tS: number): Pose {
  const heading = (5 / 20) * tS;
  return {
    position: [20 * Math.sin(heading), 20 - 20 * Math.cos(heading), 0],
    rotation: fromYaw(heading),
  };
}

function pathOf(track: EgomotionTrack, t0Us: number, offsetsUs: ArrayLike<number>): EgoPath {
  const path = egoPathAt(interpolateEgomotion(track), t0Us, offsetsUs);
  if (path === undefined) throw new Error('inside the track');
  return path;
}

function expectSamePath(actual: EgoPath, expected: EgoPath, digits: number): void {
  for (const field of ['x', 'y', 'z', 'yaw'] as const) {
    actual[field].forEach((v, i) => expect(v).toBeCloseTo(expected[field][i] ?? NaN, digits));
  }
}

describe('stepGridUs', () => {
  it('reaches 1.5 s back and 6.4 s ahead for the window of Alpamayo', () => {
    const { historyUs, futureUs } = stepGridUs({
      historySteps: 16,
      horizonSteps: 64,
      stepUs: 100_000,
    });
    expect([historyUs.length, historyUs[0], historyUs[15]]).toEqual([16, -1_500_000, 0]);
    expect([futureUs.length, futureUs[0], futureUs[63]]).toEqual([64, 100_000, 6_400_000]);
  });
});

describe('egoPathAt', () => {
  it('is exactly the origin at t0', () => {
    const path = pathOf(record(onCircle), 4_200_000, [0]);
    expect(path).toEqual({
      x: Float64Array.of(0),
      y: Float64Array.of(0),
      z: Float64Array.of(0),
      yaw: Float64Array.of(0),
    });
  });

  it('sees a left circle curve to the left from anywhere on it', () => {
    const quarterUs = ((20 * Math.PI) / 2 / 5) * 1e6;
    const { x, y, yaw } = pathOf(record(onCircle), 3_000_000, [quarterUs]);
    expect(x[0]).toBeCloseTo(20, 5);
    expect(y[0]).toBeCloseTo(20, 5);
    expect(yaw[0]).toBeCloseTo(Math.PI / 2, 9);
  });

  it('wraps the yaw of a turn of more than half a circle', () => {
    const onTheSpot = record((t) => ({ position: [0, 0, 0], rotation: fromYaw(t) }));
    expect(pathOf(onTheSpot, 1e6, [4e6]).yaw[0]).toBeCloseTo(4 - 2 * Math.PI, 9);
  });

  it('takes out the slope at t0: x runs along the road, z leaves it only where the slope changes', () => {
    const slope = pitch(-0.1);
    const climb = record((t) => ({ position: rotate(slope, [10 * t, 0, 0]), rotation: slope }));
    const { x, z } = pathOf(climb, 1e6, [1e6, 2e6]);
    expect(x[0]).toBeCloseTo(10, 9);
    expect(x[1]).toBeCloseTo(20, 9);
    expect(z[1]).toBeCloseTo(0, 9);
  });

  it('is undefined when t0 or a step lies outside the track', () => {
    const track = interpolateEgomotion(record(onCircle));
    expect(egoPathAt(track, 1e6, [-1_000_001, 0])).toBeUndefined();
    expect(egoPathAt(track, 11e6, [0, 1_000_001])).toBeUndefined();
    expect(egoPathAt(track, 13e6, [])).toBeUndefined();
    expect(egoPathAt(track, 11e6, [-11e6, 1e6])).toBeDefined();
  });

  it('does not depend on where the anchor frame is or how it is turned', () => {
    const component = fc.double({ min: -1, max: 1, noNaN: true });
    const turned = fc
      .tuple(component, component, component, component)
      .filter((q) => Math.hypot(...q) > 0.1)
      .map((q): Quat => normalise(q));
    const { futureUs } = stepGridUs({ historySteps: 1, horizonSteps: 20, stepUs: 130_000 });
    const original = pathOf(record(onCircle), 5e6, futureUs);
    fc.assert(
      fc.property(turned, fc.tuple(component, component, component), (rotation, [a, b, c]) => {
        const offset: Vec3 = [1e4 * a, 1e4 * b, 1e4 * c];
        const moved = record((t) => {
          const { position, rotation: heading } = onCircle(t);
          const [x, y, z] = rotate(rotation, position);
          return {
            position: [x + offset[0], y + offset[1], z + offset[2]],
            rotation: multiply(rotation, heading),
          };
        });
        expectSamePath(pathOf(moved, 5e6, futureUs), original, 7);
      }),
      { numRuns: 50 },
    );
  });
});
