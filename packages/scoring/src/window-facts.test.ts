import { describe, expect, it } from 'vitest';
import { emptyEgoPath } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { daypartFact, factsOfWindow, windowFacts } from './window-facts.ts';

const GRID = { horizonSteps: 60, stepS: 0.1 };

/** A future that starts at a speed, changes it evenly and bends evenly. */
function drive(v0Mps: number, { accelMps2 = 0, curvature = 0 } = {}): EgoPath {
  const path = emptyEgoPath(GRID.horizonSteps);
  let [x, y, yaw, speed] = [0, 0, 0, v0Mps];
  for (let t = 0; t < GRID.horizonSteps; t++) {
    const step = Math.max(0, speed + accelMps2 * 0.05) * 0.1;
    speed = Math.max(0, speed + accelMps2 * 0.1);
    x += step * Math.cos(yaw + (curvature * step) / 2);
    y += step * Math.sin(yaw + (curvature * step) / 2);
    yaw += curvature * step;
    path.x[t] = x;
    path.y[t] = y;
    // As readers give it: within half a turn.
    path.yaw[t] = Math.atan2(Math.sin(yaw), Math.cos(yaw));
  }
  return path;
}

const factsOf = (v0Mps: number, options = {}) =>
  windowFacts({ v0Mps, future: drive(v0Mps, options) }, GRID);

describe('the speed band of a window', () => {
  it.each([
    [0, 'standing'],
    [0.49, 'standing'],
    [0.5, '0.5-5 m/s'],
    [5, '5-10 m/s'],
    [12, '10-15 m/s'],
    [29.9, '25-30 m/s'],
    [30, '30+ m/s'],
  ])('at %d m/s is %s', (v0Mps, band) => {
    expect(factsOf(v0Mps)).toMatchObject({ v0_band: band });
  });
});

describe('the curvature band of the recorded future', () => {
  it.each([
    [0, 'radius over 500 m'],
    [1 / 300, 'radius 200-500 m'],
    [-1 / 100, 'radius 50-200 m'],
    [1 / 20, 'radius under 50 m'],
  ])('of 60 m at %d per metre is %s', (curvature, band) => {
    expect(factsOf(10, { curvature })).toMatchObject({ curvature_band: band });
  });

  it('is not told of a few metres, where noise bends more than roads do', () => {
    expect(factsOf(1)).toMatchObject({ curvature_band: 'under 10 m driven' });
  });

  it('is that of an S though it ends as it began', () => {
    const future = drive(10, { curvature: 1 / 100 });
    for (let t = 30; t < 60; t++) future.yaw[t] = future.yaw[59 - t] ?? 0;
    expect(windowFacts({ v0Mps: 10, future }, GRID).curvature_band).toBe('radius 50-200 m');
  });
});

describe('the manoeuvre of the recorded future', () => {
  it.each([
    ['stationary', 0.3, {}],
    ['straight', 10, {}],
    ['straight_left', 10, { curvature: 1 / 200 }],
    ['straight_right', 10, { curvature: -1 / 200 }],
    ['left_turn', 8, { curvature: 1 / 30 }],
    ['right_turn', 8, { curvature: -1 / 30 }],
    ['left_u_turn', 5, { curvature: 1 / 8 }],
    ['right_u_turn', 5, { curvature: -1 / 8 }],
  ])('is %s', (manoeuvre, v0Mps, options) => {
    expect(factsOf(v0Mps, options)).toMatchObject({ manoeuvre });
  });
});

describe('what the speed does', () => {
  it.each([
    ['stands', 0, 0],
    ['starts', 0, 1],
    ['stops', 5, -2],
    ['brakes', 15, -1],
    ['accelerates', 10, 0.5],
    ['holds_speed', 10, 0.1],
  ])('%s from %d m/s at %d m/s^2', (change, v0Mps, accelMps2) => {
    expect(factsOf(v0Mps, { accelMps2 })).toMatchObject({ future_lon: change });
  });
});

describe('all facts of a window', () => {
  const window = { v0Mps: 10, future: drive(10) };

  it('are those of the window, the part of the day and those of the dataset', () => {
    expect(factsOfWindow({ country: 'DE', hour_of_day: '9' }, window, GRID)).toEqual({
      ...windowFacts(window, GRID),
      daypart: 'morning',
      country: 'DE',
      hour_of_day: '9',
    });
  });

  it('are what the dataset says where it says something of its own', () => {
    const known = { manoeuvre: 'overtakes', daypart: 'dusk', hour_of_day: '17' };
    expect(factsOfWindow(known, window, GRID)).toMatchObject(known);
  });
});

describe('the part of the day', () => {
  it.each([
    ['0', 'night'],
    ['6', 'morning'],
    ['12', 'afternoon'],
    ['18', 'evening'],
    ['23', 'night'],
  ])('at hour %s is %s', (hour, daypart) => {
    expect(daypartFact({ hour_of_day: hour })).toEqual({ daypart });
  });

  it('is not told where the dataset does not tell the hour', () => {
    expect(daypartFact({})).toEqual({});
    expect(daypartFact({ hour_of_day: 'noon' })).toEqual({});
    expect(daypartFact({ hour_of_day: '' })).toEqual({});
  });
});
