import { describe, expect, it } from 'vitest';
import { motionOf, sideways, speedFrom } from './test-paths.ts';
import type { Driven } from './test-paths.ts';

const at15: Driven = { speedMps: () => 15 };
const change: Driven = { ...at15, sideM: sideways(3.5, 1, 4) };
const courseOf = (driven: Driven, recorded?: Driven) => motionOf(driven, recorded).course;

describe('the course of a path by its shape', () => {
  it('is a lane change where it turns out and back within a lane of width', () => {
    const course = courseOf(change);
    expect(course).toMatchObject({ kind: 'lane_change', direction: 'left', basis: 'shape' });
    expect(course.offsetM).toBeCloseTo(3.5, 1);
    // The quintic passes 0.3 m of 3.5 m after 23 % of its 4 s.
    expect(course.beginsS).toBeCloseTo(1.95, 0);
  });

  it('is a lane change on an evenly bending road too', () => {
    const course = courseOf({ ...change, bendPerM: () => 0.004 });
    expect(course).toMatchObject({ kind: 'lane_change', direction: 'left' });
    expect(course.offsetM).toBeCloseTo(3.5, 0);
  });

  it('is the lane in a curve, however far y goes to the side', () => {
    const motion = motionOf({ ...at15, bendPerM: () => 0.01 });
    // 96 m on a radius of 100 m
    expect(motion.headingChangeRad).toBeCloseTo(0.96, 2);
    expect(motion.course).toMatchObject({ kind: 'lane', direction: null });
    expect(motion.course.offsetM).toBeCloseTo(0, 2);
  });

  it('is the lane where a bend begins that is sharper than a lane change can be', () => {
    const intoBend = (sM: number) => 0.02 * Math.min(Math.max((sM - 60) / 20, 0), 1);
    expect(courseOf({ ...at15, bendPerM: intoBend }).kind).toBe('lane');
  });

  it('is unclear where a lane change lies on top of the beginning of a bend', () => {
    const gently = (sM: number) => 0.006 * Math.min(Math.max((sM + 10) / 20, 0), 1);
    const bending: Driven = { ...at15, bendPerM: gently };
    expect(courseOf({ ...bending, sideM: sideways(3.5, 0, 4) }).kind).toBe('unclear');
    for (const fromM of [10, 30, 50, 70]) {
      const intoBend = (sM: number) => 0.01 * Math.min(Math.max((sM - fromM) / 20, 0), 1);
      for (const side of [-3.5, 3.5]) {
        const course = courseOf({ ...at15, bendPerM: intoBend, sideM: sideways(side, 1, 4) });
        expect(course.kind).not.toBe('lane');
      }
    }
  });

  it('is the lane where it only wanders in it', () => {
    const course = courseOf({ ...at15, sideM: (tS) => 0.1 * Math.sin(tS) });
    expect(course.kind).toBe('lane');
    expect(Math.max(course.leftM, course.rightM)).toBeLessThan(0.4);
  });

  it('is unclear where the lane change has not come back yet', () => {
    expect(courseOf({ ...at15, sideM: sideways(3.5, 4, 4) }).kind).toBe('unclear');
  });

  it('is unclear where it moves to the side by more than a nudge and less than a lane', () => {
    expect(courseOf({ ...at15, sideM: sideways(1.8, 1, 4) }).kind).toBe('unclear');
  });

  it('is a turn where it goes around a corner', () => {
    const corner = (sM: number) => (sM > 10 && sM < 25 ? -0.1 : 0);
    const course = courseOf({ speedMps: () => 6, bendPerM: corner });
    expect(course).toMatchObject({ kind: 'turn', direction: 'right' });
  });

  it('is the lane of a vehicle that stands', () => {
    expect(courseOf({ speedMps: () => 0 })).toMatchObject({ kind: 'lane', offsetM: 0 });
  });
});

describe('the course of a plan by the recorded path', () => {
  it('is a lane change where it ends up beside a path that keeps its lane', () => {
    const course = courseOf(change, at15);
    expect(course).toMatchObject({ kind: 'lane_change', direction: 'left', basis: 'recorded' });
    expect(course.offsetM).toBeCloseTo(3.5, 1);
    expect(course.beginsS).toBeCloseTo(1.95, 0);
  });

  it('is the lane where it stays while the recorded path changes lane', () => {
    const course = courseOf(at15, change);
    expect(course).toMatchObject({ kind: 'lane', basis: 'recorded' });
    expect(course.offsetM).toBeCloseTo(0, 1);
  });

  it('is a lane change where both change lane', () => {
    expect(courseOf(change, change)).toMatchObject({
      kind: 'lane_change',
      direction: 'left',
      basis: 'recorded',
    });
  });

  it('is a lane change beside a path in a bend', () => {
    const road = { ...at15, bendPerM: () => 0.004 };
    const course = courseOf({ ...road, sideM: sideways(-3.5, 1, 4) }, road);
    expect(course).toMatchObject({ kind: 'lane_change', direction: 'right', basis: 'recorded' });
  });

  it('is unclear where it drifts off and does not come back to the heading of the road', () => {
    // 0.7 m/s from 0.4 s on: 4.2 m at the end.
    const drifting: Driven = { ...at15, sideM: (tS) => 0.7 * Math.max(tS - 0.4, 0) };
    expect(courseOf(drifting, at15)).toMatchObject({ kind: 'unclear', basis: 'recorded' });
  });

  it('is as unclear as that path where it stays with it', () => {
    const begun: Driven = { ...at15, sideM: sideways(3.5, 4, 4) };
    expect(courseOf(begun, begun)).toMatchObject({ kind: 'unclear', basis: 'recorded' });
  });

  it('goes by the shape where the recorded path ends too early', () => {
    expect(courseOf(change, { speedMps: speedFrom(15, -4) }).basis).toBe('shape');
  });

  it('shows a nudge of half a metre', () => {
    const course = courseOf({ ...at15, sideM: sideways(0.6, 1, 3) }, at15);
    expect(course.kind).toBe('lane');
    expect(course.leftM).toBeCloseTo(0.6, 2);
    expect(course.rightM).toBeCloseTo(0, 2);
  });
});
