/**
 * Keeps the answers of a loader, at most `capacity` of them, least recently used first out.
 * Callers that ask while a load is under way share it. A load that fails is forgotten, so that a store
 * that was down for a moment does not spoil the key for good.
 */
export class PromiseCache<V> {
  readonly #capacity: number;
  readonly #entries = new Map<string, Promise<V>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string, load: () => Promise<V>): Promise<V> {
    const known = this.#entries.get(key);
    // A Map keeps insertion order: taking an entry out and putting it back makes it the youngest.
    if (known) this.#entries.delete(key);
    const value = known ?? load();
    this.#entries.set(key, value);
    if (known) return known;
    value.catch(() => {
      if (this.#entries.get(key) === value) this.#entries.delete(key);
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}

/** One value that is loaded when it is first wanted; a failed load is tried again by the next caller. */
export function lazy<V>(load: () => Promise<V>): () => Promise<V> {
  const cache = new PromiseCache<V>(1);
  return () => cache.get('', load);
}
