import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cornerDistance } from './corner-distance.ts';
import { readFixture, scoresOf } from '../test-scores.ts';
import { windowOf } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';

type Points = readonly (readonly number[])[];

/** A window whose paths also have a height and a heading at every step. */
function directed(
  future: { points: Points; yaw: readonly number[] },
  samples: readonly { points: Points; yaw: readonly number[] }[],
): WindowToScore {
  const window = windowOf(
    future.points,
    samples.map(({ points }) => points),
  );
  [future, ...samples].forEach(({ points, yaw }, i) => {
    const path = i === 0 ? window.future : window.samples[i - 1];
    yaw.forEach((value, t) => path?.yaw.fill(value, t));
    points.forEach(([, , z = 0], t) => path?.z.fill(z, t));
  });
  return window;
}

describe('corner distance', () => {
  it('is the distance of the poses when the headings agree, height included', () => {
    const window = directed({ points: [[0, 0, 0]], yaw: [1] }, [{ points: [[2, 3, 6]], yaw: [1] }]);
    const score = scoresOf(cornerDistance, window);
    expect(score('corner_distance_first@0.1s[4x3x2m]')).toBeCloseTo(7, 12);
  });

  it('of a box turned round on the spot is its diagonal: corners are 2.5 m from the middle', () => {
    const here = [[0, 0, 0]];
    const window = directed({ points: here, yaw: [0] }, [{ points: here, yaw: [Math.PI] }]);
    expect(
      scoresOf(cornerDistance, window)('corner_distance_1@0.1s[4x3x2m,trajectory]'),
    ).toBeCloseTo(5, 12);
  });

  it('[pointwise] mixes samples, [trajectory] does not', () => {
    const ahead = (early: number, late: number) => ({
      points: [
        [1 + early, 0, 0],
        [2 + late, 0, 0],
      ],
      yaw: [0, 0],
    });
    const score = scoresOf(cornerDistance, directed(ahead(0, 0), [ahead(0, 4), ahead(2, 0)]));
    expect(score('corner_distance_2@0.2s[4x3x2m,pointwise]')).toBe(0);
    expect(score('corner_distance_2@0.2s[4x3x2m,trajectory]')).toBe(1);
    expect(score('corner_distance_first@0.2s[4x3x2m]')).toBe(2);
  });
});

describe('agrees with the public code of Alpamayo', () => {
  const { cases } = readFixture('alpamayo_distance_metrics') as {
    cases: {
      name: string;
      K: number;
      pred_xyz: Points[][][];
      pred_yaw: number[][][][];
      gt_xyz: Points[];
      gt_yaw: number[][];
      expect: { corner: { corner_distance: number[] } };
    }[];
  };
  it.each(cases.flatMap((c) => c.gt_xyz.map((_, b) => ({ ...c, b }))))(
    'on $name, element $b',
    ({ K, b, pred_xyz, pred_yaw, gt_xyz, gt_yaw, expect: expected }) => {
      const samples = (pred_xyz[b]?.[0] ?? []).map((points, k) => ({
        points,
        yaw: pred_yaw[b]?.[0]?.[k] ?? [],
      }));
      const window = directed({ points: gt_xyz[b] ?? [], yaw: gt_yaw[b] ?? [] }, samples);
      const value = scoresOf(cornerDistance, window)(`corner_distance_${K}@6.4s[4x3x2m,pointwise]`);
      expect(Math.abs(value - (expected.corner.corner_distance[b] ?? NaN))).toBeLessThan(1e-12);
    },
  );
});

describe('of any window', () => {
  const metres = fc.double({ min: -20, max: 20, noNaN: true });
  const path = fc.record({
    points: fc.array(fc.tuple(metres, metres, metres), { minLength: 5, maxLength: 5 }),
    yaw: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 }),
  });

  it('[pointwise] is never above [trajectory], and the order of samples does not matter', () => {
    fc.assert(
      fc.property(path, fc.tuple(path, path, path), (future, samples) => {
        const score = scoresOf(cornerDistance, directed(future, samples));
        const turned = scoresOf(cornerDistance, directed(future, samples.toReversed()));
        const [pointwise, trajectory] = ['pointwise', 'trajectory'].map(
          (form) => `corner_distance_3@0.5s[4x3x2m,${form}]`,
        ) as [string, string];
        expect(score(pointwise)).toBeLessThanOrEqual(score(trajectory) + 1e-12);
        expect(turned(pointwise)).toBe(score(pointwise));
        expect(turned(trajectory)).toBe(score(trajectory));
      }),
    );
  });

  it('a rigid motion of everything changes nothing', () => {
    fc.assert(
      fc.property(path, path, metres, metres, metres, (future, sample, dx, dy, turn) => {
        const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
        const move = ({ points, yaw }: typeof sample): typeof sample => ({
          points: points.map(([x, y, z]) => [dx + cos * x - sin * y, dy + sin * x + cos * y, z]),
          yaw: yaw.map((value) => value + turn),
        });
        const id = 'corner_distance_first@0.5s[4x3x2m]';
        const before = scoresOf(cornerDistance, directed(future, [sample]))(id);
        const after = scoresOf(cornerDistance, directed(move(future), [move(sample)]))(id);
        expect(after).toBeCloseTo(before, 9);
      }),
    );
  });
});
