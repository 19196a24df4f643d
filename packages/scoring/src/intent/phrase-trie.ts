import type { Tokens } from './tokens.ts';
import { MOST_WORDS, WORD_BITS } from './word-table.ts';
import type { WordSet, WordTable } from './word-table.ts';

/** No phrase passes over more words than this: "keep a gently increasing distance" is left alone. */
const MOST_PASSED_OVER = 3;

/**
 * Phrases with a meaning, found by the longest match from a token on. Between two words of a phrase, articles and
 * adverbs are passed over, so "keep distance" finds "keep a safe distance" too.
 */
export class PhraseTrie<Meaning> {
  readonly #words: WordTable;
  readonly #passedOver: WordSet;
  /** Node of the first word of a phrase, by word. */
  readonly #first = new Int32Array(MOST_WORDS);
  readonly #edges = new Edges();
  /** By node; the first is `NONE`. */
  readonly #meanings: (Meaning | null)[] = [null];
  /** By node: whether a longer phrase goes through it. */
  readonly #goesOn: boolean[] = [false];
  /** Token behind the last match. */
  end = 0;

  constructor(words: WordTable, passedOver: WordSet) {
    this.#words = words;
    this.#passedOver = passedOver;
  }

  /** Adds every phrase of a pattern (see `expandPattern`). The first meaning of a phrase stays. */
  add(pattern: string, meaning: Meaning): void {
    for (const phrase of expandPattern(pattern)) this.#addPhrase(phrase, meaning);
  }

  #addPhrase([head, ...rest]: readonly string[], meaning: Meaning): void {
    if (head === undefined) return;
    const first = this.#words.intern(head);
    let node = (this.#first[first] ||= this.#newNode());
    for (const word of rest) {
      const id = this.#words.intern(word);
      let next = this.#edges.get(node, id);
      if (next === NONE) {
        next = this.#newNode();
        this.#edges.set(node, id, next);
        this.#goesOn[node] = true;
      }
      node = next;
    }
    this.#meanings[node] ??= meaning;
  }

  #newNode(): number {
    this.#goesOn.push(false);
    return this.#meanings.push(null) - 1;
  }

  /** The longest phrase that begins at token `at`, or null. `end` is then the token behind it. */
  match({ ids, count }: Tokens, at: number): Meaning | null {
    let node = this.#first[ids[at] ?? 0] ?? NONE;
    if (node === NONE) return null;
    let found = this.#meanings[node] ?? null;
    this.end = at + 1;
    let passed = 0;
    for (let i = at + 1; i < count && this.#goesOn[node] === true; i++) {
      const id = ids[i] ?? 0;
      const next = this.#edges.get(node, id);
      if (next !== NONE) {
        node = next;
        passed = 0;
        const meaning = this.#meanings[node] ?? null;
        if (meaning !== null) {
          found = meaning;
          this.end = i + 1;
        }
      } else if (!this.#passedOver.has(id) || ++passed > MOST_PASSED_OVER) {
        break;
      }
    }
    return found;
  }
}

const NONE = 0;
const FACTOR = 0x9e3779b1;

/** Where a word leads from a node, in one table for all nodes: a map for each costs several times as long to ask. */
class Edges {
  #count = 0;
  /** Open addressing: key and target side by side; target 0 is free. */
  #slots = new Int32Array(2 * 64);
  #shift = 26;

  /** The node behind a word, or `NONE`. */
  get(node: number, id: number): number {
    const slots = this.#slots;
    const key = (node << WORD_BITS) | id;
    const mask = slots.length - 1;
    for (let slot = 2 * (Math.imul(key, FACTOR) >>> this.#shift); ; slot = (slot + 2) & mask) {
      const target = slots[slot + 1] ?? NONE;
      if (target === NONE || slots[slot] === key) return target;
    }
  }

  set(node: number, id: number, target: number): void {
    this.#count++;
    if (4 * this.#count > this.#slots.length) this.#grow();
    this.#place((node << WORD_BITS) | id, target);
  }

  #place(key: number, target: number): void {
    const slots = this.#slots;
    let slot = 2 * (Math.imul(key, FACTOR) >>> this.#shift);
    while (slots[slot + 1] !== NONE) slot = (slot + 2) & (slots.length - 1);
    slots[slot] = key;
    slots[slot + 1] = target;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#shift--;
    for (let slot = 0; slot < old.length; slot += 2) {
      const target = old[slot + 1] ?? NONE;
      if (target !== NONE) this.#place(old[slot] ?? 0, target);
    }
  }
}

/**
 * The phrases of a pattern. Words stand apart, `a|b` is either, `?a` may be missing, `a_b` is two words:
 * `keep|maintain ?safe distance` has four phrases.
 */
export function expandPattern(pattern: string): string[][] {
  let phrases: string[][] = [[]];
  for (const place of pattern.split(' ')) {
    const optional = place.startsWith('?');
    const choices = (optional ? place.slice(1) : place).split('|').map((c) => c.split('_'));
    if (optional) choices.push([]);
    phrases = phrases.flatMap((phrase) => choices.map((choice) => [...phrase, ...choice]));
  }
  return phrases;
}
