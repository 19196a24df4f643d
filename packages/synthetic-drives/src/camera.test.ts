import { describe, expect, it } from 'vitest';
import {
  CAMERA_NAMES,
  makeCamera,
  MOUNTS,
  multiply,
  project,
  quaternionOf,
  rigFromCamera,
  rotate,
  rotationOf,
} from './camera.ts';
import type { Matrix3 } from './camera.ts';

const degrees = (value: number) => (value * Math.PI) / 180;

describe('makeCamera', () => {
  const camera = makeCamera('camera_front_wide_120fov', 480, 270);

  it('spans its field of view from edge to edge', () => {
    expect(camera.focal).toBeCloseTo(480 / degrees(120), 12);
    const ray = (u: number, v: number) =>
      camera.rays.subarray((v * 480 + u) * 3, (v * 480 + u) * 3 + 3);
    // The middle of the first pixel of a row is half a pixel inside the edge.
    const edge = Math.acos(ray(0, 135)[2] ?? NaN);
    expect(edge).toBeCloseTo(degrees(60) - 0.5 / camera.focal, 4);
  });

  it.each(CAMERA_NAMES)('%s: projecting a point on a pixel ray gives the pixel', (name) => {
    const one = makeCamera(name, 64, 36);
    const rotation = multiply(rotationOf(0.3, 0.02, -0.01), rigFromCamera(one.mount));
    const pose = { xM: 3, yM: -2, zM: 1.4, rotation };
    for (let v = 0; v < 36; v += 7) {
      for (let u = 0; u < 64; u += 9) {
        const k = (v * 64 + u) * 3;
        const [x, y, z] = rotate(
          rotation,
          one.rays[k] ?? 0,
          one.rays[k + 1] ?? 0,
          one.rays[k + 2] ?? 0,
        );
        const found = project(one, pose, 3 + 20 * x, -2 + 20 * y, 1.4 + 20 * z);
        expect(found.u).toBeCloseTo(u, 3);
        expect(found.v).toBeCloseTo(v, 3);
        expect(found.distanceM).toBeCloseTo(20, 4);
      }
    }
  });
});

describe('rigFromCamera', () => {
  it('looks ahead and a little down from the front, to the left from the left', () => {
    const [x, y, z] = rotate(rigFromCamera(MOUNTS.camera_front_wide_120fov), 0, 0, 1);
    expect([x, y]).toEqual([expect.closeTo(Math.cos(degrees(4)), 9), expect.closeTo(0, 9)]);
    expect(z).toBeCloseTo(-Math.sin(degrees(4)), 9);
    expect(rotate(rigFromCamera(MOUNTS.camera_cross_left_120fov), 0, 0, 1)[1]).toBeGreaterThan(0.8);
    expect(rotate(rigFromCamera(MOUNTS.camera_cross_right_120fov), 0, 0, 1)[1]).toBeLessThan(-0.8);
  });

  it('has camera x to the right and y down', () => {
    const front = rigFromCamera({ ...MOUNTS.camera_front_wide_120fov, pitch: 0 });
    expect(rotate(front, 1, 0, 0).map((c) => c + 0)).toEqual([0, -1, 0]);
    expect(rotate(front, 0, 1, 0).map((c) => c + 0)).toEqual([0, 0, -1]);
  });
});

describe('quaternionOf', () => {
  it('is the rotation: about z by 90 degrees', () => {
    const [x, y, z, w] = quaternionOf(rotationOf(Math.PI / 2, 0, 0));
    expect([x, y]).toEqual([0, 0]);
    expect([z, w]).toEqual([expect.closeTo(Math.SQRT1_2, 12), expect.closeTo(Math.SQRT1_2, 12)]);
  });

  it('turns vectors as the matrix does, for any rotation', () => {
    for (const [yaw, pitch, roll] of [
      [3.1, 0.2, -0.1],
      [-2, 1.4, 2.9],
      [0.1, -0.2, 3],
      [1.6, 0, 0],
    ] as const) {
      const matrix = rotationOf(yaw, pitch, roll);
      expect(matrixOf(quaternionOf(matrix))).toEqual(
        matrix.map((c) => expect.closeTo(c, 9) as number),
      );
    }
  });
});

function matrixOf([x, y, z, w]: readonly [number, number, number, number]): Matrix3 {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
