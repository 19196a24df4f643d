import { describe, expect, it } from 'vitest';
import { compareSamples } from './cross-sample.ts';
import type { LongitudinalAction } from './meta-actions.ts';
import type { PlanShape } from './plan-shape.ts';
import { cause, lateral, longitudinal, readAs } from './test-traces.ts';
import type { StatedDecision } from './trace.ts';

const plan = (finalX: number, action: LongitudinalAction = 'MaintainSpeed'): PlanShape => ({
  longitudinal: [{ action, startS: 0, endS: 6.4 }],
  lateral: [{ action: 'GoStraight', startS: 0, endS: 6.4 }],
  finalX,
  finalY: 0,
});
const SAME = [plan(0), plan(0), plan(0), plan(0)];

/** One trace per list of decisions; null for a sample without a trace. */
const traces = (...stated: (StatedDecision[] | null)[]) =>
  stated.map((decisions, sample) => decisions && readAs('', { decisions }, sample));

describe('the entropy of stated decisions', () => {
  it.each([
    ['0 bits when all say the same', [['stop'], ['stop'], ['stop'], ['stop']], 0],
    ['1 bit when half say the one', [['stop'], ['stop'], ['yield'], ['yield']], 1],
    ['2 bits when four say four things', [['stop'], ['yield'], ['pass'], ['set_speed']], 2],
  ] as const)('is %s', (_, decisions, bits) => {
    const stated = traces(...decisions.map((names) => names.map((name) => longitudinal(name))));
    expect(compareSamples(stated, SAME).entropyBits).toBeCloseTo(bits, 12);
  });

  it('tells left from right, and looks at both axes', () => {
    const stated = traces([lateral('turn', 'left')], [lateral('turn', 'right')]);
    expect(compareSamples(stated, SAME).entropyBits).toBe(1);
  });

  it('does not count samples that state nothing, and needs two that do', () => {
    const stop = [longitudinal('stop')];
    expect(compareSamples(traces(stop, stop, [], null), SAME).entropyBits).toBe(0);
    const { entropyBits, opposed } = compareSamples(traces(stop, [], null), SAME);
    expect([entropyBits, opposed]).toEqual([NaN, NaN]);
  });
});

describe('opposite decisions', () => {
  it('are left against right, by any manoeuvre, and name who says which', () => {
    const stated = traces(
      [lateral('turn', 'left')],
      [lateral('nudge', 'right')],
      [],
      [lateral('merge', 'left')],
    );
    const { opposed, verdicts } = compareSamples(stated, SAME);
    expect(opposed).toBe(1);
    expect(verdicts[0]).toMatchObject({ rule: 'samples.opposite_direction', sample: null });
    expect(verdicts[0]?.reason).toBe('Left in samples 0, 3, right in sample 1.');
  });

  it.each([
    ['stop', 'set_speed', 1],
    ['yield', 'pass', 1],
    ['stop', 'yield', 0],
    ['stop', 'adapt_speed', 0],
    ['follow_lead', 'pass', 0],
  ] as const)('%s against %s: %i', (one, other, opposed) => {
    const stated = traces([longitudinal(one)], [longitudinal(other)]);
    expect(compareSamples(stated, SAME).opposed).toBe(opposed);
  });
});

describe('traces against plans', () => {
  const stop = [longitudinal('stop')];
  const go = [longitudinal('set_speed')];

  it('say the same and plan differently when plans end more than 5 m apart, or have other meta-actions', () => {
    const of = (...plans: PlanShape[]) =>
      compareSamples(traces(stop, stop), plans).sameTraceOtherPlan;
    expect(of(plan(0), plan(5))).toBe(0);
    expect(of(plan(0), plan(5.1))).toBe(1);
    expect(of(plan(0), plan(0, 'GentleDeceleration'))).toBe(1);
  });

  it('are counted by pairs: of the three pairs of three samples, two differ', () => {
    const plans = [plan(0), plan(0), plan(20)];
    const { sameTraceOtherPlan, samePlanOtherTrace, verdicts } = compareSamples(
      traces(stop, stop, stop),
      plans,
    );
    expect(sameTraceOtherPlan).toBeCloseTo(2 / 3, 12);
    expect(samePlanOtherTrace).toBe(0);
    expect(verdicts.map(({ figures }) => [figures.sample, figures.otherSample])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it('plan the same and say other things', () => {
    const { samePlanOtherTrace, sameTraceOtherPlan } = compareSamples(traces(stop, go), SAME);
    expect([samePlanOtherTrace, sameTraceOtherPlan]).toEqual([1, NaN]);
  });

  it('differ when their causes do', () => {
    const because = (object: 'vehicle' | 'pedestrian', sample: number) =>
      readAs('', { decisions: stop, causes: [cause({ object })] }, sample);
    const stated = [because('vehicle', 0), because('pedestrian', 1)];
    expect(compareSamples(stated, SAME).samePlanOtherTrace).toBe(1);
  });
});
