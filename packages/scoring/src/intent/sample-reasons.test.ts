import { describe, expect, it } from 'vitest';
import { track } from '../test-traffic.ts';
import { pathThrough } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';
import { judgeWindow } from './judge-window.ts';
import { createSampleReasonsReader } from './sample-reasons.ts';

const PARAMETERS = { samples: 4, horizonSteps: 64, stepS: 0.1 };
const driving = (mps: number, leftMps: number) =>
  pathThrough(
    Array.from({ length: 64 }, (_, i) => [(mps * (i + 1)) / 10, (leftMps * (i + 1)) / 10]),
  );

/** 10 m/s straight ahead was driven; the samples drive on, stop nearly, and leave to the left. */
const WINDOW: WindowToScore = {
  history: pathThrough(Array.from({ length: 16 }, (_, i) => [i - 15, 0])),
  future: driving(10, 0),
  v0Mps: 10,
  samples: [
    {
      ...driving(10, 0),
      probability: null,
      trace: 'Keep the lane because the lead vehicle has stopped, and then perhaps turn left.',
    },
    { ...driving(0.01, 0), probability: null, trace: 'Stop for the pedestrian from the right.' },
    { ...driving(8, 1), probability: null, trace: null },
    { ...driving(8, 1), probability: null, trace: '' },
  ],
};

describe('the reasons of samples', () => {
  it.each([
    ['without labels of obstacles', null],
    ['with nobody near', []],
    ['with a car ahead', [track({ at: [30, 0], mps: [8, 0], fromS: -2 })]],
  ])('are the verdicts that people see, %s', (_, obstacles) => {
    const window = { ...WINDOW, obstacles };
    const { traces, verdicts } = judgeWindow(window, PARAMETERS);
    const reasons = createSampleReasonsReader(PARAMETERS)(window);
    expect(reasons).toHaveLength(4);
    reasons.forEach((ofSample, sample) => {
      const shown = verdicts.filter((verdict) => verdict.sample === sample);
      expect(ofSample.verdicts).toEqual(shown.map(({ rule, outcome }) => ({ rule, outcome })));
      expect(ofSample.parsed).toEqual(traces.find((trace) => trace.sample === sample)?.parsed);
    });
    expect(reasons.map((ofSample) => ofSample.verdicts.length > 0)).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('hold the meta-actions of each plan, also of one without a trace', () => {
    const reasons = createSampleReasonsReader(PARAMETERS)(WINDOW);
    expect(reasons.map(({ plan }) => plan.longitudinal.map(({ action }) => action)).at(0)).toEqual([
      'MaintainSpeed',
    ]);
    expect(reasons[2]?.plan.lateral.length).toBeGreaterThan(0);
  });

  it('are not read of a window that cannot be scored', () => {
    const read = createSampleReasonsReader(PARAMETERS);
    expect(() => read({ ...WINDOW, samples: [] })).toThrow('expected 4, got 0');
  });
});
