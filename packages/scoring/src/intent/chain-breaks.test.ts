import { describe, expect, it } from 'vitest';
import { pathThrough } from '../test-window.ts';
import { judgeChain, laterCause } from './chain-breaks.ts';
import { readPast } from './past-motion.ts';
import { readAs, remark, spanOf } from './test-traces.ts';
import type { Verdict } from './verdict.ts';

/** Straight ahead at 10 poses per second; the history ends at the origin, `speeds` are those of its steps. */
function historyAt(speeds: readonly number[]) {
  let x = 0;
  const points = [[0, 0]];
  for (const speed of speeds.toReversed()) points.unshift([(x -= speed / 10), 0]);
  return pathThrough(points);
}

function futureAt(speeds: readonly number[]) {
  let x = 0;
  return pathThrough(speeds.map((speed) => [(x += speed / 10), 0]));
}

const steady = (speed: number, steps: number) => new Array<number>(steps).fill(speed);

function motionOf(past: readonly number[], future: readonly number[] = steady(7, 10)) {
  return {
    past: readPast(historyAt(past), past.at(-1) ?? 0, 0.1),
    future: { path: futureAt(future), steps: future.length, stepS: 0.1 },
  };
}

const STOPPED = 'Go on, because the vehicle has stopped.';
const TRACE = readAs(STOPPED, { remarks: [remark('ego_has_stopped', STOPPED, 'has stopped')] });
const outcomes = (verdicts: readonly Verdict[]) =>
  verdicts.map(({ rule, outcome }) => [rule, outcome]);

describe('"has stopped"', () => {
  it('is broken by 1.5 s at 7.2 m/s, with the slowest speed and the words in the verdict', () => {
    const [verdict, ...others] = judgeChain(TRACE, motionOf(steady(7.2, 15)));
    expect(others).toEqual([]);
    expect(verdict).toMatchObject({
      rule: 'break.has_stopped',
      outcome: 'broken',
      sample: 0,
      span: spanOf(STOPPED, 'has stopped'),
      figures: { slowestHistoryMps: 7.2, historyS: 1.5 },
    });
    expect(verdict?.reason).toContain('7.2 m/s');
  });

  it('holds when the vehicle stood at some time of the history', () => {
    const motion = motionOf([0, 0, 0.2, ...steady(3, 12)]);
    expect(outcomes(judgeChain(TRACE, motion))).toEqual([['break.has_stopped', 'supported']]);
  });

  it('is undetermined between standing and moving', () => {
    const motion = motionOf(steady(0.8, 20));
    expect(outcomes(judgeChain(TRACE, motion))).toEqual([['break.has_stopped', 'undetermined']]);
  });

  it('is undetermined when the vehicle can have stood before a short history began', () => {
    // 0.5 s are not shown: from 0.5 m/s at 4 m/s^2 the vehicle reaches 2.5 m/s in them, and no more.
    const at = (speed: number) => outcomes(judgeChain(TRACE, motionOf(steady(speed, 15))));
    expect(at(2.4)).toEqual([['break.has_stopped', 'undetermined']]);
    expect(at(2.6)).toEqual([['break.has_stopped', 'broken']]);
  });

  it('is a claim about later when the recorded future stops, 0.4 s after t0', () => {
    const verdicts = judgeChain(TRACE, motionOf(steady(5, 20), [5, 3, 1, 0.3, 0]));
    expect(outcomes(verdicts)).toEqual([
      ['break.has_stopped', 'broken'],
      ['break.later_claim', 'broken'],
    ]);
    expect(verdicts[1]?.figures).toEqual({ slowestHistoryMps: 5, trueAtS: 0.4 });
  });

  it('is no claim about later when the stop lies past the horizon', () => {
    const { past, future } = motionOf(steady(5, 20), [5, 3, 1, 0.3, 0]);
    const verdicts = judgeChain(TRACE, { past, future: { ...future, steps: 3 } });
    expect(outcomes(verdicts)).toEqual([['break.has_stopped', 'broken']]);
  });
});

describe('"has turned" and "has changed lane"', () => {
  const text = 'Keep going, having turned and having changed lanes.';
  const trace = readAs(text, {
    remarks: [
      remark('ego_has_turned', text, 'having turned'),
      remark('ego_has_changed_lane', text, 'having changed lanes'),
    ],
  });

  it('are broken by 1.5 s straight ahead', () => {
    expect(outcomes(judgeChain(trace, motionOf(steady(5, 15))))).toEqual([
      ['break.has_turned', 'broken'],
      ['break.has_changed_lane', 'broken'],
    ]);
  });

  it('are undetermined when the history is short, or the vehicle stood', () => {
    for (const speeds of [steady(5, 9), steady(0, 15)]) {
      expect(outcomes(judgeChain(trace, motionOf(speeds)))).toEqual([
        ['break.has_turned', 'undetermined'],
        ['break.has_changed_lane', 'undetermined'],
      ]);
    }
  });

  it('hold, or may hold, when the heading changed by 20 degrees', () => {
    const history = historyAt(steady(5, 15));
    history.yaw.forEach((_, i) => {
      history.yaw[i] = (-20 * Math.PI * (15 - i)) / 15 / 180;
      history.y[i] = 0.05 * (15 - i);
    });
    const past = readPast(history, 5, 0.1);
    const { future } = motionOf([]);
    expect(outcomes(judgeChain(trace, { past, future }))).toEqual([
      ['break.has_turned', 'supported'],
      ['break.has_changed_lane', 'undetermined'],
    ]);
    const [turned] = judgeChain(trace, { past, future });
    expect(turned?.figures.headingChangeDeg).toBeCloseTo(20, 9);
  });

  it('are about later when the turn comes after t0', () => {
    const { past, future } = motionOf(steady(5, 15), steady(5, 10));
    future.path.yaw.fill(0.3, 6);
    const later = judgeChain(trace, { past, future }).find(({ rule }) => /later/.test(rule));
    expect(later?.figures).toEqual({ headingChangeDeg: 0, trueAtS: 0.7 });
  });
});

describe('words about the future', () => {
  it('break the chain whatever the motion is', () => {
    const text = 'Slow down, because the car will stop in later frames.';
    const trace = readAs(text, { remarks: [remark('future_words', text, 'in later frames')] });
    const [verdict] = judgeChain(trace, motionOf([]));
    expect(verdict).toMatchObject({ rule: 'break.future_words', outcome: 'broken' });
    expect(verdict?.reason).toContain('"in later frames"');
  });
});

it('remarks about the text alone break nothing', () => {
  const text = 'Perhaps slow down.';
  const trace = readAs(text, { remarks: [remark('hedge', text, 'Perhaps')] });
  expect(judgeChain(trace, motionOf(steady(5, 15)))).toEqual([]);
});

describe('a cause that boxes make true later only', () => {
  const grounded: Verdict = {
    rule: 'ground.seen_in_time',
    outcome: 'contradicted',
    sample: 2,
    axis: null,
    span: { start: 3, end: 9 },
    reason: '',
    figures: { trueAtS: 1.2 },
  };

  it('is a break with the span of the cause', () => {
    expect(laterCause(grounded)).toMatchObject({
      rule: 'break.later_claim',
      outcome: 'broken',
      sample: 2,
      span: { start: 3, end: 9 },
    });
  });

  it('is none when boxes support it, or never make it true', () => {
    expect(laterCause({ ...grounded, outcome: 'supported' })).toBeUndefined();
    expect(laterCause({ ...grounded, figures: {} })).toBeUndefined();
  });
});
