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

/** No table has more words; phrase tries pack the number of a word into so many bits. */
export const WORD_BITS = 11;
export const MOST_WORDS = 1 << WORD_BITS;
/** No word of a table is longer. */
const LONGEST_WORD = 32;

const HASH_FACTOR = 31;

/** The hash of a word whose last letter is `code`, from that of the letters before it; 0 is that of none. */
export function hashWith(hash: number, code: number): number {
  return (Math.imul(hash, HASH_FACTOR) + code) | 0;
}

/**
 * Words that phrase tables know, by number. Filled when the tables are compiled, then only read. A word is found by its
 * letters and their hash, so that reading a trace makes no string for each word; most of the time goes into waiting for
 * memory, so what is compared lies together.
 */
export class WordTable {
  readonly #ids = new Map<string, number>();
  /** Open addressing: hash and number side by side; number 0 is free. */
  readonly #slots = new Int32Array(2 * 2 * MOST_WORDS);
  /** `LONGEST_WORD` per word, a 0 behind its last letter. */
  readonly #letters = new Uint16Array(MOST_WORDS * LONGEST_WORD);

  /** The number of a word in lower case, which is new when no table has named it before. */
  intern(word: string): number {
    const known = this.#ids.get(word);
    if (known !== undefined) return known;
    const id = FIRST_WORD + this.#ids.size;
    if (id >= MOST_WORDS || word.length >= LONGEST_WORD) {
      throw new RangeError(`the tables have no room for "${word}"`);
    }
    this.#ids.set(word, id);
    for (let i = 0; i < word.length; i++) {
      this.#letters[id * LONGEST_WORD + i] = word.charCodeAt(i);
    }
    const hash = hashOfWord(word);
    let slot = slotOf(hash);
    while (this.#slots[slot + 1] !== UNKNOWN) slot = (slot + 2) & SLOT_MASK;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = id;
    return id;
  }

  /** The number of the word of the letters [start, end), whose hash is `hash`; `UNKNOWN` when no table has it. */
  find(letters: Uint16Array, start: number, end: number, hash: number): number {
    const slots = this.#slots;
    for (let slot = slotOf(hash); ; slot = (slot + 2) & SLOT_MASK) {
      const id = slots[slot + 1] ?? UNKNOWN;
      if (id === UNKNOWN) return UNKNOWN;
      if (slots[slot] === hash && this.#isWord(id, letters, start, end)) return id;
    }
  }

  #isWord(id: number, letters: Uint16Array, start: number, end: number): boolean {
    const own = this.#letters;
    const from = id * LONGEST_WORD - start;
    if (end - start >= LONGEST_WORD || own[from + end] !== 0) return false;
    for (let i = start; i < end; i++) {
      if (own[from + i] !== letters[i]) return false;
    }
    return true;
  }
}

const SLOT_MASK = 2 * 2 * MOST_WORDS - 1;

function slotOf(hash: number): number {
  return (2 * hash) & SLOT_MASK;
}

/** The hash of a word that is in lower case. */
export function hashOfWord(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = hashWith(hash, word.charCodeAt(i));
  return hash;
}

/** Words of a table that have something in common, as one flag per word. */
export class WordSet {
  readonly #flags = new Uint8Array(MOST_WORDS);

  constructor(ids: Iterable<number>) {
    for (const id of ids) this.#flags[id] = 1;
  }

  has(id: number): boolean {
    return this.#flags[id] === 1;
  }
}
