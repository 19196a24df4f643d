import { describe, expect, it } from 'vitest';
import { coverage } from './coverage.ts';
import { idsOf, scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';

/** The future stands at the origin for 6 s; each sample stands at its own point. */
function around(points: (readonly [x: number, y: number])[], yaw = 0): (id: string) => number {
  const window = windowOf(
    Array.from({ length: 60 }, () => [0, 0]),
    points.map((point) => Array.from({ length: 60 }, () => point)),
  );
  window.future.yaw.fill(yaw);
  return scoresOf(coverage, window);
}

describe('rank', () => {
  it('is the share of samples behind, and to the right', () => {
    const score = around([
      [-1, 1],
      [2, 2],
      [3, 3],
      [4, -4],
    ]);
    expect(score('rank_4@3.0s[lon]')).toBe(0.25);
    expect(score('rank_4@3.0s[lat]')).toBe(0.25);
  });

  it('counts a tie half', () => {
    expect(
      around([
        [0, 0],
        [0, 0],
      ])('rank_2@1.0s[lon]'),
    ).toBe(0.5);
    expect(
      around([
        [0, 0],
        [1, 0],
      ])('rank_2@1.0s[lon]'),
    ).toBe(0.25);
  });

  it('goes along the heading of the future, not along x', () => {
    const score = around(
      [
        [0, -5],
        [0, 5],
        [0, 6],
      ],
      Math.PI / 2,
    );
    expect(score('rank_3@6.0s[lon]')).toBeCloseTo(1 / 3, 12);
    expect(
      around(
        [
          [3, 4],
          [-3, 2],
        ],
        Math.PI / 2,
      )('rank_2@6.0s[lat]'),
    ).toBe(0.5);
  });

  it('of samples from the truth is even over many windows', () => {
    // Any of five equal positions may be the truth: each rank of the other four comes once.
    const positions = [-2, -1, 0, 1, 2];
    const ranks = positions.map((truth) =>
      around(positions.filter((p) => p !== truth).map((p) => [p - truth, 0]))('rank_4@1.0s[lon]'),
    );
    expect(ranks).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});

describe('covered', () => {
  it('means between the outermost samples, or on one', () => {
    expect(
      around([
        [-1, 1],
        [2, 1],
      ])('covered_2@1.0s[lon]'),
    ).toBe(1);
    expect(
      around([
        [-1, 1],
        [2, 1],
      ])('covered_2@1.0s[lat]'),
    ).toBe(0);
    expect(
      around([
        [0, 0],
        [2, 1],
      ])('covered_2@1.0s[lat]'),
    ).toBe(1);
  });

  it('does not exist of a single sample', () => {
    expect(around([[1, 1]])('covered_1@1.0s[lon]')).toBeNaN();
    expect(around([[1, 1]])('rank_1@1.0s[lon]')).toBe(0);
  });

  it('is told at the times that the answer reaches', () => {
    expect(idsOf(coverage, 2, 30).filter((id) => id.includes('[lon]'))).toEqual([
      'rank_2@1.0s[lon]',
      'rank_2@3.0s[lon]',
      'covered_2@1.0s[lon]',
      'covered_2@3.0s[lon]',
    ]);
  });
});
