import { describe, expect, it } from 'vitest';
import { track } from '../test-traffic.ts';
import { pathThrough } from '../test-window.ts';
import type { WindowToScore } from '../window.ts';
import { intent } from './intent-metrics.ts';
import { scoresOf } from '../test-scores.ts';
import { judgeWindow } from './judge-window.ts';

const PARAMETERS = { samples: 3, horizonSteps: 64, stepS: 0.1 };
const AHEAD = pathThrough(Array.from({ length: 64 }, (_, i) => [i + 1, 0]));

/** 10 m/s straight ahead, all three samples as well, with a car that drives 30 m ahead. */
function windowWith(...traces: (string | null)[]): WindowToScore {
  return {
    history: pathThrough(Array.from({ length: 16 }, (_, i) => [i - 15, 0])),
    future: AHEAD,
    v0Mps: 10,
    samples: traces.map((trace) => ({ ...AHEAD, probability: null, trace })),
    obstacles: [track({ at: [30, 0], mps: [8, 0], fromS: -2 })],
  };
}

const judge = (...traces: (string | null)[]) => judgeWindow(windowWith(...traces), PARAMETERS);

describe('judgeWindow', () => {
  it('shows for every verdict the words, the rule and the figures that decided', () => {
    const text = 'Stop because the lead vehicle has stopped.';
    const { traces, verdicts } = judge(text, null, null);
    expect(traces.map(({ sample }) => sample)).toEqual([0]);
    const shown = verdicts.map(({ rule, outcome, span }) => [
      rule,
      outcome,
      span && text.slice(span.start, span.end),
    ]);
    expect(shown[0]?.slice(0, 2)).toEqual(['plan.stop', 'contradicted']);
    expect(shown[0]?.[2]).toMatch(/^Stop/);
    expect(shown[1]?.slice(0, 2)).toEqual(['future.stop', 'contradicted']);
    expect(shown[2]?.slice(0, 2)).toEqual(['ground.motion', 'contradicted']);
    expect(shown[2]?.[2]).toContain('lead vehicle');
    expect(verdicts[2]?.figures).toMatchObject({ class: 'automobile', speedMps: 8 });
    for (const { reason } of verdicts) expect(reason).toMatch(/^[A-Z"].*\.$/);
  });

  it('says nothing about a policy that says nothing', () => {
    expect(judge(null, null, null)).toEqual({ traces: [], verdicts: [] });
  });

  it('says of an empty trace that it states no decision', () => {
    const { traces, verdicts } = judge('', null, null);
    expect(traces).toHaveLength(1);
    expect(verdicts.map(({ rule }) => rule)).toEqual(['text.no_decision']);
  });

  it('ends with the samples against each other', () => {
    const { verdicts } = judge('Turn left.', 'Turn right.', null);
    expect(verdicts.at(-1)?.sample).toBeNull();
    expect(verdicts.map(({ rule }) => rule)).toContain('samples.opposite_direction');
  });

  it('refuses a window that cannot be scored', () => {
    expect(() => judgeWindow(windowWith(null), PARAMETERS)).toThrow('expected 3, got 1');
  });
});

describe('verdicts and metrics', () => {
  it('count the same', () => {
    const TRACES = [
      'Stop because the lead vehicle has stopped.',
      'Stop, because the pedestrian is crossing from the left.',
      'Keep lane since the road is clear.',
      'Turn since the route says so. Turn since the route says so. Turn since the route says so.',
      'Perhaps slow down for the bus ahead in later frames.',
      'Accelerate after the vehicle has stopped at the stop sign.',
      '',
      null,
    ];
    for (const [i, first] of TRACES.entries()) {
      for (const second of TRACES.slice(i)) {
        const window = windowWith(first, second, TRACES[(i * 3 + 1) % TRACES.length] ?? null);
        const { traces, verdicts } = judgeWindow(window, PARAMETERS);
        const score = scoresOf(intent, window);
        if (traces.length === 0) continue;
        const samplesWith = (isMeant: (verdict: (typeof verdicts)[number]) => boolean): number =>
          new Set(verdicts.filter(isMeant).map(({ sample }) => sample)).size;

        for (const of of ['plan', 'future'] as const) {
          const infix = of === 'plan' ? '' : 'future_';
          for (const axis of ['longitudinal', 'lateral'] as const) {
            const judged = verdicts.filter(
              (verdict) => verdict.rule.startsWith(`${of}.`) && verdict.axis === axis,
            );
            for (const outcome of ['supported', 'contradicted', 'undetermined'] as const) {
              const count = judged.filter((verdict) => verdict.outcome === outcome).length;
              const id = `trace_${infix}${outcome}_${axis.slice(0, 3)}_3`;
              expect(score(id), id).toBe(count / judged.length);
            }
          }
        }
        expect(score('chain_break_3')).toBe(samplesWith((v) => v.outcome === 'broken') / 3);
        for (const [id, rule] of [
          ['chain_break_future_words_3', 'break.future_words'],
          ['chain_break_has_stopped_3', 'break.has_stopped'],
          ['trace_hedged_3', 'text.hedge'],
          ['trace_without_cause_3', 'text.no_cause'],
          ['trace_many_decisions_3', 'text.many_decisions'],
          ['trace_repeats_3', 'text.repetition'],
          ['trace_without_direction_3', 'text.no_direction'],
        ] as const) {
          const count = samplesWith(
            (v) => v.rule === rule && (v.outcome === 'broken' || v.outcome === 'noted'),
          );
          expect(score(id), id).toBe(count / 3);
        }
        const ground = verdicts.filter(({ rule }) => rule.startsWith('ground.'));
        const grounded = ground.filter(({ outcome }) => outcome === 'supported').length;
        const against = ground.filter(({ outcome }) => outcome === 'contradicted').length;
        expect(score('cause_grounded_3')).toBe(grounded / (grounded + against));
        expect(score('cause_judged_3')).toBe((grounded + against) / ground.length);
      }
    }
  });
});
