import type { LateralDecision, StatedDecision, TextSpan } from './trace.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Verdict } from './verdict.ts';

/** Properties of the text alone, whatever the motion is. All are `noted`: they say how a reason is put, not that it is wrong. */

/** In the order of their metrics. */
export const TEXT_RULES = [
  'text.hedge',
  'text.no_cause',
  'text.many_decisions',
  'text.repetition',
  'text.no_direction',
  'text.no_decision',
] as const;
export type TextRule = (typeof TEXT_RULES)[number];

/** Table 1 of arXiv 2511.00088 makes left or right mandatory for nudges, lane changes and turns. */
const NEEDS_DIRECTION: ReadonlySet<LateralDecision | StatedDecision['decision']> = new Set([
  'nudge',
  'nudge_in_lane',
  'nudge_out_of_lane',
  'lane_change',
  'turn',
]);

/** Judges how a trace is put. */
export function judgeText({ sample, text, parsed }: ReadTrace): Verdict[] {
  const verdicts: Verdict[] = [];
  const note = (
    rule: TextRule,
    reason: string,
    { span = null, axis = null }: { span?: TextSpan | null; axis?: Verdict['axis'] } = {},
  ): void => {
    verdicts.push({ rule, outcome: 'noted', sample, axis, span, reason, figures: {} });
  };
  const { decisions, causes, remarks } = parsed;

  for (const { kind, span } of remarks) {
    const words = text.slice(span.start, span.end);
    if (kind === 'hedge') note('text.hedge', `"${words}" leaves open what is so.`, { span });
    if (kind === 'repetition') note('text.repetition', `"${words}" repeats itself.`, { span });
  }
  if (decisions.length === 0) note('text.no_decision', 'The trace states no decision.');
  else if (causes.length === 0)
    note('text.no_cause', 'The trace gives no cause for what it states.');
  for (const [i, { axis, decision, direction, span }] of decisions.entries()) {
    const first = decisions.find((other) => other.axis === axis);
    if (first !== decisions[i]) {
      const reason = `The ${axis} axis has "${first?.decision}" already; "${decision}" is one more.`;
      note('text.many_decisions', reason, { span, axis });
    }
    if (direction === null && NEEDS_DIRECTION.has(decision)) {
      note('text.no_direction', `"${decision}" needs left or right.`, { span, axis });
    }
  }
  return verdicts;
}
