import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxCorners,
  boxDistance,
  boxesOverlap,
  distanceToBox,
  roundedBoxesOverlap,
} from './oriented-box.ts';
import type { OrientedBox } from './oriented-box.ts';

/** A car of 4 x 2 m. */
const car = (x: number, y: number, yaw = 0): OrientedBox => ({ x, y, yaw, lengthM: 4, widthM: 2 });

const metres = fc.double({ min: -8, max: 8, noNaN: true });
const anyBox = fc.record({
  x: metres,
  y: metres,
  yaw: fc.double({ min: -4, max: 4, noNaN: true }),
  lengthM: fc.double({ min: 0.1, max: 6, noNaN: true }),
  widthM: fc.double({ min: 0.1, max: 3, noNaN: true }),
});

describe('corners', () => {
  it('go around from the front left', () => {
    const corners = boxCorners(car(10, 20, Math.PI / 2));
    const expected = [
      [9, 22],
      [11, 22],
      [11, 18],
      [9, 18],
    ];
    corners.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(expected[i]?.[0] ?? NaN, 12);
      expect(y).toBeCloseTo(expected[i]?.[1] ?? NaN, 12);
    });
  });
});

describe('overlap', () => {
  it.each([
    ['the same place', car(0, 0), true],
    ['bumper to bumper, touching', car(4, 0), true],
    ['side by side, touching', car(0, 2), true],
    ['corner to corner, touching', car(4, 2), true],
    ['a millimetre ahead', car(4.001, 0), false],
    ['across, its side at the bumper', car(3, 0, Math.PI / 2), true],
    ['across, clear of the bumper', car(3.001, 0, Math.PI / 2), false],
    ['inside', { ...car(0.2, 0.1, 1), lengthM: 0.5, widthM: 0.2 }, true],
    // Bounding boxes that face the axes would overlap here: only the turned box's own axis tells them apart.
    ['a turned car beside the corner', car(3.4, 2.4, -Math.PI / 4), false],
  ])('with a car at %s', (_, other, expected) => {
    expect(boxesOverlap(car(0, 0), other)).toBe(expected);
    expect(boxesOverlap(other, car(0, 0))).toBe(expected);
  });

  it('is where the distance is 0, whichever box comes first', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        expect(boxesOverlap(a, b)).toBe(boxDistance(a, b) === 0);
        expect(boxesOverlap(b, a)).toBe(boxesOverlap(a, b));
        expect(boxDistance(b, a)).toBeCloseTo(boxDistance(a, b), 12);
      }),
    );
  });
});

describe('distance', () => {
  it.each([
    [car(7, 0), 3],
    [car(0, -5), 3],
    [car(7, 6), 5],
    [car(0, 6, Math.PI / 4), 5 - 3 / Math.SQRT2],
    [car(1, 1), 0],
  ])('to %o is %d', (other, expected) => {
    expect(boxDistance(car(0, 0), other)).toBeCloseTo(expected, 12);
  });

  it('does not change when both move together', () => {
    fc.assert(
      fc.property(anyBox, anyBox, metres, metres, (a, b, dx, turn) => {
        const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
        const move = (box: OrientedBox): OrientedBox => ({
          ...box,
          x: dx + cos * box.x - sin * box.y,
          y: sin * box.x + cos * box.y,
          yaw: box.yaw + turn,
        });
        expect(boxDistance(move(a), move(b))).toBeCloseTo(boxDistance(a, b), 9);
      }),
    );
  });

  it('is never above that of any two points of the boxes', () => {
    const share = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(anyBox, anyBox, share, share, share, share, (a, b, la, wa, lb, wb) => {
        const pointOf = (box: OrientedBox, l: number, w: number): [number, number] => [
          box.x + Math.cos(box.yaw) * l * box.lengthM - Math.sin(box.yaw) * w * box.widthM,
          box.y + Math.sin(box.yaw) * l * box.lengthM + Math.cos(box.yaw) * w * box.widthM,
        ];
        const [[ax, ay], [bx, by]] = [pointOf(a, la, wa), pointOf(b, lb, wb)];
        expect(boxDistance(a, b)).toBeLessThanOrEqual(Math.hypot(ax - bx, ay - by) + 1e-9);
      }),
    );
  });

  it('of a point is 0 inside and on the edge', () => {
    expect(distanceToBox([2, 1], car(0, 0))).toBe(0);
    expect(distanceToBox([5, 5], car(0, 0))).toBe(5);
  });
});

describe('rounded boxes', () => {
  const rounded = (x: number, y: number): Parameters<typeof roundedBoxesOverlap>[0] => ({
    ...car(x, y),
    cornerRadiusM: 0.5,
  });

  it('meet on their sides as sharp ones do', () => {
    expect(roundedBoxesOverlap(rounded(0, 0), rounded(4, 0.5))).toBe(true);
    expect(roundedBoxesOverlap(rounded(0, 0), rounded(4.001, 0.5))).toBe(false);
  });

  it('pass each other at the corners', () => {
    expect(boxesOverlap(car(0, 0), car(3.9, 1.9))).toBe(true);
    expect(roundedBoxesOverlap(rounded(0, 0), rounded(3.9, 1.9))).toBe(false);
    // Circles of 0.5 m around the inner corners touch when those are 1 m apart: a 3-4-5 triangle.
    expect(roundedBoxesOverlap(rounded(0, 0), rounded(3.5999, 1.7999))).toBe(true);
    expect(roundedBoxesOverlap(rounded(0, 0), rounded(3.6001, 1.8001))).toBe(false);
  });

  it('with radius 0 are sharp', () => {
    const sharp = { ...car(0, 0), cornerRadiusM: 0 };
    expect(roundedBoxesOverlap(sharp, { ...sharp, x: 4, y: 2 })).toBe(true);
  });
});
