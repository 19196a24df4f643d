/** Ids of tokens that are no words of the tables. Words of the tables follow from `FIRST_WORD`. */
export const UNKNOWN = 0;
/** A word outside the tables that ends in "ing": behind an object it says what that object does. */
export const UNKNOWN_ING = 1;
export const NUMBER = 2;
export const COMMA = 3;
export const COLON = 4;
/** End of a sentence. */
export const END = 5;
const FIRST_WORD = 6;

/** Words that the phrase tables know, by number. Filled when the tables are compiled, then only read. */
export class WordTable {
  readonly #ids = new Map<string, number>();

  /** The number of a word, which is new when no table has named it before. */
  intern(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = FIRST_WORD + this.#ids.size;
    this.#ids.set(word, id);
    return id;
  }

  idOf(word: string): number {
    const id = this.#ids.get(word);
    if (id !== undefined) return id;
    return word.endsWith('ing') ? UNKNOWN_ING : UNKNOWN;
  }

  get size(): number {
    return FIRST_WORD + this.#ids.size;
  }
}

/** A trace cut into words and stops, as parallel arrays: `trace.slice(starts[i], ends[i])` is token i. */
export interface Tokens {
  readonly text: string;
  readonly ids: readonly number[];
  /** Equal words have equal hashes, words outside the tables too. */
  readonly hashes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const CHARACTER = { skip: 0, letter: 1, digit: 2, apostrophe: 3, comma: 4, colon: 5, end: 6, and: 7 };

function classTable(): Uint8Array {
  const classes = new Uint8Array(0x10000);
  const set = (characters: string, value: number): void => {
    for (const character of characters) classes[character.charCodeAt(0)] = value;
  };
  // Everything beyond ASCII counts as a letter of a word that no table knows, but for the punctuation named below.
  classes.fill(CHARACTER.letter, 0xc0);
  classes.fill(CHARACTER.skip, 0x2000, 0x2070);
  classes.fill(CHARACTER.skip, 0x3000, 0x3004);
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', CHARACTER.letter);
  set('0123456789', CHARACTER.digit);
  set("'\u2019\u02bc", CHARACTER.apostrophe);
  set(',()[]\u2013\u2014\uff0c', CHARACTER.comma);
  set(':', CHARACTER.colon);
  set('.!?;\n\r|\u2026\u3002\uff01\uff1f', CHARACTER.end);
  set('&', CHARACTER.and);
  return classes;
}
const CLASSES = classTable();

/**
 * One pass over the text. Hyphens, slashes and underscores part words, so that "right-hand" and "right hand" are the
 * same; a special token of a tokenizer (`<|cot_end|>`) ends the sentence.
 */
export function tokenize(text: string, table: WordTable): Tokens {
  const lower = lowerCase(text);
  const ids: number[] = [];
  const hashes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const push = (id: number, hash: number, start: number, end: number): void => {
    ids.push(id);
    hashes.push(hash);
    starts.push(start);
    ends.push(end);
  };
  const length = lower.length;
  let at = 0;
  while (at < length) {
    const code = lower.charCodeAt(at);
    const kind = CLASSES[code] ?? CHARACTER.skip;
    if (kind === CHARACTER.letter || kind === CHARACTER.digit) {
      const start = at;
      let hash = 0;
      let digits = true;
      let next = kind;
      while (
        next === CHARACTER.letter ||
        next === CHARACTER.digit ||
        (next === CHARACTER.apostrophe && isLetter(lower, at + 1))
      ) {
        if (next !== CHARACTER.digit) digits = false;
        hash = (Math.imul(hash, 31) + lower.charCodeAt(at)) | 0;
        at++;
        next = at < length ? (CLASSES[lower.charCodeAt(at)] ?? CHARACTER.skip) : CHARACTER.skip;
      }
      const id = digits ? NUMBER : table.idOf(wordOf(lower, start, at));
      push(id, hash, start, at);
      continue;
    }
    if (code === 0x3c && lower.charCodeAt(at + 1) === 0x7c) {
      const close = lower.indexOf('|>', at + 2);
      // A special token is short; text that only begins like one is read as text.
      if (close > 0 && close - at < 64) {
        push(END, 0, at, close + 2);
        at = close + 2;
        continue;
      }
    }
    if (kind === CHARACTER.comma || (code === 0x2d && isDash(lower, at))) push(COMMA, 0, at, at + 1);
    else if (kind === CHARACTER.colon) push(COLON, 0, at, at + 1);
    else if (kind === CHARACTER.end && !isDecimalPoint(lower, at)) push(END, 0, at, at + 1);
    else if (kind === CHARACTER.and) push(table.idOf('and'), 0x26, at, at + 1);
    at++;
  }
  return { text, ids, hashes, starts, ends };
}

/** A few letters grow when they are lowered, which would move every span behind them: then only ASCII is lowered. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function wordOf(lower: string, start: number, end: number): string {
  const word = lower.slice(start, end);
  return word.includes('\u2019') ? word.replaceAll('\u2019', "'") : word;
}

function isLetter(text: string, at: number): boolean {
  return at < text.length && CLASSES[text.charCodeAt(at)] === CHARACTER.letter;
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x20 && text.charCodeAt(at + 1) === 0x20;
}

function isDecimalPoint(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x2e &&
    CLASSES[text.charCodeAt(at - 1)] === CHARACTER.digit &&
    CLASSES[text.charCodeAt(at + 1)] === CHARACTER.digit
  );
}
