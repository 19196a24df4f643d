import type { TextSpan } from './trace.ts';
import {
  COLON,
  COMMA,
  END,
  hashOfWord,
  hashWith,
  NUMBER,
  UNKNOWN,
  UNKNOWN_ING,
} from './word-table.ts';
import type { WordTable } from './word-table.ts';

/** A trace cut into words and stops: `text.slice(starts[i], ends[i])` is token i. Behind the last one stands an `END`. */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly ids: Int32Array;
  /** Equal words have equal hashes, words outside the tables too. */
  readonly hashes: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
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

function kindTable(): Uint8Array {
  const kinds = new Uint8Array(0x10000);
  const set = (characters: string, value: number): void => {
    for (const character of characters) kinds[character.charCodeAt(0)] = value;
  };
  // Everything beyond ASCII counts as a letter of a word that no table knows, but for the punctuation named below.
  kinds.fill(LETTER, 0xc0);
  kinds.fill(SKIP, 0x2000, 0x2070);
  kinds.fill(SKIP, 0x3000, 0x3004);
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER);
  set('0123456789', DIGIT);
  set("'\u2019\u02bc", APOSTROPHE);
  set(',()[]\u2013\u2014\uff0c', PAUSE);
  set(':', INTRODUCES);
  set('.!?;\n\r|\u2026\u3002\uff01\uff1f', ENDS);
  set('&', AMPERSAND);
  return kinds;
}
const KINDS = kindTable();

/** A to Z lowered, and every apostrophe the plain one: words of the tables have no other letters. */
function letterOf(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code | 0x20;
  return code === 0x2019 || code === 0x02bc ? PLAIN_APOSTROPHE : code;
}

const SPACE = 0x20;
const PLAIN_APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const POINT = 0x2e;
const LESS_THAN = 0x3c;
const BAR = 0x7c;
const LONGEST_SPECIAL = 64;

const ENCODER = new TextEncoder();

/**
 * Cuts texts in one pass, into buffers of its own: tokens hold until the next text. Hyphens, slashes and underscores part
 * words, so that "right-hand" and "right hand" are the same; a special token of a tokenizer (`<|cot_end|>`) ends the
 * sentence.
 */
export class Tokenizer implements Tokens {
  text = '';
  count = 0;
  ids = new Int32Array(64);
  hashes = new Int32Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);

  readonly #words: WordTable;
  /** What "&" is read as. */
  readonly #and: number;
  /** The letters of the text by `letterOf`, and a 0 behind them. */
  #codes = new Uint16Array(256);
  #bytes = new Uint8Array(256);

  constructor(words: WordTable) {
    this.#words = words;
    this.#and = words.intern('and');
  }

  cut(text: string): Tokens {
    this.text = text;
    this.count = 0;
    this.#load(text);
    for (let at = 0; at < text.length;) {
      const kind = this.#kindAt(at);
      at = kind === LETTER || kind === DIGIT ? this.#word(at) : this.#stop(at, kind);
    }
    this.#push(END, 0, text.length, text.length);
    this.count--;
    return this;
  }

  /** ASCII is copied natively: asking a string for each of its letters takes as long as all the rest. */
  #load(text: string): void {
    const { length } = text;
    if (length >= this.#codes.length) {
      this.#codes = new Uint16Array(2 * length);
      this.#bytes = new Uint8Array(2 * length);
    }
    const codes = this.#codes;
    const bytes = this.#bytes;
    const { read, written } = ENCODER.encodeInto(text, bytes);
    if (read === length && written === length) {
      for (let i = 0; i < length; i++) codes[i] = letterOf(bytes[i] ?? 0);
    } else {
      for (let i = 0; i < length; i++) codes[i] = letterOf(text.charCodeAt(i));
    }
    codes[length] = 0;
  }

  #codeAt(at: number): number {
    return at < 0 ? 0 : (this.#codes[at] ?? 0);
  }

  #kindAt(at: number): number {
    return KINDS[this.#codeAt(at)] ?? SKIP;
  }

  /** Reads the word or number that begins at `start` and returns the place behind it. */
  #word(start: number): number {
    const codes = this.#codes;
    let hash = 0;
    let isNumber = true;
    let at = start;
    for (; ; at++) {
      const letter = codes[at] ?? 0;
      const kind = KINDS[letter] ?? SKIP;
      if (kind !== DIGIT) {
        if (kind !== LETTER && !(kind === APOSTROPHE && this.#kindAt(at + 1) === LETTER)) break;
        isNumber = false;
      }
      hash = hashWith(hash, letter);
    }
    this.#push(isNumber ? NUMBER : this.#idOf(start, at, hash), hash, start, at);
    return at;
  }

  #idOf(start: number, end: number, hash: number): number {
    const id = this.#words.find(this.#codes, start, end, hash);
    return id === UNKNOWN && this.#endsWithIng(start, end) ? UNKNOWN_ING : id;
  }

  #endsWithIng(start: number, end: number): boolean {
    return (
      end - start > 4 &&
      this.#codeAt(end - 1) === 0x67 &&
      this.#codeAt(end - 2) === 0x6e &&
      this.#codeAt(end - 3) === 0x69
    );
  }

  /** Reads what is no word and returns the place behind it. */
  #stop(at: number, kind: number): number {
    if (kind === SKIP) {
      const special = this.#specialEnd(at);
      if (special > at) {
        this.#push(END, 0, at, special);
        return special;
      }
      if (this.#isDash(at)) this.#push(COMMA, 0, at, at + 1);
    } else if (kind === PAUSE) this.#push(COMMA, 0, at, at + 1);
    else if (kind === INTRODUCES) this.#push(COLON, 0, at, at + 1);
    else if (kind === ENDS && !this.#isDecimalPoint(at)) this.#push(END, 0, at, at + 1);
    else if (kind === AMPERSAND) this.#push(this.#and, AND_HASH, at, at + 1);
    return at + 1;
  }

  /** Behind a special token that begins here, which is short; text that only begins like one is read as text. */
  #specialEnd(at: number): number {
    if (this.#codeAt(at) !== LESS_THAN || this.#codeAt(at + 1) !== BAR) return at;
    const close = this.text.slice(at + 2, at + LONGEST_SPECIAL).indexOf('|>');
    return close > 0 ? at + close + 4 : at;
  }

  #isDash(at: number): boolean {
    const isHyphen = this.#codeAt(at) === HYPHEN;
    return isHyphen && this.#codeAt(at - 1) === SPACE && this.#codeAt(at + 1) === SPACE;
  }

  #isDecimalPoint(at: number): boolean {
    const isPoint = this.#codeAt(at) === POINT;
    return isPoint && this.#kindAt(at - 1) === DIGIT && this.#kindAt(at + 1) === DIGIT;
  }

  #push(id: number, hash: number, start: number, end: number): void {
    const { count } = this;
    if (count === this.ids.length) this.#grow();
    this.ids[count] = id;
    this.hashes[count] = hash;
    this.starts[count] = start;
    this.ends[count] = end;
    this.count = count + 1;
  }

  #grow(): void {
    this.ids = doubled(this.ids);
    this.hashes = doubled(this.hashes);
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
  }
}

function doubled(column: Int32Array) {
  const longer = new Int32Array(2 * column.length);
  longer.set(column);
  return longer;
}

const AND_HASH = hashOfWord('and');

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
