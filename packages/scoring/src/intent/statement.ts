import { statedOn } from './agreement.ts';
import { isStated } from './read-trace.ts';
import type { ReadTrace } from './read-trace.ts';
import type { ParsedTrace, StatedCause, StatedDecision } from './trace.ts';

/** What a sample states, for comparing it with others. */
export interface Statement {
  readonly sample: number;
  readonly parsed: ParsedTrace;
  /** The decision of each axis. */
  readonly longitudinal: StatedDecision | undefined;
  readonly lateral: StatedDecision | undefined;
}

/** The statements of the samples that state a decision. */
export function statementsOf(traces: readonly (ReadTrace | null)[]): Statement[] {
  const statements: Statement[] = [];
  for (const trace of traces) {
    if (!isStated(trace)) continue;
    const { sample, parsed } = trace;
    const longitudinal = statedOn(parsed, 'longitudinal');
    const lateral = statedOn(parsed, 'lateral');
    statements.push({ sample, parsed, longitudinal, lateral });
  }
  return statements;
}

/** Whether two samples state the same on both axes. */
export function isSamePair(a: Statement, b: Statement): boolean {
  return isSameDecision(a.longitudinal, b.longitudinal) && isSameDecision(a.lateral, b.lateral);
}

/** Whether two samples state the same decisions and causes, in whatever order. */
export function isSameStatement(a: Statement, b: Statement): boolean {
  return (
    isSamePair(a, b) &&
    hasSame(a.parsed.decisions, b.parsed.decisions, isSameDecision) &&
    hasSame(a.parsed.causes, b.parsed.causes, isSameCause)
  );
}

function isSameDecision(a: StatedDecision | undefined, b: StatedDecision | undefined): boolean {
  return a?.decision === b?.decision && a?.direction === b?.direction;
}

function isSameCause(a: StatedCause, b: StatedCause): boolean {
  return (
    a.category === b.category &&
    a.isLead === b.isLead &&
    a.object === b.object &&
    a.place === b.place &&
    a.motion === b.motion
  );
}

/** Whether two lists hold the same, each as often. */
function hasSame<Item>(
  a: readonly Item[],
  b: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): boolean {
  if (a.length !== b.length) return false;
  for (const item of a) {
    if (countOf(item, a, isSame) !== countOf(item, b, isSame)) return false;
  }
  return true;
}

function countOf<Item>(
  item: Item,
  list: readonly Item[],
  isSame: (one: Item, other: Item) => boolean,
): number {
  let count = 0;
  for (const other of list) if (isSame(item, other)) count++;
  return count;
}

/** The decisions of both axes, for a person. */
export function pairText({ longitudinal, lateral }: Statement): string {
  return `${nameOf(longitudinal)} & ${nameOf(lateral)}`;
}

/** All decisions and causes, for a person. */
export function statementText({ parsed: { decisions, causes } }: Statement): string {
  return [...decisions.map(nameOf).sort(), ...causes.map(causeName).sort()].join('; ');
}

function causeName({ category, object, place, motion, isLead }: StatedCause): string {
  const words = [category, isLead ? 'lead' : null, object, place, motion];
  return words.filter((word) => word !== null).join(' ');
}

function nameOf(decision: StatedDecision | undefined): string {
  if (decision === undefined) return 'none';
  return decision.direction === null
    ? decision.decision
    : `${decision.decision} ${decision.direction}`;
}
