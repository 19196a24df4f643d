import { DECISION_RULES } from './decision-rules.ts';
import type { Figures, JudgedOutcome } from './decision-rules.ts';
import type { ActionSpan, PathMotion } from './path-motion.ts';
import type { Axis, Direction, ParsedTrace, StatedDecision } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** Which motion a decision is held against: what the policy plans, or what the recorded driver did. */
export type JudgedPath = 'plan' | 'future';

export interface JudgementContext {
  readonly of: JudgedPath;
}

/** A verdict that does not say yet which sample it is about. */
export type Judgement = Pick<Verdict, 'rule' | 'reason' | 'figures' | 'axis' | 'span'> & {
  readonly outcome: JudgedOutcome;
};

/** Whether a motion agrees with a decision; makes no text, for hot loops. */
export function judgeOutcome(
  { decision, direction }: Pick<StatedDecision, 'decision' | 'direction'>,
  motion: PathMotion,
): JudgedOutcome {
  return DECISION_RULES[decision].find(motion, direction).outcome;
}

/** The same for a person: rule `plan.stop` or `future.stop`, the sentence and the figures that decided it. */
export function judgeDecision(
  stated: StatedDecision,
  motion: PathMotion,
  { of }: JudgementContext,
): Judgement {
  const { decision, direction, axis, span } = stated;
  const rule = DECISION_RULES[decision];
  const { outcome, says } = rule.find(motion, direction);
  const figures = rounded(rule.figures(motion));
  return {
    rule: `${of}.${decision}`,
    outcome,
    axis,
    span,
    reason: `Says "${wordsOf(decision, direction)}"; ${WHOSE[of]} ${says} (${listed(figures)}).`,
    figures,
  };
}

const WHOSE: Readonly<Record<JudgedPath, string>> = {
  plan: 'the plan',
  future: 'the recorded future',
};

/** The first decision of each axis; undefined where the trace states none. */
export function statedOn({ decisions }: ParsedTrace, axis: Axis): StatedDecision | undefined {
  for (const decision of decisions) if (decision.axis === axis) return decision;
  return undefined;
}

/**
 * The paper's binary consistency (arXiv 2511.00088, 5.3.2): 1 when the motion agrees with the stated intent on both
 * axes, 0 otherwise and when the trace cannot be parsed. The paper does not say what becomes of an axis without a
 * decision, which its vocabulary allows, nor of one that motion cannot decide. Here neither is a disagreement: 1 needs
 * a decision on at least one axis and none that the motion contradicts.
 */
export function paperConsistency(parsed: ParsedTrace, motion: PathMotion): 0 | 1 {
  let stated = false;
  for (const axis of AXES) {
    const decision = statedOn(parsed, axis);
    if (decision === undefined) continue;
    stated = true;
    if (judgeOutcome(decision, motion) === 'contradicted') return 0;
  }
  return stated ? 1 : 0;
}

const AXES = ['longitudinal', 'lateral'] as const satisfies readonly Axis[];

/** Shares of the time after t0 in which two paths have the same meta-action. */
export interface MetaActionAgreement {
  readonly longitudinal: number;
  readonly lateral: number;
}

/** NaN where the two have no time in common. */
export function metaActionAgreement(plan: PathMotion, recorded: PathMotion): MetaActionAgreement {
  return {
    longitudinal: sharedShare(plan.longitudinal, recorded.longitudinal),
    lateral: sharedShare(plan.lateral, recorded.lateral),
  };
}

function sharedShare<Action>(
  a: readonly ActionSpan<Action>[],
  b: readonly ActionSpan<Action>[],
): number {
  let sameS = 0;
  let bothS = 0;
  for (const one of a) {
    for (const two of b) {
      const overlapS = Math.min(one.endS, two.endS) - Math.max(one.startS, two.startS);
      if (overlapS <= 0) continue;
      bothS += overlapS;
      if (one.action === two.action) sameS += overlapS;
    }
  }
  return bothS > 0 ? sameS / bothS : NaN;
}

function wordsOf(decision: string, direction: Direction | null): string {
  const words = decision.replaceAll('_', ' ');
  return direction === null ? words : `${words} ${direction}`;
}

/** Millimetres and mm/s are enough for people, and keep a row of verdicts small. */
function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value * 1000) / 1000 + 0 : value,
    ]),
  );
}

function listed(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
