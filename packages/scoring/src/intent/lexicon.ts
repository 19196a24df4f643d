import {
  causeHeads,
  detailsBefore,
  detailsBehind,
  GLUE,
  type CauseHead,
  type DetailPhrase,
} from './cause-phrases.ts';
import { decisionPhrases, type DecisionPhrase } from './decision-phrases.ts';
import { DOING_VERBS, FUNCTION_ROWS, type FunctionKind } from './function-words.ts';
import { ALL_FORMS, conjugate } from './grammar.ts';
import { expandPattern, PhraseTrie } from './phrase-trie.ts';
import { FUTURE_WORDS, HEDGES } from './remark-phrases.ts';
import type { Direction, RemarkKind } from './trace.ts';
import { END, NUMBER, WordSet, WordTable } from './word-table.ts';

export interface FunctionPhrase {
  readonly kind: 'function';
  readonly word: FunctionKind;
}

/** A verb of doing: "execute", "makes", "initiating". */
export interface DoingPhrase {
  readonly kind: 'doing';
  readonly forms: number;
}

/** What the vehicle says to have done: "stopped", "turned", "changed lanes". */
export interface PastPhrase {
  readonly kind: 'past';
  readonly remark: RemarkKind;
}

export type Lexeme = DecisionPhrase | CauseHead | FunctionPhrase | DoingPhrase | PastPhrase;

const PAST: readonly [remark: RemarkKind, pattern: string][] = [
  [
    'ego_has_stopped',
    'stopped|halted|stationary|at_standstill|come_to_stop|come_to_halt|came_to_stop|come_to_standstill',
  ],
  ['ego_has_stopped', 'completed|finished|made ?its stop'],
  ['ego_has_turned', 'turned ?left|right'],
  ['ego_has_turned', 'completed|finished|made ?left|right turn'],
  ['ego_has_changed_lane', 'changed|switched lane|lanes'],
  ['ego_has_changed_lane', 'completed|finished|made ?left|right lane_change'],
];

/** All phrases, compiled once. */
export interface Lexicon {
  readonly words: WordTable;
  readonly phrases: PhraseTrie<Lexeme>;
  readonly before: PhraseTrie<DetailPhrase>;
  readonly behind: PhraseTrie<DetailPhrase>;
  readonly glue: PhraseTrie<true>;
  readonly remarks: PhraseTrie<RemarkKind>;
  /** What follows "nudge left" when it is said on which side of the lane line the vehicle stays. */
  readonly nudgeLanes: PhraseTrie<'nudge_in_lane' | 'nudge_out_of_lane'>;
  readonly articles: WordSet;
  readonly adverbs: WordSet;
  /** Words that lead from a decision to its direction. */
  readonly towards: WordSet;
  /** "frame" before a number names what the policy has not seen. */
  readonly frames: WordSet;
  /** Behind "right": "right away", "right of way". */
  readonly noDirection: WordSet;
  readonly directions: ReadonlyMap<number, Direction>;
  /** Behind "for": "for now", "for the next moment". */
  readonly timeSpans: WordSet;
  /** Words that are asked for by themselves. */
  readonly of: number;
  readonly lane: number;
  readonly will: number;
  readonly without: number;
}

const TOWARDS =
  'to toward towards into onto in one adjacent next neighboring lane lanes side maneuver manoeuvre over safely slightly within same current ego own out of the its hand most far';

let compiled: Lexicon | null = null;

/** The lexicon, compiled on first use so that importing the package costs nothing. */
export function lexicon(): Lexicon {
  return (compiled ??= compile());
}

function wordsOf(kind: FunctionKind): string[] {
  return FUNCTION_ROWS.filter(([rowKind]) => rowKind === kind).flatMap(([, patterns]) =>
    patterns.flatMap((pattern) => expandPattern(pattern).map((phrase) => phrase.join(' '))),
  );
}

function compile(): Lexicon {
  const words = new WordTable();
  const idsOf = (list: readonly string[]): number[] =>
    list.filter((word) => !word.includes(' ')).map((word) => words.intern(word));
  const setOf = (list: readonly string[]): WordSet => new WordSet(idsOf(list));
  const articles = idsOf(wordsOf('article'));
  const adverbs = idsOf(wordsOf('adverb'));
  const passedOver = new WordSet([...articles, ...adverbs]);
  const trie = <Meaning>(): PhraseTrie<Meaning> => new PhraseTrie<Meaning>(words, passedOver);

  const before = trie<DetailPhrase>();
  for (const { pattern, phrase } of detailsBefore()) before.add(pattern, phrase);
  const behind = trie<DetailPhrase>();
  for (const { pattern, phrase } of detailsBehind()) behind.add(pattern, phrase);
  const glue = trie<true>();
  for (const pattern of GLUE) glue.add(pattern, true);
  const remarks = new PhraseTrie<RemarkKind>(words, new WordSet([...articles, ...adverbs, NUMBER]));
  for (const pattern of HEDGES) remarks.add(pattern, 'hedge');
  for (const pattern of FUTURE_WORDS) remarks.add(pattern, 'future_words');
  const nudgeLanes = trie<'nudge_in_lane' | 'nudge_out_of_lane'>();
  nudgeLanes.add('in|within|inside ?same|current|ego|own|travel lane', 'nudge_in_lane');
  nudgeLanes.add(
    'out_of|outside|into|onto|over|across ?same|current|ego|adjacent|oncoming|opposite|next|neighboring|left|right lane|lane_line|lane_marking|center_line',
    'nudge_out_of_lane',
  );

  return {
    words,
    phrases: compilePhrases(trie<Lexeme>()),
    before,
    behind,
    glue,
    remarks,
    nudgeLanes,
    articles: new WordSet(articles),
    adverbs: new WordSet([...adverbs, NUMBER]),
    towards: setOf(TOWARDS.split(' ')),
    noDirection: setOf(['away', 'of', 'now', 'before', 'after', 'behind']),
    frames: setOf(['frame', 'frames', 'timestep', 'timesteps']),
    directions: new Map<number, Direction>(
      (['left', 'right'] as const).flatMap((side) =>
        [side, `${side}ward`, `${side}wards`].map((word) => [words.intern(word), side] as const),
      ),
    ),
    timeSpans: new WordSet([...idsOf(['now', 'while', 'next', 'moment']), NUMBER, END]),
    of: words.intern('of'),
    lane: words.intern('lane'),
    will: words.intern('will'),
    without: words.intern('without'),
  };
}

/** What is found first in the tables stays; the forms of one decision in equal words are joined. */
function compilePhrases(trie: PhraseTrie<Lexeme>): PhraseTrie<Lexeme> {
  const decisions = new Map<string, DecisionPhrase>();
  for (const { pattern, phrase } of decisionPhrases()) {
    for (const words of expandPattern(pattern)) {
      const key = words.join('_');
      const known = decisions.get(key);
      if (!known) decisions.set(key, phrase);
      else if (known.decision === phrase.decision && known.need === phrase.need) {
        decisions.set(key, { ...known, forms: known.forms | phrase.forms });
      }
    }
  }
  for (const [phrase, meaning] of decisions) trie.add(phrase, meaning);
  for (const [word, patterns] of FUNCTION_ROWS) {
    for (const pattern of patterns) trie.add(pattern, { kind: 'function', word });
  }
  for (const [remark, pattern] of PAST) trie.add(pattern, { kind: 'past', remark });
  for (const { pattern, phrase } of causeHeads()) trie.add(pattern, phrase);
  for (const { form, words } of conjugate(DOING_VERBS)) {
    trie.add(words, { kind: 'doing', forms: form & ALL_FORMS });
  }
  return trie;
}
