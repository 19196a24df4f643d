import type { TextSpan } from './trace.ts';

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

const HASH_FACTOR = 31;

/**
 * Words that phrase tables know, by number. Filled when the tables are compiled, then only read. A word is found by the
 * hash of its letters where they stand in the text, so that reading a trace makes no string for each word.
 */
export class WordTable {
  readonly #words: string[] = [];
  readonly #hashes: number[] = [];
  /** Open addressing: at `hash & mask` or behind it stands the place of the word in `#words` plus one; 0 is free. */
  #slots = new Int32Array(64);
  /** What "&" is read as. */
  readonly and = this.intern('and');

  /** The number of a word in lower case, which is new when no table has named it before. */
  intern(word: string): number {
    const known = this.idOf(word);
    if (known >= FIRST_WORD) return known;
    this.#words.push(word);
    this.#hashes.push(hashOfWord(word));
    if (this.#words.length * 4 > this.#slots.length) this.#grow();
    else this.#place(this.#words.length - 1);
    return FIRST_WORD + this.#words.length - 1;
  }

  idOf(word: string): number {
    return this.find(word, 0, word.length, hashOfWord(word));
  }

  /** The number of the word at `text.slice(start, end)`, whose letters hash to `hash`. */
  find(text: string, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = (slots[slot] ?? 0) - 1;
      if (place < 0) break;
      if (this.#hashes[place] !== hash) continue;
      if (isWord(this.#words[place] ?? '', text, start, end)) return FIRST_WORD + place;
    }
    return endsWithIng(text, start, end) ? UNKNOWN_ING : UNKNOWN;
  }

  #place(place: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[place] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(4 * this.#slots.length);
    for (let place = 0; place < this.#words.length; place++) this.#place(place);
  }
}

function isWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) {
    if (word.charCodeAt(i) !== lowerCode(text.charCodeAt(start + i))) return false;
  }
  return true;
}

/** Letters A to Z lowered, and every apostrophe the plain one. Words of the tables have no other letters. */
function lowerCode(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code | 0x20;
  return code === 0x2019 || code === 0x02bc ? 0x27 : code;
}

function hashOfWord(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++)
    hash = (Math.imul(hash, HASH_FACTOR) + word.charCodeAt(i)) | 0;
  return hash;
}

function endsWithIng(text: string, start: number, end: number): boolean {
  return (
    end - start > 4 &&
    lowerCode(text.charCodeAt(end - 1)) === 0x67 &&
    lowerCode(text.charCodeAt(end - 2)) === 0x6e &&
    lowerCode(text.charCodeAt(end - 3)) === 0x69
  );
}

const AND_HASH = hashOfWord('and');
const LONGEST_SPECIAL = 64;

/** A trace cut into words and stops, as parallel arrays: `trace.slice(starts[i], ends[i])` is token i. */
export interface Tokens {
  readonly text: string;
  readonly ids: readonly number[];
  /** Equal words have equal hashes, words outside the tables too. */
  readonly hashes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

// What a character is to the reader.
const SKIP = 0;
const LETTER = 1;
const DIGIT = 2;
const APOSTROPHE = 3;
const PAUSE = 4;
const INTRODUCES = 5;
const ENDS = 6;
const AMPERSAND = 7;

function classTable(): Uint8Array {
  const classes = new Uint8Array(0x10000);
  const set = (characters: string, value: number): void => {
    for (const character of characters) classes[character.charCodeAt(0)] = value;
  };
  // Everything beyond ASCII counts as a letter of a word that no table knows, but for the punctuation named below.
  classes.fill(LETTER, 0xc0);
  classes.fill(SKIP, 0x2000, 0x2070);
  classes.fill(SKIP, 0x3000, 0x3004);
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER);
  set('0123456789', DIGIT);
  set("'\u2019\u02bc", APOSTROPHE);
  set(',()[]\u2013\u2014\uff0c', PAUSE);
  set(':', INTRODUCES);
  set('.!?;\n\r|\u2026\u3002\uff01\uff1f', ENDS);
  set('&', AMPERSAND);
  return classes;
}
const CLASSES = classTable();

/**
 * One pass over the text. Hyphens, slashes and underscores part words, so that "right-hand" and "right hand" are the
 * same; a special token of a tokenizer (`<|cot_end|>`) ends the sentence.
 */
export function tokenize(text: string, table: WordTable): Tokens {
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
  const { length } = text;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = CLASSES[code] ?? SKIP;
    if (kind === LETTER || kind === DIGIT) {
      const start = at;
      let hash = 0;
      let digits = true;
      let next = kind;
      let letter = code;
      while (next === LETTER || next === DIGIT || (next === APOSTROPHE && isLetter(text, at + 1))) {
        if (next !== DIGIT) digits = false;
        hash = (Math.imul(hash, HASH_FACTOR) + lowerCode(letter)) | 0;
        if (++at === length) break;
        letter = text.charCodeAt(at);
        next = CLASSES[letter] ?? SKIP;
      }
      push(digits ? NUMBER : table.find(text, start, at, hash), hash, start, at);
      continue;
    }
    if (code === 0x3c && text.charCodeAt(at + 1) === 0x7c) {
      // A special token is short; text that only begins like one is read as text.
      const close = text.slice(at + 2, at + LONGEST_SPECIAL).indexOf('|>');
      if (close > 0) {
        push(END, 0, at, at + close + 4);
        at += close + 4;
        continue;
      }
    }
    if (kind === PAUSE || (code === 0x2d && isDash(text, at))) push(COMMA, 0, at, at + 1);
    else if (kind === INTRODUCES) push(COLON, 0, at, at + 1);
    else if (kind === ENDS && !isDecimalPoint(text, at)) push(END, 0, at, at + 1);
    else if (kind === AMPERSAND) push(table.and, AND_HASH, at, at + 1);
    at++;
  }
  return { text, ids, hashes, starts, ends };
}

function isLetter(text: string, at: number): boolean {
  return at < text.length && CLASSES[text.charCodeAt(at)] === LETTER;
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x20 && text.charCodeAt(at + 1) === 0x20;
}

function isDecimalPoint(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x2e &&
    CLASSES[text.charCodeAt(at - 1)] === DIGIT &&
    CLASSES[text.charCodeAt(at + 1)] === DIGIT
  );
}

/** The text of tokens [start, end). */
export function spanOf({ starts, ends }: Tokens, start: number, end: number): TextSpan {
  return { start: starts[start] ?? 0, end: ends[end - 1] ?? 0 };
}

/** Equal words in a row have equal hashes; commas count. */
export function hashOf({ hashes }: Tokens, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 0x01000193) ^ (hashes[i] ?? 0)) | 0;
  return hash;
}
