import type { NounPhrase } from './noun-phrase.ts';
import { hashOf, spanOf, type Tokens } from './tokens.ts';
import type { CauseCategory, StatedCause, TextSpan } from './trace.ts';

/**
 * The causes of a trace, each once by its words. Between a connective and the end of its clause it waits for a cause;
 * a clause that names none is one that is `unclassified`.
 */
export class CauseList {
  readonly causes: StatedCause[] = [];
  /** The sentence has named a cause. */
  spoke = false;

  readonly #tokens: Tokens;
  readonly #known = new Set<number>();
  #hasRouting = false;
  #clauseStart = -1;
  #isWeak = false;
  #answered = false;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** Inside the clause of a connective. */
  get awaits(): boolean {
    return this.#clauseStart >= 0;
  }

  get isWeak(): boolean {
    return this.#isWeak;
  }

  /** A connective ends before token `start`; "for" is a weak one, whose clause ends at "and". */
  startClause(start: number, isWeak: boolean): void {
    this.#clauseStart = start;
    this.#isWeak = isWeak;
    this.#answered = false;
  }

  /** The clause of the last connective ends before token `end`. */
  endClause(end: number): void {
    if (this.awaits && !this.#answered && end > this.#clauseStart) {
      this.#plain('unclassified', spanOf(this.#tokens, this.#clauseStart, end));
    }
    this.#clauseStart = -1;
    this.#isWeak = false;
  }

  /** "for lead obstacle following": a weak connective leads to a decision and to no cause. */
  answeredByDecision(): void {
    if (this.#isWeak) this.#answered = true;
  }

  add(category: CauseCategory, noun: NounPhrase): void {
    this.spoke = true;
    this.#answered = true;
    const words = hashOf(this.#tokens, noun.start, noun.end);
    if (this.#known.has(words)) return;
    this.#known.add(words);
    this.#hasRouting ||= category === 'routing';
    const isObject = category === 'critical_object';
    this.causes.push({
      category,
      object: isObject ? noun.head.object : null,
      place: noun.place,
      motion: isObject ? noun.motion : null,
      isLead: isObject && noun.isLead,
      span: spanOf(this.#tokens, noun.start, noun.end),
    });
  }

  /** A plan ("intends to turn right") is a routing cause, unless the route has been named already. */
  addPlan(start: number, end: number): void {
    this.spoke = true;
    this.#answered = true;
    if (this.#hasRouting) return;
    this.#hasRouting = true;
    this.#plain('routing', spanOf(this.#tokens, start, end));
  }

  #plain(category: CauseCategory, span: TextSpan): void {
    this.spoke = true;
    this.causes.push({ category, object: null, place: null, motion: null, isLead: false, span });
  }
}
