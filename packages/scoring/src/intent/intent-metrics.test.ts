import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindowScorer } from '../metric-families.ts';
import { idsOf, scoresOf } from '../test-scores.ts';
import { SMALL_BOX, track } from '../test-traffic.ts';
import type { Track } from '../test-traffic.ts';
import { pathThrough } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';
import { intent } from './intent-metrics.ts';

/** Straight ahead from 10 m/s, changing speed evenly until it stands or the 6.4 s are over. */
function straightAt(accelMps2: number) {
  let [x, speed] = [0, 10];
  return pathThrough(
    Array.from({ length: 64 }, () => {
      speed = Math.max(speed + accelMps2 / 10, 0);
      return [(x += speed / 10), 0];
    }),
  );
}

/** 10 m/s in the history and in the recorded future; each sample has an acceleration and a trace. */
function windowOf(
  samples: readonly (readonly [accelMps2: number, trace: string | null])[],
  tracks?: readonly Track[],
): WindowToScore {
  return {
    history: pathThrough(Array.from({ length: 16 }, (_, i) => [i - 15, 0])),
    future: straightAt(0),
    v0Mps: 10,
    samples: samples.map(([accel, trace]) => ({ ...straightAt(accel), probability: null, trace })),
    obstacles: tracks?.map((facts) => track({ fromS: -2, ...facts })),
    egoBox: SMALL_BOX,
  };
}

const STOP = 'Stop for the red traffic light ahead.';
const STOP_FOR_LEAD = 'Stop because the lead vehicle has stopped.';
const KEEP = 'Keep lane since the road is clear.';
const NOTHING = 'Lorem ipsum dolor.';
const BRAKE = -2.5;
const of = (...window: Parameters<typeof windowOf>) => scoresOf(intent, windowOf(...window));

describe('ids of intent', () => {
  it('carry the number of samples, and which consistency they mean', () => {
    const ids = idsOf(intent, 6, 64);
    for (const id of [
      'meta_lon_agreement_first',
      'meta_lat_agreement_6',
      'trace_parsed_6',
      'trace_parsed_lon_6',
      'trace_consistent_6[paper]',
      'trace_consistent_first[paper]',
      'trace_consistent_6[parsed]',
      'trace_supported_lon_6',
      'trace_undetermined_lat_6',
      'trace_contradicted_6',
      'trace_contradicted_first',
      'trace_future_contradicted_6',
      'chain_break_6',
      'chain_break_has_stopped_6',
      'cause_grounded_6',
      'trace_entropy_6',
      'same_trace_other_plan_6',
      'trace_without_direction_6',
    ]) {
      expect(ids).toContain(id);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.includes('_K'))).toEqual([]);
  });
});

describe('a policy without traces', () => {
  it('has no number about traces, and has those about its plans', () => {
    const score = of([
      [0, null],
      [BRAKE, null],
    ]);
    const defined = idsOf(intent, 2, 64).filter((id) => !Number.isNaN(score(id)));
    expect(defined).toEqual([
      'meta_lon_agreement_first',
      'meta_lon_agreement_2',
      'meta_lat_agreement_first',
      'meta_lat_agreement_2',
    ]);
  });

  it('agrees with the recorded future in full when it plans the same, and in part when it brakes', () => {
    const score = of([
      [0, null],
      [BRAKE, null],
    ]);
    expect(score('meta_lon_agreement_first')).toBe(1);
    expect(score('meta_lat_agreement_2')).toBe(1);
    expect(score('meta_lon_agreement_2')).toBeLessThan(0.7);
  });
});

describe('traces', () => {
  it('change no number that is not about traces', () => {
    const { metrics, score } = createWindowScorer({ samples: 2, horizonSteps: 64, stepS: 0.1 });
    const silent = windowOf([
      [0, null],
      [BRAKE, null],
    ]);
    const speaking = windowOf([
      [0, STOP],
      [BRAKE, KEEP],
    ]);
    const [before, after] = [score(silent), score(speaking)];
    const changed = metrics.filter((_, i) => !Object.is(before[i], after[i])).map(({ id }) => id);
    expect(changed).toContain('trace_parsed_2');
    expect(changed.filter((id) => !/trace|chain_break|cause/.test(id))).toEqual([]);
  });
});

describe('coverage and consistency', () => {
  const score = of([
    [BRAKE, STOP],
    [0, STOP],
    [0, NOTHING],
    [0, null],
  ]);

  it('count what cannot be parsed as 0, a missing trace too', () => {
    expect(score('trace_parsed_4')).toBe(0.5);
    expect(score('trace_consistent_4[paper]')).toBe(0.25);
    expect(score('trace_consistent_first[paper]')).toBe(1);
  });

  it('stand beside the rate of those that were parsed', () => {
    expect(score('trace_consistent_4[parsed]')).toBe(0.5);
  });

  it('split by outcome, over the samples that state the axis', () => {
    expect(score('trace_parsed_lon_4')).toBe(0.5);
    expect(score('trace_supported_lon_4')).toBe(0.5);
    expect(score('trace_contradicted_lon_4')).toBe(0.5);
    expect(score('trace_undetermined_lon_4')).toBe(0);
    expect(score('trace_contradicted_4')).toBe(0.5);
    expect(score('trace_contradicted_first')).toBe(0);
    expect(score('trace_parsed_lat_4')).toBe(0);
    expect(score('trace_supported_lat_4')).toBeNaN();
  });

  it('against the recorded future are numbers of their own', () => {
    expect(score('trace_future_contradicted_lon_4')).toBe(1);
    expect(score('trace_future_contradicted_first')).toBe(1);
  });

  it('are conditional on nothing when nothing could be parsed', () => {
    const nothing = of([[0, '']]);
    expect(nothing('trace_parsed_1')).toBe(0);
    expect(nothing('trace_consistent_1[paper]')).toBe(0);
    expect(nothing('trace_consistent_1[parsed]')).toBeNaN();
    expect(nothing('trace_contradicted_first')).toBeNaN();
    expect(nothing('trace_hedged_1')).toBe(0);
  });
});

describe('causes', () => {
  it('are grounded by boxes: of three samples that cite a stopped lead, all or none are right', () => {
    const samples = [0, 0, 0].map((accel) => [accel, STOP_FOR_LEAD] as const);
    expect(of(samples, [{ at: [30, 0] }])('cause_grounded_3')).toBe(1);
    const moving = of(samples, [{ at: [30, 0], mps: [8, 0] }]);
    expect(moving('cause_grounded_3')).toBe(0);
    expect(moving('cause_ungrounded_3')).toBe(1);
    expect(moving('cause_judged_3')).toBe(1);
  });

  it('have no value without labels, and none when no object is cited', () => {
    expect(of([[0, STOP_FOR_LEAD]])('cause_grounded_1')).toBeNaN();
    expect(of([[0, STOP_FOR_LEAD]])('cause_judged_1')).toBeNaN();
    expect(of([[0, STOP]], [])('cause_judged_1')).toBeNaN();
  });

  it('that come true later break the chain', () => {
    const brakesLater = track({ at: [30, 0], fromS: -2 });
    brakesLater.tS.forEach((tS, i) => (brakesLater.x[i] = 30 + 8 * Math.min(tS, 1)));
    const window = { ...windowOf([[0, STOP_FOR_LEAD]]), obstacles: [brakesLater] };
    const score = scoresOf(intent, window);
    expect(score('chain_break_later_claim_1')).toBe(1);
    expect(score('chain_break_1')).toBe(1);
    expect(score('chain_break_has_stopped_1')).toBe(0);
  });
});

describe('samples against each other', () => {
  it('oppose each other when one stops and one goes on', () => {
    const score = of([
      [BRAKE, STOP],
      [0, 'Set speed since the road is clear.'],
    ]);
    expect(score('trace_opposed_2')).toBe(1);
    expect(score('trace_entropy_2')).toBe(1);
  });

  it('say the same and plan something else', () => {
    const score = of([
      [BRAKE, STOP],
      [0, STOP],
    ]);
    expect(score('same_trace_other_plan_2')).toBe(1);
    expect(score('same_plan_other_trace_2')).toBeNaN();
    expect(score('trace_entropy_2')).toBe(0);
  });
});

function expectSame(id: string, value: number, expected: number): void {
  if (Number.isNaN(expected)) expect(value, id).toBeNaN();
  else expect(value, id).toBeCloseTo(expected, 12);
}

describe('every number about intent', () => {
  const TRACES = [
    STOP,
    STOP_FOR_LEAD,
    KEEP,
    NOTHING,
    '',
    null,
    'Turn left because the route goes left.',
    'Change lane to the right since the left lane is closed.',
    'Nudge to the left to pass the parked vehicle on the right.',
    'Yield to the pedestrian crossing from the left.',
  ];
  const samples = fc.array(
    fc.tuple(fc.double({ min: -4, max: 2, noNaN: true }), fc.constantFrom(...TRACES)),
    { minLength: 4, maxLength: 4 },
  );
  const tracks = fc.option(
    fc.array(
      fc.record({
        at: fc.tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: -8, max: 8 })),
        mps: fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -2, max: 2 })),
        className: fc.constantFrom('automobile', 'person', 'bus', 'rider'),
      }),
      { maxLength: 4 },
    ),
    { nil: undefined },
  );
  const ids = idsOf(intent, 4, 64);

  it('of all samples does not depend on their order', () => {
    fc.assert(
      fc.property(samples, tracks, fc.integer({ min: 1, max: 3 }), (list, boxes, by) => {
        const turned = [...list.slice(by), ...list.slice(0, by)];
        const [score, other] = [of(list, boxes), of(turned, boxes)];
        for (const id of ids.filter((name) => !name.includes('first'))) {
          expectSame(id, other(id), score(id));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in a mirror', () => {
    const mirrorText = (text: string | null) =>
      text?.replace(/left|right/g, (side) => (side === 'left' ? 'right' : 'left')) ?? null;
    const bend = (
      window: WindowToScore,
      side: 1 | -1,
      text: (trace: string | null) => string | null,
    ) => ({
      ...window,
      samples: window.samples.map((sample, k) => ({
        ...sample,
        y: sample.x.map((x) => (side * k * x * x) / 1000),
        yaw: sample.x.map((x) => side * Math.atan((2 * k * x) / 1000)),
        trace: text(sample.trace ?? null),
      })),
    });
    fc.assert(
      fc.property(samples, tracks, (list, boxes) => {
        const here = bend(windowOf(list, boxes), 1, (text) => text);
        const mirrored = boxes?.map(({ at: [x, y], mps: [vx, vy], className }) => ({
          at: [x, -y] as const,
          mps: [vx, -vy] as const,
          className,
        }));
        const there = bend(windowOf(list, mirrored), -1, mirrorText);
        const [score, other] = [scoresOf(intent, here), scoresOf(intent, there)];
        for (const id of ids) expectSame(id, other(id), score(id));
      }),
      { numRuns: 60 },
    );
  });

  it('does not look past the horizon', () => {
    const longer = (path: WindowToScore['future']) => {
      const rest = (values: Float64Array) => Float64Array.from([...values, 1e3, -1e3, 0]);
      return { x: rest(path.x), y: rest(path.y), z: rest(path.z), yaw: rest(path.yaw) };
    };
    fc.assert(
      fc.property(samples, tracks, (list, boxes) => {
        const window = windowOf(list, boxes);
        const long = {
          ...window,
          future: longer(window.future),
          samples: window.samples.map((sample) => ({ ...sample, ...longer(sample) })),
        };
        const { metrics, score } = createWindowScorer({
          samples: 4,
          horizonSteps: 64,
          stepS: 0.1,
        });
        const [one, other] = [score(window), score(long)];
        metrics.forEach(({ id }, i) => expect(other[i], id).toBe(one[i]));
      }),
      { numRuns: 30 },
    );
  });
});
