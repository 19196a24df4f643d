import { describe, expect, it } from 'vitest';
import { alpasimShape, collidesOpenLoop } from './alpasim-collision.ts';
import { collision } from './collision.ts';
import { obstacleBoxAt } from '../obstacle.ts';
import { readFixture, scoresOf } from '../test-scores.ts';
import { straight, track } from '../test-traffic.ts';
import type { WindowToScore } from '../window.ts';

const score = (window: WindowToScore, id: string): number => scoresOf(collision, window)(id);

describe('collision with boxes', () => {
  it('is what a sample does that does not stop behind a standing car', () => {
    const window = straight([10, 2], [{ at: [40, 0] }]);
    expect(score(window, 'collision_first@6.4s[boxes]')).toBe(1);
    expect(score(window, 'collision_first@3.0s[boxes]')).toBe(0);
    expect(score(window, 'collision_mean_2@6.4s[boxes]')).toBe(0.5);
    expect(score(window, 'collision_future@6.4s[boxes]')).toBe(1);
  });

  it('counts touching, and the steps that it lasts', () => {
    // At 10 m/s the vehicle is at 36, 37 ... 44 m when its box touches or overlaps the one from 38 to 42 m.
    expect(score(straight([10], [{ at: [40, 0] }]), 'collision_steps_first@6.4s[boxes]')).toBe(
      9 / 64,
    );
    expect(score(straight([10], [{ at: [40, 2] }]), 'collision_steps_first@6.4s[boxes]')).toBe(
      9 / 64,
    );
    expect(score(straight([10], [{ at: [40, 2.001] }]), 'collision_first@6.4s[boxes]')).toBe(0);
  });

  it('counts the last step of the horizon, and none after it', () => {
    // After 6.4 s the front is at 66 m; after 3 s at 32 m.
    const first = (x: number, id: string): number => score(straight([10], [{ at: [x, 0] }]), id);
    expect(first(68, 'collision_first@6.4s[boxes]')).toBe(1);
    expect(first(68.001, 'collision_first@6.4s[boxes]')).toBe(0);
    expect(first(34, 'collision_first@3.0s[boxes]')).toBe(1);
    expect(first(34.001, 'collision_first@3.0s[boxes]')).toBe(0);
  });

  it('happens only while a track is known to be there', () => {
    const left = straight([10], [{ at: [40, 0], toS: 3 }]);
    expect(score(left, 'collision_first@6.4s[boxes]')).toBe(0);
    const came = straight([10], [{ at: [40, 0], fromS: 4.2 }]);
    expect(score(came, 'collision_steps_first@6.4s[boxes]')).toBe(3 / 64);
  });

  it('follows who moves: nobody is hit who drives ahead as fast', () => {
    expect(
      score(straight([10], [{ at: [8, 0], mps: [10, 0] }]), 'collision_first@6.4s[boxes]'),
    ).toBe(0);
    expect(
      score(straight([10], [{ at: [8, 0], mps: [9, 0] }]), 'collision_first@6.4s[boxes]'),
    ).toBe(1);
  });

  it('takes a stated vehicle when the dataset does not say: its front is 4.049 m ahead of the rear axle', () => {
    for (const egoBox of [undefined, null]) {
      const unknown = { ...straight([0], [{ at: [6.05, 0] }]), egoBox };
      expect(score(unknown, 'min_distance_first@6.4s')).toBeCloseTo(6.05 - 2 - 4.049, 9);
    }
  });
});

describe('distance', () => {
  it('is between boxes, the smallest so far', () => {
    const window = straight([10], [{ at: [30, 5] }, { at: [100, 0] }]);
    expect(score(window, 'min_distance_first@3.0s')).toBe(3);
    expect(score(straight([0], [{ at: [7, 6] }]), 'min_distance_first@6.4s')).toBe(5);
    expect(score(straight([10, 0], [{ at: [-7, 0] }]), 'min_distance_future@3.0s')).toBe(4);
  });

  it('is 0 in a collision', () => {
    expect(score(straight([10], [{ at: [20, 0] }]), 'min_distance_first@6.4s')).toBe(0);
  });
});

describe('what is not known', () => {
  const ids = [
    'collision_first@6.4s[boxes]',
    'collision_mean_1@3.0s[alpasim]',
    'min_distance_first@6.4s',
  ];

  it('is undefined in a drive without labels', () => {
    const unlabelled = { ...straight([10]), obstacles: null };
    for (const id of ids)
      expect([score(straight([10]), id), score(unlabelled, id)]).toEqual([NaN, NaN]);
  });

  it('is no collision, and no distance, in a drive with labels where nobody is near', () => {
    expect(ids.map((id) => score(straight([10], []), id))).toEqual([0, 0, NaN]);
  });
});

describe('whatever the traffic', () => {
  it('the whole of it may be turned and moved', () => {
    const window = straight([10], [{ at: [45, 1.5], yaw: 0.7, mps: [-1, 0] }]);
    const [cos, sin] = [Math.cos(1), Math.sin(1)];
    const turn = <P extends { x: Float64Array; y: Float64Array; yaw: Float64Array }>(
      path: P,
    ): P => ({
      ...path,
      x: path.x.map((x, i) => 5 + cos * x - sin * (path.y[i] ?? NaN)),
      y: path.y.map((y, i) => sin * (path.x[i] ?? NaN) + cos * y),
      yaw: path.yaw.map((yaw) => yaw + 1),
    });
    const turned = {
      ...window,
      future: turn(window.future),
      samples: window.samples.map(turn),
      obstacles: window.obstacles?.map(turn),
    };
    for (const id of [
      'collision_steps_first@6.4s[boxes]',
      'min_distance_first@3.0s',
      'collision_first@3.0s[alpasim]',
    ]) {
      expect(score(turned, id)).toBeCloseTo(score(window, id), 9);
    }
  });
});

describe('in the form of AlpaSim', () => {
  it('boxes are 2 % smaller, so that a graze of a centimetre is none', () => {
    expect(score(straight([10], [{ at: [20, 1.99] }]), 'collision_first@3.0s[boxes]')).toBe(1);
    expect(score(straight([10], [{ at: [20, 1.99] }]), 'collision_first@3.0s[alpasim]')).toBe(0);
    expect(score(straight([10], [{ at: [20, 1.95] }]), 'collision_first@3.0s[alpasim]')).toBe(1);
    expect(alpasimShape({ x: 0, y: 0, yaw: 0, lengthM: 4.5, widthM: 2 })).toMatchObject({
      lengthM: 4.41,
      widthM: 1.96,
      cornerRadiusM: 0.49,
    });
  });

  it('looks at all that is after now and not after 3 s', () => {
    const box = { lengthM: 4, widthM: 2, cornerRadiusM: 0 };
    const hitsAt = (tS: number): boolean | undefined => {
      const plan = {
        tS: Float64Array.of(tS),
        x: new Float64Array(1),
        y: new Float64Array(1),
        yaw: new Float64Array(1),
      };
      return collidesOpenLoop(plan, box, () => [{ ...box, x: 0, y: 0, yaw: 0 }]);
    };
    expect([0, 0.1, 3, 3.1].map(hitsAt)).toEqual([undefined, true, true, undefined]);
  });

  it('looks 3 s ahead', () => {
    expect(score(straight([10], [{ at: [33.9, 0] }]), 'collision_first@3.0s[alpasim]')).toBe(1);
    expect(score(straight([10], [{ at: [34.1, 0] }]), 'collision_first@3.0s[alpasim]')).toBe(0);
  });
});

describe('agrees with AlpaSim', () => {
  type Xyh = readonly (readonly [x: number, y: number, yaw?: number])[];
  const { open_loop_collision } = readFixture('alpasim_open_loop') as {
    open_loop_collision: {
      name: string;
      horizon_s: number;
      ego_box_lwhr: [number, number, number, number];
      responses: { now_us: number; t_us: number[]; xyh: Xyh }[];
      actors: Record<string, { t_us: number[]; xyh: Xyh }>;
      values: boolean[];
      valid: boolean[];
    }[];
  };
  const columns = (xyh: Xyh) => ({
    x: Float64Array.from(xyh, ([x]) => x),
    y: Float64Array.from(xyh, ([, y]) => y),
    yaw: Float64Array.from(xyh, ([, , yaw]) => yaw ?? 0),
  });

  it.each(open_loop_collision)('on $name', (c) => {
    const [lengthM, widthM, , cornerRadiusM] = c.ego_box_lwhr;
    const found = c.responses.map(({ now_us, t_us, xyh }) => {
      const since = (times: number[]) => Float64Array.from(times, (t) => (t - now_us) / 1e6);
      const actors = Object.values(c.actors).map((actor) => ({
        ...track({ at: [0, 0] }),
        lengthM,
        widthM,
        tS: since(actor.t_us),
        ...columns(actor.xyh),
      }));
      const plan = { tS: since(t_us), ...columns(xyh) };
      const othersAt = (tS: number) =>
        actors.flatMap((actor) => {
          const box = obstacleBoxAt(actor, tS, Infinity);
          return box ? [{ ...box, cornerRadiusM }] : [];
        });
      return collidesOpenLoop(plan, { lengthM, widthM, cornerRadiusM }, othersAt, c.horizon_s);
    });
    expect(found).toEqual(c.values.map((value, i) => (c.valid[i] ? value : undefined)));
  });
});
