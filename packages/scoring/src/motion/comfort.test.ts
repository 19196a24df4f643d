import { describe, expect, it } from 'vitest';
import type { EgoPath } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
import { comfort } from './comfort.ts';
import { COMFORT_BOUNDS, COMFORT_TERMS, createComfortFlags } from './comfort-bounds.ts';
import type { ComfortTerm } from './comfort-bounds.ts';
import { scoresOf } from '../test-scores.ts';
import type { WindowToScore } from '../window.ts';

/** Poses from `from` to `to` seconds, 0.1 s apart, on a circle of the given curvature. */
function arc(
  fromS: number,
  toS: number,
  distance: (tS: number) => number,
  curvature: number,
): EgoPath {
  const times = Array.from(
    { length: Math.round((toS - fromS) * 10) + 1 },
    (_, i) => fromS + i / 10,
  );
  const turn = times.map((tS) => curvature * distance(tS));
  return {
    x: Float64Array.from(times, (tS, i) =>
      curvature === 0 ? distance(tS) : Math.sin(turn[i] ?? NaN) / curvature,
    ),
    y: Float64Array.from(turn, (angle) =>
      curvature === 0 ? 0 : (1 - Math.cos(angle)) / curvature,
    ),
    z: new Float64Array(times.length),
    yaw: Float64Array.from(turn, (angle) => Math.atan2(Math.sin(angle), Math.cos(angle))),
  };
}

interface Motion {
  readonly v0Mps: number;
  readonly accelMps2?: number;
  readonly curvature?: number;
}

/** A history at constant speed, and a sample and a recorded future that go on with their own motion. */
function driving(sample: Motion, future: Motion = sample): WindowToScore {
  const path = ({ v0Mps, accelMps2 = 0, curvature = 0 }: Motion): EgoPath =>
    arc(0.1, 6.4, (tS) => v0Mps * tS + (accelMps2 * tS * tS) / 2, curvature);
  return {
    history: arc(-1.5, 0, (tS) => sample.v0Mps * tS, sample.curvature ?? 0),
    future: path(future),
    v0Mps: sample.v0Mps,
    samples: [{ ...path(sample), probability: null }],
  };
}
const score = (window: WindowToScore, id: string): number => scoresOf(comfort, window)(id);
const termsThatFail = (window: WindowToScore): string[] =>
  COMFORT_TERMS.filter((term) => score(window, `comfortable_${term}_first@6.4s[nuplan]`) === 0);

describe('the six bounds', () => {
  /** The flags of series that are 0 but for one value of one term; another lane has nothing but 0. */
  const flagsWith = (term: ComfortTerm, values: readonly number[]): number[] => {
    const bench = new Workbench();
    const series = (): LaneSeries => bench.series(3, 2);
    const calm = {
      lon_accel: series(),
      lat_accel: series(),
      jerk: series(),
      lon_jerk: series(),
      yaw_accel: series(),
      yaw_rate: series(),
    };
    calm[term].put(0, Float64Array.from(values));
    const flags = createComfortFlags(bench, 2);
    flags.find(calm);
    expect(flags.sumOf(1)).toBe(COMFORT_TERMS.length);
    return COMFORT_TERMS.map((_, i) => flags.flagOf(0, i));
  };

  it.each(COMFORT_TERMS.map((term, i) => ({ term, i })))(
    'of $term are themselves not comfortable, and what is not a number is not either',
    ({ term, i }) => {
      for (const bad of [...COMFORT_BOUNDS[term], NaN]) {
        const flags = flagsWith(term, [0, bad, 0]);
        expect(flags).toEqual(COMFORT_TERMS.map((_, k) => (k === i ? 0 : 1)));
      }
      const near = 0.999 * COMFORT_BOUNDS[term][1];
      expect(flagsWith(term, [near, near, near])[i]).toBe(1);
    },
  );
});

describe('comfort by the bounds of nuPlan', () => {
  it('is kept by a steady drive, straight or in a curve', () => {
    for (const motion of [{ v0Mps: 15 }, { v0Mps: 10, curvature: 0.04 }]) {
      const window = driving(motion);
      expect(termsThatFail(window)).toEqual([]);
      expect(score(window, 'comfortable_first@6.4s[nuplan]')).toBe(1);
      expect(score(window, 'comfortable_first@4.0s[navsim]')).toBe(1);
    }
  });

  it.each<[string, Motion, string]>([
    ['3 m/s^2 of acceleration', { v0Mps: 5, accelMps2: 3 }, 'lon_accel'],
    ['5 m/s^2 of braking', { v0Mps: 40, accelMps2: -5 }, 'lon_accel'],
    ['a curve at 5 m/s^2', { v0Mps: 10, curvature: 0.05 }, 'lat_accel'],
    ['a turn at 1 rad/s', { v0Mps: 4, curvature: 0.25 }, 'yaw_rate'],
  ])('is not kept by %s', (_, motion, term) => {
    expect(termsThatFail(driving(motion))).toContain(term);
    expect(score(driving(motion), 'comfortable_first@6.4s[nuplan]')).toBe(0);
  });

  it('feels the step from history to plan: from speeding up to braking at once is a jerk', () => {
    const braking = driving({ v0Mps: 20, accelMps2: -3.5 });
    expect(termsThatFail(braking)).toEqual([]);
    const fromSpeedingUp = arc(-1.5, 0, (tS) => 20 * tS + tS * tS, 0);
    expect(termsThatFail({ ...braking, history: fromSpeedingUp })).toContain('lon_jerk');
  });

  it('asks the recorded future the same', () => {
    const window = driving({ v0Mps: 15 }, { v0Mps: 15, accelMps2: 5 });
    expect(score(window, 'comfortable_first@6.4s[nuplan]')).toBe(1);
    expect(score(window, 'comfortable_future@6.4s[nuplan]')).toBe(0);
  });

  it('does not see the lateral acceleration in the form of NAVSIM, whose bicycle has none', () => {
    const fast = driving({ v0Mps: 10, curvature: 0.055 });
    expect(termsThatFail(fast)).toEqual(['lat_accel']);
    const rested = { ...fast, history: arc(-1.5, 0, (tS) => 10 * tS, 0) };
    expect(score(rested, 'comfortable_first@4.0s[navsim]')).toBe(1);
  });
});

describe('centripetal acceleration', () => {
  it('is v^2 / r', () => {
    const window = driving({ v0Mps: 10, curvature: 0.04 }, { v0Mps: 10 });
    expect(score(window, 'max_centripetal_first@6.4s')).toBeCloseTo(4, 1);
    expect(score(driving({ v0Mps: 10 }), 'max_centripetal_first@6.4s')).toBe(0);
  });

  it('does not change when history and answer turn together', () => {
    const window = driving({ v0Mps: 12, curvature: 0.03 });
    const [cos, sin] = [Math.cos(2), Math.sin(2)];
    const turn = (path: EgoPath): EgoPath => ({
      x: path.x.map((x, i) => cos * x - sin * (path.y[i] ?? NaN)),
      y: path.y.map((y, i) => sin * (path.x[i] ?? NaN) + cos * y),
      z: path.z,
      yaw: path.yaw.map((yaw) => Math.atan2(Math.sin(yaw + 2), Math.cos(yaw + 2))),
    });
    const turned = {
      ...window,
      history: turn(window.history),
      future: turn(window.future),
      samples: window.samples.map((sample) => ({ ...sample, ...turn(sample) })),
    };
    const id = 'max_centripetal_first@6.4s';
    expect(score(turned, id)).toBeCloseTo(score(window, id), 9);
    expect(termsThatFail(turned)).toEqual(termsThatFail(window));
  });
});

describe('what is too short for the filters', () => {
  it('is undefined, not comfortable', () => {
    const { history, future, samples, v0Mps } = driving({ v0Mps: 5 });
    const cut = (path: EgoPath, poses: number): EgoPath => ({
      x: path.x.slice(0, poses),
      y: path.y.slice(0, poses),
      z: path.z.slice(0, poses),
      yaw: path.yaw.slice(0, poses),
    });
    const short = {
      history: cut(history, 1),
      future: cut(future, 2),
      v0Mps,
      samples: samples.map((sample) => ({ ...cut(sample, 2), probability: null })),
    };
    expect(score(short, 'comfortable_first@0.2s[nuplan]')).toBeNaN();
    expect(score(short, 'max_centripetal_future@0.2s')).toBeNaN();
    const noPast = { ...driving({ v0Mps: 5 }), history: cut(history, 2) };
    expect(score(noPast, 'comfortable_first@4.0s[navsim]')).toBeNaN();
    expect(score(noPast, 'comfortable_first@6.4s[nuplan]')).not.toBeNaN();
  });
});
