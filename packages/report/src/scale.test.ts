import { describe, expect, it } from 'vitest';
import { createScale, roundDown, roundUp, ticksOf } from './scale.ts';

describe('round numbers', () => {
  it.each([
    [7, 5, 10],
    [2, 2, 2],
    [0.03, 0.02, 0.05],
    [1, 1, 1],
    [99, 50, 100],
  ])('%s lies between %s and %s', (value, below, above) => {
    expect([roundDown(value), roundUp(value)]).toEqual([below, above]);
  });

  it('make ticks within the range', () => {
    expect(ticksOf(0, 5.3, 5)).toEqual([0, 2, 4]);
    expect(ticksOf(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(ticksOf(3, 3, 4)).toEqual([3]);
  });
});

describe('a scale', () => {
  it('maps its ends to the ends, also upside down', () => {
    const y = createScale(0, 4, 100, 0);
    expect([y(0), y(1), y(4)]).toEqual([100, 75, 0]);
  });
});
