/** Keeps what `make` made for the `capacity` keys that were asked for last; the others are given to `drop`. */
export class RecentlyUsed<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;
  readonly #drop: (value: T) => void;

  constructor(capacity: number, drop: (value: T) => void = () => undefined) {
    this.#capacity = capacity;
    this.#drop = drop;
  }

  get(key: string, make: () => T): T {
    const value = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#entries.size <= this.#capacity) break;
      this.#entries.delete(oldest);
      this.#drop(dropped);
    }
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  values(): T[] {
    return [...this.#entries.values()];
  }
}
