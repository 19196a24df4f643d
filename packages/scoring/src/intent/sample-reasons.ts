import { createWindowDirector } from '../directed-window.ts';
import { assertParameters, assertScorable } from '../window.ts';
import type { ScoringParameters, WindowToScore } from '../window.ts';
import { judgeOutcome, statedOn } from './agreement.ts';
import { createIntentReader, judgeReasons } from './intent-reading.ts';
import type { IntentReading } from './intent-reading.ts';
import type { PathMotion } from './path-motion.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Axis, ParsedTrace } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** A verdict without what it tells a person. */
export type VerdictOutline = Pick<Verdict, 'rule' | 'outcome'>;

/** The reasons of one sample, for programs: no sentences and no figures, which take most of the time of judging. */
export interface SampleReasons {
  /** Undefined when the sample has no trace. */
  readonly parsed: ParsedTrace | undefined;
  /** Meta-actions of its plan after t0. */
  readonly plan: Pick<PathMotion, 'longitudinal' | 'lateral'>;
  /** Those of `WindowJudgement.verdicts` that are about this sample, in the same order. */
  readonly verdicts: readonly VerdictOutline[];
}

/**
 * Reads the reasons of all samples of windows of one sweep, by sample.
 * @throws ScoringError SCORING_PARAMETERS; the reader, for a window that cannot be scored
 */
export function createSampleReasonsReader(
  parameters: ScoringParameters,
): (window: WindowToScore) => readonly SampleReasons[] {
  assertParameters(parameters);
  const direct = createWindowDirector(parameters);
  const read = createIntentReader(parameters);
  return (window) => {
    assertScorable(window, parameters);
    const reading = read(direct(window));
    return reading.plans.map((plan, sample): SampleReasons => {
      const trace = reading.traces?.[sample] ?? null;
      return {
        parsed: trace?.parsed,
        plan,
        verdicts:
          trace === null ? [] : [...decisionsOf(trace, plan, reading), ...restOf(trace, reading)],
      };
    });
  };
}

const AXES: readonly Axis[] = ['longitudinal', 'lateral'];

function decisionsOf(
  { parsed }: ReadTrace,
  plan: PathMotion,
  { future }: IntentReading,
): VerdictOutline[] {
  const verdicts: VerdictOutline[] = [];
  for (const axis of AXES) {
    const stated = statedOn(parsed, axis);
    if (stated === undefined) continue;
    const { decision } = stated;
    verdicts.push(
      { rule: `plan.${decision}`, outcome: judgeOutcome(stated, plan) },
      { rule: `future.${decision}`, outcome: judgeOutcome(stated, future) },
    );
  }
  return verdicts;
}

function restOf(trace: ReadTrace, reading: IntentReading): VerdictOutline[] {
  return judgeReasons(trace, reading).map(({ rule, outcome }) => ({ rule, outcome }));
}
