import type { Tokens, WordTable } from './tokens.ts';

interface Node<Meaning> {
  readonly next: Map<number, Node<Meaning>>;
  meaning: Meaning | null;
}

function emptyNode<Meaning>(): Node<Meaning> {
  return { next: new Map<number, Node<Meaning>>(), meaning: null };
}

/** No phrase passes over more words than this: "keep a gently increasing distance" is left alone. */
const MOST_PASSED_OVER = 3;

/**
 * Phrases with a meaning, found by the longest match from a token on. Between two words of a phrase, articles and
 * adverbs are passed over, so "keep distance" finds "keep a safe distance" too.
 */
export class PhraseTrie<Meaning> {
  readonly #words: WordTable;
  readonly #passedOver: ReadonlySet<number>;
  readonly #first: (Node<Meaning> | undefined)[] = [];
  /** Token behind the last match. */
  end = 0;

  constructor(words: WordTable, passedOver: ReadonlySet<number>) {
    this.#words = words;
    this.#passedOver = passedOver;
  }

  /** Adds every phrase of a pattern (see `expandPattern`). The first meaning of a phrase stays. */
  add(pattern: string, meaning: Meaning): void {
    for (const phrase of expandPattern(pattern)) this.#addPhrase(phrase, meaning);
  }

  #addPhrase(phrase: readonly string[], meaning: Meaning): void {
    const [head, ...rest] = phrase;
    if (head === undefined) return;
    const id = this.#words.intern(head);
    let node: Node<Meaning> = (this.#first[id] ??= emptyNode<Meaning>());
    for (const word of rest) {
      const wordId = this.#words.intern(word);
      let child: Node<Meaning> | undefined = node.next.get(wordId);
      if (!child) {
        child = emptyNode<Meaning>();
        node.next.set(wordId, child);
      }
      node = child;
    }
    node.meaning ??= meaning;
  }

  /** The longest phrase that begins at token `at`, or null. `end` is then the token behind it. */
  match({ ids }: Tokens, at: number): Meaning | null {
    let node: Node<Meaning> | undefined = this.#first[ids[at] ?? 0];
    if (!node) return null;
    let found = node.meaning;
    this.end = at + 1;
    let passed = 0;
    for (let i = at + 1; i < ids.length && node.next.size > 0; i++) {
      const id = ids[i] ?? 0;
      const child: Node<Meaning> | undefined = node.next.get(id);
      if (child) {
        node = child;
        passed = 0;
        if (node.meaning !== null) {
          found = node.meaning;
          this.end = i + 1;
        }
      } else if (!this.#passedOver.has(id) || ++passed > MOST_PASSED_OVER) {
        break;
      }
    }
    return found;
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
