import type { DecisionPhrase } from './decision-phrases.ts';
import type { FunctionKind } from './function-words.ts';
import type { Lexicon } from './lexicon.ts';
import { readNounPhrase, type NounPhrase } from './noun-phrase.ts';
import type { Tokens } from './tokens.ts';
import type { Direction } from './trace.ts';
import { DECISION_TERMS, type Decision } from './vocabulary.ts';
import { COLON, COMMA, END } from './word-table.ts';

/** Words between "nudge left" and the lane that says which nudge it is. */
const LANE_LOOKAHEAD = 3;
const NOUN_LOOKAHEAD = 4;

const ENDS_CLAUSE: ReadonlySet<FunctionKind> = new Set(['because', 'and', 'while']);

/** What stands behind the words of a decision and makes it one: its direction, its object, its lane. */
export class DecisionLookahead {
  readonly #lexicon: Lexicon;
  readonly #tokens: Tokens;

  constructor(lexicon: Lexicon, tokens: Tokens) {
    this.#lexicon = lexicon;
    this.#tokens = tokens;
  }

  needIsMet({ need }: DecisionPhrase, end: number, direction: Direction | null): boolean {
    if (need === null || need === 'awaited') return true;
    if (need === 'direction') return direction !== null;
    const noun = this.nounAfter(end);
    const isObject =
      noun?.head.category === 'critical_object' || noun?.head.category === 'road_event';
    if (need === 'agent') return isObject;
    if (!noun || !isObject || noun.isLead || noun.place === 'ahead') return true;
    const follows = noun.head.object === 'vehicle' || noun.head.object === 'heavy_vehicle';
    return follows && noun.motion !== 'parked' && noun.place === null;
  }

  /** "Wait for the pedestrian" yields, "wait for the green light" stops. */
  awaited({ decision, need }: DecisionPhrase, end: number): Decision {
    if (need !== 'awaited') return decision;
    return this.nounAfter(end)?.head.category === 'critical_object' ? decision : 'stop';
  }

  directionOf(
    phrase: DecisionPhrase,
    start: number,
    end: number,
  ): { direction: Direction | null; end: number } {
    const { directions, towards, adverbs } = this.#lexicon;
    const { ids, count } = this.#tokens;
    if (
      DECISION_TERMS[phrase.decision].axis === 'longitudinal' ||
      phrase.decision === 'keep_lane'
    ) {
      return { direction: null, end };
    }
    if (phrase.direction !== null) return { direction: phrase.direction, end };
    for (let i = start; i < end; i++) {
      const direction = directions.get(ids[i] ?? END);
      if (direction) return { direction, end };
    }
    for (let i = end; i < count; i++) {
      const id = ids[i] ?? END;
      const direction = directions.get(id);
      if (direction) {
        const next = this.#tokens.ids[i + 1] ?? END;
        if (this.#isNoDirection(next)) break;
        return { direction, end: next === this.#lexicon.lane ? i + 2 : i + 1 };
      }
      if (!towards.has(id) && !adverbs.has(id)) break;
    }
    return { direction: null, end };
  }

  whichNudge(end: number): { decision: Decision; end: number } {
    const { ids, count } = this.#tokens;
    for (let i = end; i <= end + LANE_LOOKAHEAD && i < count; i++) {
      const nudge = this.#lexicon.nudgeLanes.match(this.#tokens, i);
      if (nudge) return { decision: nudge, end: this.#lexicon.nudgeLanes.end };
      if (!this.#lexicon.adverbs.has(ids[i] ?? END)) break;
    }
    return { decision: 'nudge', end };
  }

  /** The first noun phrase of the same clause. */
  nounAfter(at: number): NounPhrase | null {
    const { ids, count } = this.#tokens;
    for (let i = at; i < at + NOUN_LOOKAHEAD && i < count; i++) {
      const id = ids[i] ?? END;
      if (id === END || id === COMMA || id === COLON) return null;
      const noun = readNounPhrase(this.#lexicon, this.#tokens, i);
      if (noun) return noun;
      const lexeme = this.#lexicon.phrases.match(this.#tokens, i);
      if (lexeme?.kind === 'function' && ENDS_CLAUSE.has(lexeme.word)) return null;
    }
    return null;
  }

  /** "right away", "right of way" */
  #isNoDirection(next: number): boolean {
    return this.#lexicon.noDirection.has(next);
  }
}
