import type { CauseHead, Details } from './cause-phrases.ts';
import type { Lexicon } from './lexicon.ts';
import type { Tokens } from './tokens.ts';
import type { ObjectMotion, ObjectPlace } from './trace.ts';
import { COMMA, END, NUMBER, UNKNOWN, UNKNOWN_ING } from './word-table.ts';

/** A noun that names a cause, with all that is said about it, as tokens [start, end). */
export interface NounPhrase {
  readonly head: CauseHead;
  readonly place: ObjectPlace | null;
  readonly motion: ObjectMotion | null;
  readonly isLead: boolean;
  /** What the thing does is said: a verb behind "and" may be the thing's. */
  readonly hasPredicate: boolean;
  readonly start: number;
  readonly end: number;
}

/** Adjectives of no table between an article and its noun: "the white delivery truck". */
const MOST_UNKNOWN = 2;
const MOST_ARTICLES = 2;
/** Words before the noun. It also bounds the time that a text of adjectives costs. */
const MOST_BEFORE = 6;

/**
 * Reads the noun phrase that begins at token `at`: an article, words that describe, the noun, and what is said behind
 * it. Null where the tokens are no such phrase.
 */
export function readNounPhrase(lexicon: Lexicon, tokens: Tokens, at: number): NounPhrase | null {
  const { phrases, before, articles, adverbs } = lexicon;
  const { ids, count } = tokens;
  let said = NOTHING;

  let i = at;
  while (articles.has(ids[i] ?? END) && i < at + MOST_ARTICLES) i++;
  const last = Math.min(count, i + MOST_BEFORE);
  let unknown = 0;
  let head: CauseHead | null = null;
  while (i < last) {
    const lexeme = phrases.match(tokens, i);
    const end = phrases.end;
    const describes = before.match(tokens, i);
    const describesEnd = before.end;
    if (lexeme?.kind === 'head' && !(describes && beginsNoun(end))) {
      head = lexeme;
      i = end;
      // "construction vehicles": the later noun is the thing.
      const next = lexeme.category === 'ignored' ? null : phrases.match(tokens, i);
      if (next?.kind === 'head' && next.category === 'critical_object') {
        head = next;
        i = phrases.end;
      }
      break;
    }
    const id = ids[i] ?? END;
    if (describes) {
      said = withDetails(said, describes);
      i = describesEnd;
    } else if (adverbs.has(id) && id !== NUMBER) {
      i++;
    } else if (
      (id === UNKNOWN || id === UNKNOWN_ING || id === NUMBER) &&
      i > at &&
      unknown < MOST_UNKNOWN
    ) {
      unknown++;
      i++;
    } else {
      return null;
    }
  }
  if (!head) return null;
  said = withDetails(said, head);

  const behind = readDetailsBehind(lexicon, tokens, i);
  const all = withDetails(said, behind);
  // Written out: spreading costs more than the rest of the phrase.
  return {
    head,
    place: all.place,
    motion: all.motion,
    isLead: all.isLead,
    hasPredicate: behind.hasPredicate,
    start: at,
    end: behind.end,
  };

  function beginsNoun(next: number): boolean {
    return phrases.match(tokens, next)?.kind === 'head' || before.match(tokens, next) !== null;
  }
}

const NOTHING: Details = { place: null, motion: null, isLead: false };

/** What is said first holds. */
function withDetails(said: Details, more: Details): Details {
  return {
    place: said.place ?? more.place,
    motion: said.motion ?? more.motion,
    isLead: said.isLead || more.isLead,
  };
}

/** What is said of a thing behind its noun: `end` is `at` where nothing is. */
export function readDetailsBehind(
  { behind, glue }: Lexicon,
  tokens: Tokens,
  at: number,
): Details & { readonly hasPredicate: boolean; readonly end: number } {
  const { ids, count } = tokens;
  let place: ObjectPlace | null = null;
  let motion: ObjectMotion | null = null;
  let isLead = false;
  let hasPredicate = false;
  let end = at;
  let i = at;
  while (i < count && ids[i] !== COMMA && ids[i] !== END) {
    const detail = behind.match(tokens, i);
    if (detail) {
      place ??= detail.place;
      motion ??= detail.motion;
      isLead ||= detail.isLead;
      hasPredicate ||= detail.isPredicate;
      i = behind.end;
      end = i;
    } else if (glue.match(tokens, i)) {
      i = glue.end;
    } else {
      break;
    }
  }
  return { place, motion, isLead, hasPredicate, end };
}
