import type { DecisionPhrase } from './decision-phrases.ts';
import { spanOf, type Tokens } from './tokens.ts';
import type { Axis, Direction, LateralDecision, StatedDecision } from './trace.ts';
import { type Decision, DECISION_TERMS, vocabulariesOf } from './vocabulary.ts';

/** A decision of a sentence that is still being read, as tokens [start, end). */
export interface FoundDecision {
  readonly decision: Decision;
  readonly axis: Axis;
  readonly direction: Direction | null;
  readonly weight: DecisionPhrase['weight'];
  readonly start: number;
  readonly end: number;
}

/** The decisions that a manner can be the manner of. */
const COMPATIBLE: Readonly<Record<DecisionPhrase['weight'], ReadonlySet<Decision>>> = {
  plain: new Set(),
  slower: new Set(['stop', 'yield', 'follow_lead', 'gap_search', 'adapt_speed']),
  faster: new Set(['set_speed', 'pass', 'follow_lead', 'gap_search', 'adapt_speed']),
  onward: new Set(['set_speed', 'pass', 'follow_lead', 'gap_search', 'adapt_speed', 'yield']),
};

/**
 * Adds the decisions of a sentence to those of the trace, without the manners of other decisions ("decelerate to
 * stop") and without what has been said before.
 */
export function addSentence(
  stated: StatedDecision[],
  sentence: readonly FoundDecision[],
  tokens: Tokens,
): void {
  for (const found of sentence) {
    if (isManner(found, sentence)) continue;
    const same = stated.some(
      (known) =>
        known.decision === found.decision &&
        (known.direction === found.direction || found.direction === null),
    );
    if (!same) stated.push(statedFrom(found, tokens));
  }
}

function isManner({ weight }: FoundDecision, sentence: readonly FoundDecision[]): boolean {
  if (weight === 'plain') return false;
  return sentence.some(
    ({ axis, weight: other, decision }) =>
      axis === 'longitudinal' && other === 'plain' && COMPATIBLE[weight].has(decision),
  );
}

/** Field by field: a spread takes longer than the reading of the decision. */
function statedFrom(found: FoundDecision, tokens: Tokens): StatedDecision {
  const { decision, direction } = found;
  const span = spanOf(tokens, found.start, found.end);
  const vocabularies = vocabulariesOf(decision);
  return isLateral(decision)
    ? { axis: 'lateral', decision, direction, span, vocabularies }
    : { axis: 'longitudinal', decision, direction, span, vocabularies };
}

function isLateral(decision: Decision): decision is LateralDecision {
  return DECISION_TERMS[decision].axis === 'lateral';
}
