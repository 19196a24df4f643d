import { describe, expect, it } from 'vitest';
import { assertObstacles, egoBoxAt, obstacleBoxAt } from './obstacle.ts';
import type { ObstacleToScore } from './obstacle.ts';

/** A car that drives along x at 10 m/s and is seen at the given times. */
const seenAt = (...timesS: number[]): ObstacleToScore => ({
  trackId: 'a',
  className: 'automobile',
  lengthM: 4,
  widthM: 2,
  tS: Float64Array.from(timesS),
  x: Float64Array.from(timesS, (t) => 10 * t),
  y: new Float64Array(timesS.length),
  yaw: new Float64Array(timesS.length),
});

describe('where a track is', () => {
  it('is interpolated between its times', () => {
    expect(obstacleBoxAt(seenAt(0, 0.4), 0.1)).toMatchObject({ x: 1, lengthM: 4, widthM: 2 });
    expect(obstacleBoxAt(seenAt(-0.25, 0.05, 0.15), 0)?.x).toBeCloseTo(0, 12);
  });

  it('is what was seen at a time of its own, whatever rounding does', () => {
    expect(obstacleBoxAt(seenAt(0, 0.3, 0.6), 0.1 * 3)?.x).toBe(3);
    expect(obstacleBoxAt(seenAt(0.3), 0.1 * 3)?.x).toBe(3);
  });

  it('is not known before, after, or in a gap that is too long', () => {
    const track = seenAt(0, 0.4, 1.2);
    expect(obstacleBoxAt(track, -0.01)).toBeUndefined();
    expect(obstacleBoxAt(track, 1.21)).toBeUndefined();
    expect(obstacleBoxAt(track, 0.8)).toBeUndefined();
    expect(obstacleBoxAt(track, 0.8, 1)?.x).toBeCloseTo(8, 12);
    expect(obstacleBoxAt(seenAt(), 0)).toBeUndefined();
    expect(obstacleBoxAt(seenAt(0, 0.5), 0.3)?.x).toBeCloseTo(3, 12);
  });

  it('turns the short way round', () => {
    const track = { ...seenAt(0, 0.2), yaw: Float64Array.of(3, -3) };
    expect(obstacleBoxAt(track, 0.1)?.yaw).toBeCloseTo(Math.PI, 12);
  });
});

describe('the box of the vehicle', () => {
  it('has its middle ahead of the rear axle', () => {
    const box = egoBoxAt({ lengthM: 5, widthM: 2, rearAxleToCentreM: 1.5 }, 10, 20, Math.PI / 2);
    expect(box).toMatchObject({ lengthM: 5, widthM: 2, y: 21.5 });
    expect(box.x).toBeCloseTo(10, 12);
  });
});

describe('obstacles that cannot be', () => {
  it.each<[string, ObstacleToScore, string]>([
    ['no length', { ...seenAt(0), lengthM: 0 }, 'obstacles[0].lengthM is 0'],
    ['no finite width', { ...seenAt(0), widthM: NaN }, 'obstacles[0].widthM is NaN'],
    [
      'a place that is not finite',
      { ...seenAt(0), y: Float64Array.of(NaN) },
      'obstacles[0].y[0] is NaN',
    ],
    [
      'headings missing',
      { ...seenAt(0, 1), yaw: Float64Array.of(0) },
      'obstacles[0].yaw: expected 2 values, got 1',
    ],
    ['a time twice', seenAt(0, 1, 1), 'obstacles[0].tS does not increase at index 2'],
  ])('are refused by name: %s', (_, obstacle, message) => {
    expect(() => assertObstacles([obstacle], undefined)).toThrow(message);
  });

  it('and neither can a vehicle without size', () => {
    const box = { lengthM: 5, widthM: -2, rearAxleToCentreM: 1 };
    expect(() => assertObstacles(undefined, box)).toThrow('egoBox.widthM is -2');
    expect(() => assertObstacles([], { ...box, widthM: 2, rearAxleToCentreM: NaN })).toThrow(
      'rearAxleToCentreM',
    );
    expect(() => assertObstacles([seenAt(0, 1)], { ...box, widthM: 2 })).not.toThrow();
  });
});
