import { createWindowDirector } from '../directed-window.ts';
import type { DirectedWindow } from '../directed-window.ts';
import { assertParameters, assertScorable } from '../window.ts';
import type { ScoringParameters, WindowToScore } from '../window.ts';
import { judgeDecision, statedOn } from './agreement.ts';
import type { JudgedPath } from './agreement.ts';
import { compareSamples } from './cross-sample.ts';
import { createIntentReader, judgeReasons } from './intent-reading.ts';
import type { IntentReading } from './intent-reading.ts';
import type { PathMotion } from './path-motion.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Axis } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** Everything that can be said to a person about the reasons of one window. */
export interface WindowJudgement {
  /** The traces, by sample; samples without one are left out. */
  readonly traces: readonly ReadTrace[];
  /** Sample by sample: decisions against plan and recorded future, text, chain, objects; then the samples against each other. */
  readonly verdicts: readonly Verdict[];
}

/** Judges windows of one sweep. @throws ScoringError for a window that cannot be scored */
export type WindowJudge = (window: WindowToScore) => WindowJudgement;

/** @throws ScoringError SCORING_PARAMETERS */
export function createWindowJudge(parameters: ScoringParameters): WindowJudge {
  assertParameters(parameters);
  const direct = createWindowDirector(parameters);
  const read = createIntentReader(parameters);
  return (window) => {
    assertScorable(window, parameters);
    const directed: DirectedWindow = direct(window);
    return judgeReading(read(directed));
  };
}

/**
 * Judges a single window; for many, make one judge with `createWindowJudge`.
 * @throws ScoringError for parameters or a window that cannot be scored
 */
export function judgeWindow(window: WindowToScore, parameters: ScoringParameters): WindowJudgement {
  return createWindowJudge(parameters)(window);
}

function judgeReading(reading: IntentReading): WindowJudgement {
  if (reading.traces === undefined) return { traces: [], verdicts: [] };
  const traces = reading.traces.filter((trace) => trace !== null);
  return {
    traces,
    verdicts: [
      ...traces.flatMap((trace) => [
        ...judgeDecisions(trace, reading),
        ...judgeReasons(trace, reading),
      ]),
      ...compareSamples(reading.traces, reading.planShapes()).verdicts,
    ],
  };
}

const AXES: readonly Axis[] = ['longitudinal', 'lateral'];

/** The decision of each axis against the plan of the same sample, and against what was recorded. */
function judgeDecisions(trace: ReadTrace, { plans, future }: IntentReading): Verdict[] {
  const against: [JudgedPath, PathMotion | undefined][] = [
    ['plan', plans[trace.sample]],
    ['future', future],
  ];
  return AXES.flatMap((axis) => {
    const stated = statedOn(trace.parsed, axis);
    if (stated === undefined) return [];
    return against.flatMap(([of, motion]) =>
      motion === undefined
        ? []
        : [{ ...judgeDecision(stated, motion, { of }), sample: trace.sample }],
    );
  });
}
