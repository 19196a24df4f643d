import { describe, expect, it } from 'vitest';
import { coverOf, progressionsOf, selectFrames } from './frame-selection.ts';

/** 30 frames/s, rounded to microseconds. */
const thirtyHz = (frames: number) =>
  Float64Array.from({ length: frames }, (_, i) => Math.round((i * 1e6) / 30));

/** ffmpeg's functions, for evaluating an expression here. */
const between = (t: number, from: number, to: number) => Number(t >= from && t <= to);
const mod = (a: number, b: number) => a - Math.floor(a / b) * b;
const lte = (a: number, b: number) => Number(a <= b);

/** Indices that `sum of between(pts,a,b)[*lte(mod(pts-a,p),w)]` lets through. */
function passing(expression: string, ptsUs: Float64Array): number[] {
  const terms = expression.split('+').map((term) => {
    const numbers = [...term.matchAll(/-?\d+(\.\d+)?/g)].map((match) => Number(match[0]));
    const [from = NaN, to = NaN, , period, width = NaN] = numbers;
    return (t: number) =>
      between(t, from, to) * (period === undefined ? 1 : lte(mod(t - from, period), width));
  });
  return [...ptsUs.keys()].filter((i) => terms.some((term) => term(ptsUs[i] ?? NaN) !== 0));
}

describe('progressionsOf', () => {
  it('finds regular runs', () => {
    expect(progressionsOf([0, 3, 6, 9])).toEqual([{ first: 0, step: 3, last: 9 }]);
    expect(progressionsOf([7])).toEqual([{ first: 7, step: 1, last: 7 }]);
    expect(progressionsOf([])).toEqual([]);
  });

  it('does not let a pair steal the beginning of the next run', () => {
    expect(progressionsOf([0, 10, 13, 16, 19])).toEqual([
      { first: 0, step: 10, last: 0 },
      { first: 10, step: 3, last: 19 },
    ]);
  });
});

describe('selectFrames', () => {
  it('says a 10 Hz grid over 30 frames/s in one term', () => {
    const { expression, passing: count } = selectFrames(thirtyHz(600), [0, 3, 6, 9, 12]);
    expect(expression).toBe('between(pts,-8333,408333)*lte(mod(pts-(-8333),100000),16666)');
    expect(count).toBe(5);
  });

  it('lets through exactly the wanted frames, for every choice among 10', () => {
    const ptsUs = thirtyHz(10);
    for (let choice = 1; choice < 2 ** 10; choice += 1) {
      const wanted = [...ptsUs.keys()].filter((i) => (choice >> i) & 1);
      const selection = selectFrames(ptsUs, wanted);
      expect(passing(selection.expression, ptsUs)).toEqual(wanted);
      expect(selection.passing).toBe(wanted.length);
    }
  });

  it('stays exact over an hour of frames and with uneven times', () => {
    const hour = thirtyHz(108_000);
    const wanted = [...hour.keys()].filter((i) => i % 3 === 1);
    expect(passing(selectFrames(hour, wanted).expression, hour)).toEqual(wanted);

    const uneven = Float64Array.from(
      { length: 60 },
      (_, i) => i * 40_000 + ((i * 7919) % 23) * 1500,
    );
    const some = [...uneven.keys()].filter((i) => i % 4 === 2);
    expect(passing(selectFrames(uneven, some).expression, uneven)).toEqual(some);
  });

  it('stays short for hundreds of scattered frames, and then lets through some more', () => {
    const ptsUs = thirtyHz(5000);
    const wanted = [...ptsUs.keys()].filter((i) => (i * i) % 17 === 4 || i % 29 === 3);
    const selection = selectFrames(ptsUs, wanted);
    expect(selection.expression.length).toBeLessThan(16_000);
    const through = passing(selection.expression, ptsUs);
    expect(new Set(through)).toEqual(new Set([...through, ...wanted]));
    expect(selection.passing).toBe(through.length);
  });
});

describe('coverOf', () => {
  it('leaves out the widest gaps', () => {
    expect(coverOf([0, 1, 50, 52, 90], 3)).toEqual([
      { first: 0, last: 1, step: 1 },
      { first: 50, last: 52, step: 1 },
      { first: 90, last: 90, step: 1 },
    ]);
    expect(coverOf([0, 1, 50, 52, 90], 1)).toEqual([{ first: 0, last: 90, step: 1 }]);
  });
});
