import type { Tokens } from './tokens.ts';
import type { TextSpan } from './trace.ts';
import { COLON, COMMA, END } from './word-table.ts';

/** Words of the run that is looked for again. */
const RUN = 4;
/** A run of words that stands this often is no figure of speech. */
const OFTEN = 3;
/** A sentence of fewer words may come twice: "Stop." */
const SENTENCE_WORDS = 3;
const BUCKETS = 4096;

const FACTOR = 0x01000193;

/**
 * Finds where a trace begins to say the same again: a sentence that came before, or four words in a row that stand three
 * times. Works in buffers of its own.
 */
export class RepetitionFinder {
  /** The tokens that are words, their hashes, and those of the runs that begin with them. */
  #words = new Int32Array(64);
  #hashes = new Int32Array(64);
  #runs = new Int32Array(64);
  /** How many hashes fell into each bucket; all 0 between two counts. */
  readonly #buckets = new Uint8Array(BUCKETS);
  #start = -1;
  #end = -1;

  /** The span from the first repetition to the last; null where there is none. */
  find(tokens: Tokens): TextSpan | null {
    this.#reserve(tokens.count);
    this.#start = -1;
    this.#end = -1;
    const words = this.#readSentences(tokens);
    // Nearly every trace ends here: a run of words cannot stand more often than each of them.
    if (this.#mayStandOften(this.#hashes, words)) this.#readRuns(tokens, words - RUN + 1);
    return this.#start < 0 ? null : { start: this.#start, end: this.#end };
  }

  #reserve(words: number): void {
    if (words <= this.#words.length) return;
    this.#words = new Int32Array(2 * words);
    this.#hashes = new Int32Array(2 * words);
    this.#runs = new Int32Array(2 * words);
  }

  /** Marks sentences that came before. Returns how many words there are. */
  #readSentences(tokens: Tokens): number {
    const { ids, hashes, count } = tokens;
    const words = this.#words;
    const seen = new SentenceSet();
    let sentence = 0;
    let from = 0;
    let to = 0;
    for (let i = 0; i <= count; i++) {
      const id = ids[i] ?? END;
      if (id === END) {
        const isSeen = to - from >= SENTENCE_WORDS && seen.hasOrAdd(sentence);
        if (isSeen) this.#mark(tokens, words[from] ?? 0, i - 1);
        sentence = 0;
        from = to;
      } else if (id !== COMMA && id !== COLON) {
        const hash = hashes[i] ?? 0;
        sentence = (Math.imul(sentence, FACTOR) ^ hash) | 0;
        this.#hashes[to] = hash;
        words[to++] = i;
      }
    }
    return to;
  }

  /** Whether one of the first hashes may stand often. Cheap, and never misses one. */
  #mayStandOften(hashes: Int32Array, count: number): boolean {
    const buckets = this.#buckets;
    let most = 0;
    for (let i = 0; i < count; i++) {
      const bucket = bucketOf(hashes[i] ?? 0);
      const often = Math.min((buckets[bucket] ?? 0) + 1, OFTEN);
      buckets[bucket] = often;
      if (often > most) most = often;
    }
    for (let i = 0; i < count; i++) buckets[bucketOf(hashes[i] ?? 0)] = 0;
    return most >= OFTEN;
  }

  /** Marks runs that stand often. */
  #readRuns(tokens: Tokens, count: number): void {
    const words = this.#words;
    const runs = this.#runs;
    for (let w = 0; w < count; w++) {
      let run = 0;
      for (let k = w; k < w + RUN; k++) {
        run = (Math.imul(run, FACTOR) ^ (this.#hashes[k] ?? 0)) | 0;
      }
      runs[w] = run;
    }
    if (!this.#mayStandOften(runs, count)) return;
    const times = new Map<number, number>();
    for (let w = 0; w < count; w++) {
      const run = runs[w] ?? 0;
      const often = (times.get(run) ?? 0) + 1;
      times.set(run, often);
      if (often >= OFTEN) this.#mark(tokens, words[w] ?? 0, words[w + RUN - 1] ?? 0);
    }
  }

  #mark({ starts, ends }: Tokens, from: number, to: number): void {
    const start = starts[from] ?? 0;
    if (this.#start < 0 || start < this.#start) this.#start = start;
    this.#end = Math.max(this.#end, ends[to] ?? 0);
  }
}

function bucketOf(hash: number): number {
  return (hash ^ (hash >>> 11) ^ (hash >>> 21)) & (BUCKETS - 1);
}

/** The sentences of a trace; most traces have one, and a set costs more than reading it. */
class SentenceSet {
  #first: number | undefined;
  #rest: Set<number> | undefined;

  hasOrAdd(sentence: number): boolean {
    if (this.#first === undefined) {
      this.#first = sentence;
      return false;
    }
    this.#rest ??= new Set([this.#first]);
    if (this.#rest.has(sentence)) return true;
    this.#rest.add(sentence);
    return false;
  }
}
