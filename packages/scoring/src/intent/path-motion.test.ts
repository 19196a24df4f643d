import fc from 'fast-check';
import { emptyEgoPath } from '@drivesweep/geometry';
import { describe, expect, it } from 'vitest';
import { direct } from '../directed-window.ts';
import { createMotionReader } from './path-motion.ts';
import type { PathMotion } from './path-motion.ts';
import {
  drive,
  mirrored,
  motionOf,
  readMotion,
  sideways,
  speedFrom,
  TEST_GRID,
} from './test-paths.ts';
import type { Driven } from './test-paths.ts';

const actionsOf = ({ longitudinal, lateral }: PathMotion) => [
  longitudinal.map(({ action }) => action),
  lateral.map(({ action }) => action),
];

describe('the motion of a path', () => {
  it('is MaintainSpeed and GoStraight at any constant speed straight on', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 40, noNaN: true }), (speed) => {
        const motion = motionOf({ speedMps: () => speed });
        expect(actionsOf(motion)).toEqual([['MaintainSpeed'], ['GoStraight']]);
        expect(motion.course.kind).toBe('lane');
        expect(motion.course.offsetM).toBeCloseTo(0, 6);
        expect(motion.endSpeedMps).toBeCloseTo(speed, 6);
        expect(motion.distanceM).toBeCloseTo(6.4 * speed, 6);
      }),
    );
  });

  it('has speeds, standing and accelerations that can be checked by hand', () => {
    // 8 m/s, braking with 2 m/s^2: stands after 4 s and 16 m.
    const motion = motionOf({ speedMps: speedFrom(8, -2) });
    expect(motion.speedAtT0Mps).toBeCloseTo(7.95, 6); // the central difference over the kink at t0
    expect(motion.minSpeedMps).toBe(0);
    expect(motion.distanceM).toBeCloseTo(16, 1);
    expect(motion.standsFromS).toBeCloseTo(3.9, 6); // slower than 0.3 m/s
    expect(motion.standingS).toBeCloseTo(2.6, 6);
    expect(motion.earlyAccelMps2).toBeCloseTo((4 - 7.95) / 2, 2);
    // What came before t0 lasts as long as the smoothing needs to see the brake.
    expect(actionsOf(motion)[0]).toEqual(['MaintainSpeed', 'StrongDeceleration', 'Stop']);
    expect(motion.longitudinal[0]?.endS).toBeLessThanOrEqual(0.2);
  });

  it('reports segments after t0 only, from 0 to the horizon', () => {
    const { longitudinal, lateral, horizonS } = motionOf({ speedMps: speedFrom(8, -2) });
    for (const spans of [longitudinal, lateral]) {
      expect(spans[0]?.startS).toBe(0);
      expect(spans.at(-1)?.endS).toBeCloseTo(horizonS, 9);
    }
  });

  it('looks at no more of the history than it was made for, and does without', () => {
    const { history, path } = drive({ speedMps: speedFrom(10, -1) });
    const short = createMotionReader({ ...TEST_GRID, historySteps: 4 });
    const cutOff = direct({
      x: history.x.slice(-4),
      y: history.y.slice(-4),
      z: history.z.slice(-4),
      yaw: history.yaw.slice(-4),
    });
    expect(readMotion(short, history, path)).toEqual(readMotion(short, cutOff, path));
    const nothing = readMotion(short, direct(emptyEgoPath(0)), path);
    expect(nothing.speedAtT0Mps).toBeCloseTo(9.95, 1);
    expect(nothing.pastSpeedChangeMps).toBe(0);
  });

  it('does not change when the reader goes on', () => {
    const reader = createMotionReader(TEST_GRID);
    const { history, path } = drive({ speedMps: speedFrom(10, -1) });
    const first = readMotion(reader, history, path);
    const copy = structuredClone(first);
    const other = drive({ speedMps: () => 3, bendPerM: () => 0.1 });
    readMotion(reader, other.history, other.path);
    expect(first).toEqual(copy);
  });

  it('is the same at steps of 0.2 s as at 0.1 s, as names of the same time', () => {
    const every = (
      path: { x: Float64Array; y: Float64Array; z: Float64Array; yaw: Float64Array },
      from: number,
    ) =>
      direct({
        x: path.x.filter((_, i) => i % 2 === from),
        y: path.y.filter((_, i) => i % 2 === from),
        z: path.z.filter((_, i) => i % 2 === from),
        yaw: path.yaw.filter((_, i) => i % 2 === from),
      });
    const slow = createMotionReader({ historySteps: 8, horizonSteps: 32, stepS: 0.2 });
    const { history, path } = drive({ speedMps: speedFrom(8, -2) });
    const coarse = readMotion(slow, every(history, 1), every(path, 1));
    expect(actionsOf(coarse)).toEqual(actionsOf(motionOf({ speedMps: speedFrom(8, -2) })));
    expect(coarse.horizonS).toBeCloseTo(6.4, 9);
  });
});

const swap = (text: string) =>
  text.replace(/left|right|Left|Right/, (side) => SWAPPED[side as keyof typeof SWAPPED]);
const SWAPPED = { left: 'right', right: 'left', Left: 'Right', Right: 'Left' } as const;

describe('a mirrored path', () => {
  it('has every left and right swapped', () => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const driven = fc.record({
      speed: between(3, 25),
      accel: between(-2, 1),
      bend: between(-0.02, 0.02),
      side: between(-4, 4),
      fromS: between(-2, 4),
      forS: between(3, 6),
    });
    fc.assert(
      fc.property(driven, ({ speed, accel, bend, side, fromS, forS }) => {
        const one: Driven = {
          speedMps: speedFrom(speed, accel),
          bendPerM: () => bend,
          sideM: sideways(side, fromS, forS),
        };
        const motion = motionOf(one);
        const mirror = motionOf(mirrored(one));
        expect(mirror.lateral.map(({ action }) => swap(action))).toEqual(
          motion.lateral.map(({ action }) => action),
        );
        expect(mirror.longitudinal).toEqual(motion.longitudinal);
        expect(mirror.headingChangeRad).toBeCloseTo(-motion.headingChangeRad, 9);
        expect(mirror.course.kind).toBe(motion.course.kind);
        expect(mirror.course.direction && swap(mirror.course.direction)).toBe(
          motion.course.direction,
        );
        if (Number.isNaN(motion.course.offsetM)) return;
        expect(mirror.course.offsetM).toBeCloseTo(-motion.course.offsetM, 6);
        expect(mirror.course.leftM).toBeCloseTo(motion.course.rightM, 6);
      }),
    );
  });
});
