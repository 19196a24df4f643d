import { describe, expect, it } from 'vitest';
import { judgeText } from './text-quality.ts';
import { cause, lateral, longitudinal, readAs, remark, spanOf } from './test-traces.ts';
import type { ParsedTrace } from './trace.ts';

const BECAUSE = cause({ object: 'vehicle' });

function rulesOf(parsed: Partial<ParsedTrace>, text = ''): string[] {
  return judgeText(readAs(text, parsed)).map(({ rule }) => rule);
}

describe('a trace', () => {
  it('with one decision per axis, a cause and a direction has nothing to note', () => {
    const decisions = [longitudinal('stop'), lateral('turn', 'left')];
    expect(rulesOf({ decisions, causes: [BECAUSE] })).toEqual([]);
  });

  it('without a decision says nothing, with or without a cause', () => {
    expect(rulesOf({})).toEqual(['text.no_decision']);
    expect(rulesOf({ causes: [BECAUSE] })).toEqual(['text.no_decision']);
  });

  it('without a cause gives none for its decision', () => {
    expect(rulesOf({ decisions: [longitudinal('stop')] })).toEqual(['text.no_cause']);
  });

  it('has one decision too many for each after the first of an axis', () => {
    const decisions = [longitudinal('yield'), lateral('keep_lane'), longitudinal('stop')];
    const verdicts = judgeText(readAs('', { decisions, causes: [BECAUSE] }));
    expect(verdicts.map(({ rule, axis }) => [rule, axis])).toEqual([
      ['text.many_decisions', 'longitudinal'],
    ]);
    expect(verdicts[0]?.reason).toContain('"yield"');
    expect(verdicts[0]?.reason).toContain('"stop"');
  });

  it.each(['nudge', 'nudge_in_lane', 'nudge_out_of_lane', 'lane_change', 'turn'] as const)(
    'must say whether to %s left or right',
    (decision) => {
      const rules = (direction: 'left' | null) =>
        rulesOf({ decisions: [lateral(decision, direction)], causes: [BECAUSE] });
      expect(rules(null)).toEqual(['text.no_direction']);
      expect(rules('left')).toEqual([]);
    },
  );

  it.each(['keep_lane', 'merge', 'split', 'pull_over', 'abort'] as const)(
    'need not say where to %s',
    (decision) => {
      expect(rulesOf({ decisions: [lateral(decision)], causes: [BECAUSE] })).toEqual([]);
    },
  );

  it('shows the words that hedge and that repeat', () => {
    const text = 'Maybe stop stop stop, because of the car.';
    const remarks = [remark('hedge', text, 'Maybe'), remark('repetition', text, 'stop stop stop')];
    const parsed = { decisions: [longitudinal('stop')], causes: [BECAUSE], remarks };
    const verdicts = judgeText(readAs(text, parsed, 4));
    expect(verdicts.map(({ rule, span, sample }) => [rule, span, sample])).toEqual([
      ['text.hedge', spanOf(text, 'Maybe'), 4],
      ['text.repetition', spanOf(text, 'stop stop stop'), 4],
    ]);
  });
});
