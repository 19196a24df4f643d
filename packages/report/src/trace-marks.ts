import type { ParsedTrace, TextSpan, IntentVerdict } from '@drivesweep/scoring';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** What a piece of a trace is marked as; a piece may be several. */
export type MarkKind = 'decision' | 'cause' | 'break' | 'contradiction' | 'remark' | 'unparsed';

export interface Mark {
  readonly kind: MarkKind;
  readonly span: TextSpan;
  /** Shown when pointing at it. */
  readonly says: string;
  /** Shown behind the text: the direction of a decision. */
  readonly tag: string | null;
}

const ARROWS = { left: '\u2190 left', right: 'right \u2192' } as const;

/** All marks of one sample's trace: what the parser found, and where a verdict says that something does not hold. */
export function marksOf(parsed: ParsedTrace | null, verdicts: readonly IntentVerdict[]): Mark[] {
  const marks: Mark[] = [];
  const add = (kind: MarkKind, span: TextSpan | null, says: string, tag: string | null = null) => {
    if (span !== null) marks.push({ kind, span, says, tag });
  };
  for (const { decision, axis, direction, span } of parsed?.decisions ?? []) {
    add('decision', span, `${axis}: ${words(decision)}`, direction && ARROWS[direction]);
  }
  for (const { category, object, motion, span } of parsed?.causes ?? []) {
    const details = [object, motion].filter((detail) => detail !== null).map(words);
    add('cause', span, ['cause', words(category), ...details].join(': '));
  }
  for (const { kind, span } of parsed?.remarks ?? []) add('remark', span, words(kind));
  for (const span of parsed?.unparsed ?? []) add('unparsed', span, 'not understood');
  for (const { outcome, span, reason } of verdicts) {
    if (outcome === 'broken') add('break', span, reason);
    if (outcome === 'contradicted') add('contradiction', span, reason);
  }
  return marks;
}

/** A trace with its marks. Overlapping marks cut the text into pieces that carry all of theirs. */
export function markTrace(trace: string, marks: readonly Mark[]): Html {
  const inside = marks.filter(({ span }) => span.start < span.end && span.start < trace.length);
  const edges = inside.flatMap(({ span }) => [
    Math.max(0, span.start),
    Math.min(span.end, trace.length),
  ]);
  const cuts = [...new Set([0, ...edges, trace.length])].sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1] ?? trace.length;
    const over = inside.filter(({ span }) => span.start < end && span.end > start);
    return pieceOf(trace.slice(start, end), over, end);
  });
  return html`<span class="trace" dir="auto">${pieces}</span>`;
}

function pieceOf(text: string, marks: readonly Mark[], end: number): Html {
  if (marks.length === 0) return html`${text}`;
  const kinds = [...new Set(marks.map(({ kind }) => `m-${kind}`))].sort().join(' ');
  const says = [...new Set(marks.map(({ says }) => says))].join('; ');
  const tags = marks
    .filter(({ tag, span }) => tag !== null && span.end === end)
    .map(({ tag }) => html`<span class="tag">${tag}</span>`);
  return html`<mark class="${kinds}" title="${says}">${text}</mark>${tags}`;
}

/** What the marks look like, once per page. */
export function traceLegend(): Html {
  const entries: readonly (readonly [MarkKind, string])[] = [
    ['decision', 'decision'],
    ['cause', 'cause'],
    ['break', 'broken chain'],
    ['contradiction', 'contradicted'],
    ['remark', 'remark'],
    ['unparsed', 'not understood'],
  ];
  const shown = entries.map(([kind, name]) => html`<mark class="m-${kind}">${name}</mark> `);
  return html`<p class="legend trace-legend">
    Marks in traces: ${shown}<span class="tag">right →</span> direction
  </p>`;
}

/** Names of rules and decisions as words. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}
