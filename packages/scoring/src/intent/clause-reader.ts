import { CauseList } from './cause-list.ts';
import { DecisionLookahead } from './decision-lookahead.ts';
import type { DecisionPhrase } from './decision-phrases.ts';
import type { FunctionKind } from './function-words.ts';
import { ALL_FORMS, BASE, FINITE, ING, NOUN, TERM } from './grammar.ts';
import type { Lexicon } from './lexicon.ts';
import { readDetailsBehind, readNounPhrase, type NounPhrase } from './noun-phrase.ts';
import { addSentence, type FoundDecision } from './sentence-decisions.ts';
import { spanOf, type Tokens } from './tokens.ts';
import type {
  Axis,
  Direction,
  RemarkKind,
  StatedCause,
  StatedDecision,
  TextSpan,
  TraceRemark,
} from './trace.ts';
import { DECISION_TERMS, type Decision } from './vocabulary.ts';
import { COLON, COMMA, END, NUMBER, UNKNOWN, UNKNOWN_ING } from './word-table.ts';

/**
 * How a trace is read: from left to right, one sentence at a time, with the state that says whether a verb is the ego
 * vehicle's and whether it counts.
 *
 *   sentence start ─────► main clause ◄──────────── comma, "then", "so", "prompting it to"
 *                           │     ▲
 *          because, when    ▼     │ the clause ends
 *                         side clause: names causes, never decisions
 *
 * In a main clause `slot` holds the forms that a verb may have here to be the vehicle's: all at the start, the base
 * form behind "to", the ing form behind "while". Every word that is not understood closes it, so what is not
 * understood decides nothing.
 */
type Subject = 'ego' | 'other';
type Clause = 'main' | 'because' | 'condition';
type Block = 'negation' | 'intent' | 'history' | null;

/** Words of no table between "make" and "turn". */
const MOST_UNKNOWN = 2;

/** A decision of the past is a claim about history. */
const HISTORY_REMARKS: ReadonlyMap<Decision, RemarkKind> = new Map([
  ['stop', 'ego_has_stopped'],
  ['turn', 'ego_has_turned'],
  ['lane_change', 'ego_has_changed_lane'],
]);

export class ClauseReader {
  readonly decisions: StatedDecision[] = [];
  readonly remarks: TraceRemark[] = [];
  readonly unparsed: TextSpan[] = [];

  readonly #lexicon: Lexicon;
  readonly #tokens: Tokens;
  readonly #lookahead: DecisionLookahead;
  readonly #causes: CauseList;

  // The sentence.
  #sentence: FoundDecision[] = [];
  #sentenceStart = 0;
  #wordsInSentence = 0;
  #egoNamed = false;
  #otherNamed = false;
  #governor: Axis | null = null;

  // The clause.
  #clause: Clause = 'main';
  #fronted = false;
  #subject: Subject = 'ego';
  #egoSubject = false;
  /** No subject and no verb yet. */
  #fresh = true;
  #slot = ALL_FORMS;
  #unknownInSlot = 0;
  /** Behind "to": what the decision before it is for. */
  #purpose = false;
  #behindAnd = false;
  /** The last object does something, so the next verb may be the object's. */
  #objectActs = false;
  #toFollows = true;
  #block: Block = null;
  #absent = false;
  #behindPreposition = false;
  #intentStart = -1;

  constructor(lexicon: Lexicon, tokens: Tokens) {
    this.#lexicon = lexicon;
    this.#tokens = tokens;
    this.#lookahead = new DecisionLookahead(lexicon, tokens);
    this.#causes = new CauseList(tokens);
  }

  get causes(): readonly StatedCause[] {
    return this.#causes.causes;
  }

  read(): void {
    const { count } = this.#tokens;
    let i = 0;
    while (i < count) i = this.#readAt(i);
    this.#endSentence(count);
    if (this.decisions.length === 0 && this.causes.length === 0) this.#allUnparsed();
  }

  /** Reads what stands at token `i` and returns the token behind it. */
  #readAt(i: number): number {
    const id = this.#tokens.ids[i] ?? END;
    if (id === END) return this.#endSentence(i);
    if (id === COMMA) return this.#comma(i);
    if (id === COLON) {
      this.#startClause(ALL_FORMS);
      return i + 1;
    }
    this.#wordsInSentence++;
    if (id === UNKNOWN || id === UNKNOWN_ING || id === NUMBER) return this.#unknown(i, id);

    const lexeme = this.#lexicon.phrases.match(this.#tokens, i);
    const end = this.#lexicon.phrases.end;
    if (lexeme === null) {
      const noun = readNounPhrase(this.#lexicon, this.#tokens, i);
      return noun ? this.#noun(noun) : this.#unknown(i, UNKNOWN);
    }
    switch (lexeme.kind) {
      case 'decision':
        return this.#verb(lexeme, i, end);
      case 'doing':
        return this.#doing(lexeme.forms, i, end);
      case 'past':
        return this.#past(lexeme.remark, i, end);
      case 'head': {
        const noun = readNounPhrase(this.#lexicon, this.#tokens, i);
        return noun ? this.#noun(noun) : end;
      }
      case 'function':
        return this.#functionWord(lexeme.word, i, end);
    }
  }

  // ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #verb(phrase: DecisionPhrase, start: number, phraseEnd: number): number {
    const noun = this.#nounInstead(phrase, start, phraseEnd);
    if (noun) return this.#noun(noun);
    const mayAct = this.#clause === 'main' && this.#subject === 'ego';
    const open = mayAct ? this.#slot | (this.#objectActs ? 0 : TERM) : 0;
    if ((open & phrase.forms) === 0 || this.#isBlocked(phrase)) {
      this.#passedOver(phrase, start, phraseEnd);
      return phraseEnd;
    }
    if (phrase.weight === 'onward' && phrase.forms === ING && (this.#slot & BASE) === 0) {
      this.#closeSlot();
      return phraseEnd;
    }
    const { direction, end } = this.#lookahead.directionOf(phrase, start, phraseEnd);
    if (!this.#lookahead.needIsMet(phrase, end, direction)) {
      this.#closeSlot();
      return phraseEnd;
    }
    const { axis } = DECISION_TERMS[phrase.decision];
    if (this.#isPurposeOnly(phrase, axis)) {
      if (phrase.decision === 'turn' || phrase.decision === 'split')
        this.#causes.addPlan(start, end);
      this.#closeSlot();
      return end;
    }
    this.#decide(phrase, axis, direction, start, end);
    return end;
  }

  #decide(
    phrase: DecisionPhrase,
    axis: Axis,
    direction: Direction | null,
    start: number,
    directionEnd: number,
  ): void {
    const { decision, end } =
      phrase.decision === 'nudge'
        ? this.#lookahead.whichNudge(directionEnd)
        : { decision: this.#lookahead.awaited(phrase, directionEnd), end: directionEnd };
    this.#sentence.push({ decision, axis, direction, weight: phrase.weight, start, end });
    if (!this.#purpose) this.#governor = axis;
    this.#causes.answeredByDecision();
    this.#closeSlot();
    this.#fresh = false;
    this.#toFollows = true;
    this.#objectActs = false;
  }

  /** "Merging vehicle ahead" and "stop sign" begin like a verb and are none. */
  #nounInstead(phrase: DecisionPhrase, start: number, end: number): NounPhrase | null {
    if (end !== start + 1 || phrase.need === 'agent') return null;
    if (phrase.forms !== ING || (this.#slot & ING) === 0) {
      if ((this.#slot & phrase.forms) !== 0) return null;
    }
    return readNounPhrase(this.#lexicon, this.#tokens, start);
  }

  #isBlocked({ forms }: DecisionPhrase): boolean {
    if (this.#block === null) return false;
    // "is prepared to stop and keeps its lane": the second verb is no longer part of the first.
    return !(this.#behindAnd && forms === FINITE && this.#block !== 'negation');
  }

  /** A decision that is not taken can still be a plan (routing) or a claim about the past. */
  #passedOver(phrase: DecisionPhrase, start: number, end: number): void {
    const { decision } = phrase;
    const isEgo = this.#subject === 'ego' && !this.#objectActs;
    if (this.#block === 'history' && isEgo) {
      const remark = HISTORY_REMARKS.get(decision);
      if (remark && (phrase.forms & (ING | NOUN)) !== 0) this.#remark(remark, start, end);
    } else if (
      this.#block !== 'negation' &&
      isEgo &&
      (decision === 'turn' || decision === 'split')
    ) {
      const planned = this.#block === 'intent' && this.#intentStart >= 0;
      if (planned || this.#causes.awaits) {
        this.#causes.addPlan(
          planned ? this.#intentStart : start,
          this.#lookahead.directionOf(phrase, start, end).end,
        );
      }
    }
    this.#closeSlot();
    if (this.#subject === 'other') this.#fresh = false;
  }

  /** Behind a lateral decision, "to pass the parked car" says what the decision is for. */
  #isPurposeOnly({ decision, weight }: DecisionPhrase, axis: Axis): boolean {
    if (!this.#purpose || this.#governor !== 'lateral') return false;
    if (decision === 'pass' || decision === 'keep_lane' || weight === 'onward') return true;
    return axis === 'lateral' && !this.#behindAnd;
  }

  /** "Execute", "makes": the decision follows as a noun. */
  #doing(forms: number, start: number, end: number): number {
    const mayAct = this.#clause === 'main' && this.#subject === 'ego' && (this.#slot & forms) !== 0;
    if (mayAct) {
      this.#openSlot(NOUN | ING | TERM);
      this.#fresh = false;
      this.#toFollows = true;
    } else {
      const noun = readNounPhrase(this.#lexicon, this.#tokens, start);
      if (noun) return this.#noun(noun);
      this.#closeSlot();
    }
    return end;
  }

  #past(remark: RemarkKind, start: number, end: number): number {
    const claims = this.#block === 'history' || (this.#slot === ING && this.#egoSubject);
    if (claims && this.#subject === 'ego' && !this.#objectActs && this.#block !== 'negation') {
      this.#remark(remark, start, end);
      this.#closeSlot();
      return end;
    }
    const noun = readNounPhrase(this.#lexicon, this.#tokens, start);
    if (noun) return this.#noun(noun);
    this.#closeSlot();
    return end;
  }

  // ── nouns ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #noun(noun: NounPhrase): number {
    const { category } = noun.head;
    this.#wordsInSentence++;
    if (category !== 'ignored' && !this.#absent) {
      this.#causes.add(category, noun);
      if (category === 'critical_object') {
        this.#otherNamed = true;
        this.#lastObject = noun;
      }
    }
    if (this.#fresh) {
      this.#subject = 'other';
      this.#egoSubject = false;
      this.#lastSubjectWasEgo = false;
      this.#fresh = false;
    } else if (noun.hasPredicate) {
      this.#objectActs = true;
    }
    if (category === 'routing') {
      this.#block = 'intent';
      this.#intentStart = noun.start;
    }
    // "clear of obstacles"
    if (category === 'lane') this.#absent = this.#tokens.ids[noun.end] === this.#lexicon.of;
    this.#toFollows = !noun.hasPredicate;
    this.#lastNounEnd = noun.end;
    this.#closeSlot();
    return noun.end;
  }

  // ── words between ────────────────────────────────────────────────────────────────────────────────────────────────

  #unknown(i: number, id: number): number {
    const isLight = this.#slot === (NOUN | ING | TERM);
    if (isLight && ++this.#unknownInSlot <= MOST_UNKNOWN) return i + 1;
    if (id === UNKNOWN_ING && this.#behindNoun(i)) this.#objectActs = true;
    if (id !== NUMBER) {
      // "The driver of the truck ..." is somebody else, whoever it is.
      if (this.#fresh && this.#isBehindArticle(i)) this.#subject = 'other';
      this.#closeSlot();
      this.#fresh = false;
    }
    return i + 1;
  }

  #isBehindArticle(i: number): boolean {
    return i > 0 && this.#lexicon.articles.has(this.#tokens.ids[i - 1] ?? END);
  }

  #behindNoun(i: number): boolean {
    return this.#lastNounEnd === i;
  }
  #lastNounEnd = -1;

  #functionWord(kind: FunctionKind, start: number, end: number): number {
    const wasBehindPreposition = this.#behindPreposition;
    this.#behindPreposition =
      kind === 'preposition' || kind === 'to' || kind === 'for' || kind === 'by';
    switch (kind) {
      case 'because':
        this.#causes.endClause(start);
        this.#sideClause('because');
        this.#causes.startClause(end, false);
        return end;
      case 'condition':
        this.#causes.endClause(start);
        this.#sideClause('condition');
        return end;
      case 'for':
        if (this.#clause === 'main' && !this.#isTimeSpan(end)) this.#causes.startClause(end, true);
        this.#slot = this.#clause === 'main' && this.#subject === 'ego' ? TERM : 0;
        return end;
      case 'avoid':
        this.#causes.endClause(start);
        this.#causes.startClause(end, true);
        this.#block = 'negation';
        this.#closeSlot();
        return end;
      case 'negation':
        this.#block = 'negation';
        this.#absent = this.#fresh || this.#tokens.ids[start] === this.#lexicon.without;
        return end;
      case 'absent':
        this.#absent = true;
        this.#closeSlot();
        return end;
      case 'intent':
        this.#block ??= 'intent';
        this.#intentStart = start;
        this.#closeSlot();
        this.#fresh = false;
        return end;
      case 'history':
        if (this.#block === null) this.#block = 'history';
        if (this.#subject === 'other' || !this.#egoSubject) {
          this.#subject = 'ego';
          this.#fresh = true;
        }
        this.#closeSlot();
        return end;
      case 'perfect':
        this.#block ??= 'history';
        this.#fresh = false;
        this.#closeSlot();
        return end;
      case 'causative':
        this.#causes.endClause(start);
        this.#startClause(NOUN | TERM);
        return end;
      case 'wanting':
        this.#slot = this.#mayAct() ? BASE : 0;
        this.#fresh = false;
        return end;
      case 'ego':
        return this.#ego(start, end, wasBehindPreposition);
      case 'pronoun':
        return this.#pronoun(start, end);
      case 'relative':
        if (this.#lastNounEnd >= 0) this.#objectActs = true;
        this.#closeSlot();
        return end;
      case 'and':
        this.#and(start);
        return end;
      case 'while':
        this.#while(start);
        return end;
      case 'by':
        this.#slot = this.#mayAct() ? ING : 0;
        return end;
      case 'so':
        this.#causes.endClause(start);
        this.#then();
        return end;
      case 'to':
        this.#to();
        return end;
      case 'modal':
        return this.#modal(start, end);
      case 'be':
        this.#slot = this.#mayAct() && this.#egoSubject ? ING : 0;
        return end;
      case 'preposition':
        this.#closeSlot();
        return end;
      case 'article': {
        if (this.#slot === (NOUN | ING | TERM)) return end;
        const noun = readNounPhrase(this.#lexicon, this.#tokens, start);
        if (noun) return this.#noun(noun);
        this.#closeSlot();
        return end;
      }
      case 'adverb': {
        const noun = readNounPhrase(this.#lexicon, this.#tokens, start);
        return noun && this.#slot === 0 ? this.#noun(noun) : end;
      }
    }
  }

  #mayAct(): boolean {
    return this.#clause === 'main' && this.#subject === 'ego' && !this.#objectActs;
  }

  #ego(_start: number, end: number, isObject: boolean): number {
    this.#egoNamed = true;
    if (isObject) return end;
    if (this.#clause !== 'main' && !this.#fresh && this.#fronted) this.#startClause(0);
    if (this.#clause === 'main' && !this.#fresh && this.#objectActs) return end;
    this.#subject = 'ego';
    this.#egoSubject = true;
    this.#lastSubjectWasEgo = true;
    this.#fresh = false;
    this.#objectActs = false;
    this.#toFollows = true;
    // "The ego vehicle stops", "we stop"
    this.#slot = this.#clause === 'main' ? BASE | FINITE : 0;
    return end;
  }

  /** "It" is the vehicle only where nothing else can be meant. */
  #pronoun(start: number, end: number): number {
    if (!this.#fresh) return end;
    const isEgo =
      this.#egoNamed && (this.#clause === 'main' ? this.#lastSubjectWasEgo : !this.#otherNamed);
    this.#subject = isEgo ? 'ego' : 'other';
    this.#egoSubject = isEgo;
    this.#slot = isEgo && this.#clause === 'main' ? FINITE : 0;
    this.#fresh = false;
    return isEgo ? end : this.#objectAgain(start, end);
  }

  /** "because it is braking": the object that was named before, with what is said of it here. */
  #objectAgain(start: number, end: number): number {
    const object = this.#lastObject;
    const said = readDetailsBehind(this.#lexicon, this.#tokens, end);
    if (!object || this.#clause !== 'because' || said.end === end) return end;
    this.#causes.add('critical_object', {
      ...said,
      isLead: object.isLead || said.isLead,
      head: object.head,
      start,
    });
    return said.end;
  }
  #lastObject: NounPhrase | null = null;
  #lastSubjectWasEgo = false;

  #and(start: number): void {
    if (this.#causes.isWeak) this.#causes.endClause(start);
    this.#behindAnd = true;
    if (this.#clause !== 'main' || this.#subject === 'other') {
      this.#closeSlot();
      return;
    }
    this.#slot = this.#objectActs ? BASE | NOUN | TERM : ALL_FORMS;
  }

  #while(start: number): void {
    if (
      this.#clause === 'because' &&
      this.#otherNamed &&
      (start === 0 || this.#tokens.ids[start - 1] !== COMMA)
    ) {
      this.#closeSlot();
      return;
    }
    this.#causes.endClause(start);
    this.#startClause(this.#subject === 'ego' || this.#clause !== 'main' ? ALL_FORMS & ~BASE : 0);
  }

  #then(): void {
    const isOther = this.#clause === 'main' && this.#subject === 'other';
    this.#startClause(isOther ? BASE | NOUN | TERM : ALL_FORMS);
  }

  #to(): void {
    if (
      this.#clause !== 'main' ||
      this.#subject === 'other' ||
      this.#objectActs ||
      !this.#toFollows
    ) {
      this.#closeSlot();
      return;
    }
    this.#behindAnd = false;
    this.#purpose = this.#governor !== null;
    this.#slot = BASE;
  }

  #modal(start: number, end: number): number {
    const isWill = this.#tokens.ids[start] === this.#lexicon.will;
    if (isWill && this.#subject === 'other') this.#remark('future_words', start, end);
    this.#slot = this.#clause === 'main' && this.#subject === 'ego' ? BASE : 0;
    return end;
  }

  #isTimeSpan(at: number): boolean {
    return this.#lexicon.timeSpans.has(this.#tokens.ids[at] ?? END);
  }

  // ── clauses and sentences ────────────────────────────────────────────────────────────────────────────────────────

  #comma(i: number): number {
    this.#causes.endClause(i);
    const isOther = this.#clause === 'main' && this.#subject === 'other';
    this.#startClause(isOther ? BASE | NOUN | TERM : ALL_FORMS);
    return i + 1;
  }

  #sideClause(clause: Clause): void {
    this.#fronted = this.#sentence.length === 0 && this.#clause === 'main';
    this.#clause = clause;
    this.#subject = 'ego';
    this.#egoSubject = false;
    this.#fresh = true;
    this.#closeSlot();
    this.#block = null;
    this.#absent = false;
    this.#objectActs = false;
    this.#lastNounEnd = -1;
  }

  #startClause(slot: number): void {
    this.#clause = 'main';
    this.#subject = 'ego';
    this.#egoSubject = false;
    this.#fresh = true;
    this.#purpose = false;
    this.#behindAnd = false;
    this.#objectActs = false;
    this.#toFollows = true;
    this.#block = null;
    this.#absent = false;
    this.#behindPreposition = false;
    this.#intentStart = -1;
    this.#lastNounEnd = -1;
    this.#openSlot(slot);
  }

  #openSlot(slot: number): void {
    this.#slot = slot;
    this.#unknownInSlot = 0;
  }

  #closeSlot(): void {
    this.#slot = 0;
  }

  #endSentence(i: number): number {
    this.#causes.endClause(i);
    addSentence(this.decisions, this.#sentence, this.#tokens);
    if (this.#wordsInSentence > 0 && !this.#causes.spoke && this.#sentence.length === 0) {
      this.unparsed.push(spanOf(this.#tokens, this.#sentenceStart, i));
    }
    this.#sentence = [];
    this.#sentenceStart = i + 1;
    this.#causes.spoke = false;
    this.#wordsInSentence = 0;
    this.#governor = null;
    this.#otherNamed = false;
    this.#startClause(ALL_FORMS);
    this.#lastSubjectWasEgo = false;
    return i + 1;
  }

  #remark(kind: RemarkKind, start: number, end: number): void {
    this.remarks.push({ kind, span: spanOf(this.#tokens, start, end) });
  }

  #allUnparsed(): void {
    const { text } = this.#tokens;
    const start = text.length - text.trimStart().length;
    const end = text.trimEnd().length;
    this.unparsed.length = 0;
    if (end > start) this.unparsed.push({ start, end });
  }
}
