import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conjugate,
  fromMatrix,
  fromYaw,
  IDENTITY_QUAT,
  multiply,
  normalise,
  rotate,
  slerp,
  toMatrix,
  yawOf,
} from './quaternion.ts';
import type { Mat3 } from './quaternion.ts';
import type { Quat, Vec3 } from './types.ts';

interface SlerpFixture {
  readonly times: number[];
  readonly quaternions: Quat[];
  readonly at: number[];
  readonly expected: Quat[];
  readonly matrices: number[][][];
}

const scipy = (
  JSON.parse(
    readFileSync(new URL('../fixtures/scipy_interpolation.json', import.meta.url), 'utf8'),
  ) as { slerp: SlerpFixture }
).slerp;

const component = fc.double({ min: -1, max: 1, noNaN: true });
const rotation = fc
  .tuple(component, component, component, component)
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q): Quat => normalise(q));
const vector: fc.Arbitrary<Vec3> = fc.tuple(component, component, component);

/** 0 for the same rotation, whatever the sign of the quaternion. */
function angleBetween(a: Quat, b: Quat): number {
  const [x, y, z, w] = multiply(conjugate(a), b);
  return 2 * Math.atan2(Math.hypot(x, y, z), Math.abs(w));
}

function expectVector(actual: Vec3, expected: Vec3): void {
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
}

describe('rotations', () => {
  it('turn x into y by a yaw of 90 degrees, counter-clockwise seen from above', () => {
    expectVector(rotate(fromYaw(Math.PI / 2), [1, 0, 0]), [0, 1, 0]);
    expectVector(rotate(fromYaw(Math.PI / 2), [0, 1, 5]), [-1, 0, 5]);
  });

  it('follow Hamilton: i j = k', () => {
    expect(multiply([1, 0, 0, 0], [0, 1, 0, 0])).toEqual([0, 0, 1, 0]);
  });

  it('compose from right to left', () => {
    fc.assert(
      fc.property(rotation, rotation, vector, (a, b, v) =>
        expectVector(rotate(multiply(a, b), v), rotate(a, rotate(b, v))),
      ),
    );
  });

  it('are undone by their conjugate and keep lengths', () => {
    fc.assert(
      fc.property(rotation, vector, (q, v) => {
        expectVector(rotate(conjugate(q), rotate(q, v)), v);
        expect(Math.hypot(...rotate(q, v))).toBeCloseTo(Math.hypot(...v), 12);
      }),
    );
  });

  it('are the same as quaternion and as matrix', () => {
    fc.assert(
      fc.property(rotation, vector, (q, v) => {
        const [a, b, c, d, e, f, g, h, i] = toMatrix(q);
        const [x, y, z] = v;
        const product: Vec3 = [a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z];
        expectVector(rotate(q, v), product);
        expect(angleBetween(fromMatrix(toMatrix(q)), q)).toBeCloseTo(0, 7);
      }),
    );
  });

  it.each<[string, Mat3]>([
    ['x', [1, 0, 0, 0, -1, 0, 0, 0, -1]],
    ['y', [-1, 0, 0, 0, 1, 0, 0, 0, -1]],
    ['z', [-1, 0, 0, 0, -1, 0, 0, 0, 1]],
  ])('come back from the matrix of half a turn about %s', (_, matrix) => {
    toMatrix(fromMatrix(matrix)).forEach((value, i) => expect(value).toBeCloseTo(matrix[i] ?? NaN));
  });

  it('have no length-0 quaternion', () => {
    expect(normalise([0, 0, 0, 0])).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('yawOf', () => {
  it('is atan2(R10, R00)', () => {
    fc.assert(
      fc.property(rotation, (q) => {
        const [r00, , , r10] = toMatrix(q);
        fc.pre(Math.hypot(r00, r10) > 1e-3);
        expect(Math.cos(yawOf(q) - Math.atan2(r10, r00))).toBeCloseTo(1, 12);
      }),
    );
  });

  it.each([0, 1, -3, Math.PI])('gives back the yaw %d that it was made from', (yaw) =>
    expect(yawOf(fromYaw(yaw))).toBeCloseTo(yaw, 12),
  );

  it('never says -pi: a half turn is +pi', () => {
    expect(yawOf([-0, 0, -1, 0])).toBe(Math.PI);
    expect(yawOf([0, 0, 1, 0])).toBe(Math.PI);
  });
});

describe('slerp', () => {
  it('starts at one and ends at the other', () => {
    fc.assert(
      fc.property(rotation, rotation, (a, b) => {
        expect(angleBetween(slerp(a, b, 0), a)).toBeLessThan(1e-7);
        expect(angleBetween(slerp(a, b, 1), b)).toBeLessThan(1e-7);
      }),
    );
  });

  it('turns at a constant rate, and never the long way round', () => {
    fc.assert(
      fc.property(rotation, rotation, component, (a, b, c) => {
        const fraction = Math.abs(c);
        const whole = angleBetween(a, b);
        fc.pre(whole < 3.1);
        expect(angleBetween(a, slerp(a, b, fraction))).toBeCloseTo(fraction * whole, 6);
      }),
    );
  });

  it('does not care about the sign of a quaternion', () => {
    const [a, b] = [fromYaw(0.2), fromYaw(1)];
    const minusB: Quat = [-b[0], -b[1], -b[2], -b[3]];
    expect(yawOf(slerp(a, minusB, 0.25))).toBeCloseTo(0.4, 12);
  });

  it('goes smoothly between rotations that are nearly or exactly the same', () => {
    expect(slerp(IDENTITY_QUAT, IDENTITY_QUAT, 0.3)).toEqual(IDENTITY_QUAT);
    for (const yaw of [1e-9, 1e-5, 1.4e-5, 1e-4]) {
      const quarter = yawOf(slerp(IDENTITY_QUAT, fromYaw(yaw), 0.25));
      expect(quarter / yaw).toBeCloseTo(0.25, 9);
    }
  });

  it('agrees with SciPy', () => {
    scipy.at.forEach((t, j) => {
      const next = scipy.times.findIndex((time) => time > t);
      const i = next === -1 ? scipy.times.length - 2 : next - 1;
      const [t0, t1] = [scipy.times[i] ?? NaN, scipy.times[i + 1] ?? NaN];
      const [a, b] = [scipy.quaternions[i], scipy.quaternions[i + 1]];
      if (a === undefined || b === undefined) throw new Error('two rotations around each time');
      const actual = slerp(a, b, (t - t0) / (t1 - t0));
      toMatrix(actual).forEach((value, e) =>
        expect(value).toBeCloseTo(scipy.matrices[j]?.flat()[e] ?? NaN, 12),
      );
    });
  });
});
