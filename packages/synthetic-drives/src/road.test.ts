import { describe, expect, it } from 'vitest';
import { Road } from './road.ts';
import type { Bend } from './road.ts';

function roadWith(bends: readonly Bend[]): Road {
  const lanes = { laneWidthM: 3.5, lanesAhead: 2, lanesOncoming: 1, shoulderM: 1 };
  return new Road({ fromM: -50, toM: 400, bends, ...lanes });
}

describe('a straight road', () => {
  const road = roadWith([]);

  it('runs along x with d to the left', () => {
    expect(road.pointAt(120.5, -1.75)).toEqual({ xM: 120.5, yM: -1.75, yaw: 0 });
    expect(road.locate(-20.25, 3)).toEqual({ sM: -20.25, dM: 3 });
  });

  it('has its lanes on the right and the oncoming ones on the left', () => {
    expect(road.laneCentreM(0)).toBe(-5.25);
    expect(road.laneCentreM(1)).toBe(-1.75);
    expect(road.oncomingCentreM(0)).toBe(1.75);
  });

  it('does not find what is far from it', () => {
    expect(road.locate(100, 80)).toBeNull();
    expect(road.locate(10_000, 0)).toBeNull();
  });
});

describe('a road with a bend', () => {
  // Two ramps of 20 m and 40 m of full curvature turn by 0.02 * (20 + 40) = 1.2 rad.
  const road = roadWith([{ startM: 100, rampM: 20, holdM: 40, curvature: 0.02 }]);

  it('turns by the integral of its curvature', () => {
    expect(road.pointAt(90, 0).yaw).toBeCloseTo(0, 9);
    expect(road.pointAt(200, 0).yaw).toBeCloseTo(1.2, 6);
    expect(road.curvatureAt(110)).toBeCloseTo(0.01, 12);
    expect(road.curvatureAt(140)).toBeCloseTo(0.02, 12);
  });

  it('finds the road coordinates of its own points to a centimetre', () => {
    for (let sM = -40; sM < 390; sM += 7.3) {
      for (const dM of [-15, -5.25, 0, 4, 12]) {
        const { xM, yM } = road.pointAt(sM, dM);
        const found = road.locate(xM, yM);
        expect(Math.abs((found?.sM ?? NaN) - sM)).toBeLessThan(0.02);
        expect(Math.abs((found?.dM ?? NaN) - dM)).toBeLessThan(0.02);
      }
    }
  });
});
