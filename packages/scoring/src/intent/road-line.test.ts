import { describe, expect, it } from 'vitest';
import { pathThrough } from '../test-window.ts';
import { roadLineOf } from './road-line.ts';

const history = pathThrough([
  [-10, 0],
  [-5, 0],
  [0, 0],
]);

describe('a road line', () => {
  it('goes straight on before the history and after the future', () => {
    const line = roadLineOf(
      history,
      pathThrough([
        [5, 0],
        [10, 0],
      ]),
      2,
    );
    expect(line.locate(-40, 2)).toEqual({ alongM: -40, leftM: 2, lineYaw: 0 });
    expect(line.locate(60, -3)).toEqual({ alongM: 60, leftM: -3, lineYaw: 0 });
  });

  it('bends with the recorded future: what is 10 m along and 3 m left of it is not 10 m ahead', () => {
    // 10 m ahead, then a corner to the left.
    const future = pathThrough([
      [5, 0],
      [10, 0],
      [10, 5],
      [10, 10],
    ]);
    future.yaw.set([0, 0, Math.PI / 2, Math.PI / 2]);
    const place = roadLineOf(history, future, 4).locate(8, 8);
    expect(place.alongM).toBeCloseTo(18, 9);
    expect(place.leftM).toBeCloseTo(2, 9);
    expect(place.lineYaw).toBeCloseTo(Math.PI / 2, 9);
  });

  it('points where the vehicle points when the vehicle stands', () => {
    const line = roadLineOf(
      pathThrough([
        [0, 0],
        [0, 0],
      ]),
      pathThrough([[0.01, 0.02]]),
      1,
    );
    expect(line.locate(30, 1)).toEqual({ alongM: 30, leftM: 1, lineYaw: 0 });
  });

  it('does not look past the horizon', () => {
    const line = roadLineOf(
      history,
      pathThrough([
        [5, 0],
        [5, 50],
      ]),
      1,
    );
    expect(line.locate(60, -3)).toEqual({ alongM: 60, leftM: -3, lineYaw: 0 });
  });
});
