import type {
  ParsedTrace,
  RemarkKind,
  StatedCause,
  StatedDecision,
  TextSpan,
  TraceRemark,
} from './trace.ts';
import type { ReadTrace } from './read-trace.ts';

/** For tests. Where a text says something; throws when it does not. */
export function spanOf(text: string, words: string): TextSpan {
  const start = text.indexOf(words);
  if (start === -1) throw new Error(`"${text}" does not say "${words}"`);
  return { start, end: start + words.length };
}

/** For tests. A trace that is read as given, so that rules are tested without the parser. */
export function readAs(text: string, parsed: Partial<ParsedTrace> = {}, sample = 0): ReadTrace {
  const nothing = { decisions: [], causes: [], remarks: [], unparsed: [] };
  return { sample, text, parsed: { ...nothing, ...parsed } };
}

/** For tests. A remark about words of a text. */
export function remark(kind: RemarkKind, text: string, words: string): TraceRemark {
  return { kind, span: spanOf(text, words) };
}

const NOWHERE: TextSpan = { start: 0, end: 0 };

/** For tests. */
export function longitudinal(
  decision: Extract<StatedDecision, { axis: 'longitudinal' }>['decision'],
): StatedDecision {
  return {
    axis: 'longitudinal',
    decision,
    direction: null,
    span: NOWHERE,
    vocabularies: ['paper'],
  };
}

/** For tests. */
export function lateral(
  decision: Extract<StatedDecision, { axis: 'lateral' }>['decision'],
  direction: StatedDecision['direction'] = null,
): StatedDecision {
  return { axis: 'lateral', decision, direction, span: NOWHERE, vocabularies: ['paper'] };
}

/** For tests. A critical object as a cause. */
export function cause(facts: Partial<StatedCause>): StatedCause {
  const nothing = { object: null, place: null, motion: null, isLead: false, span: NOWHERE };
  return { category: 'critical_object', ...nothing, ...facts };
}
