import type { ObjectStat, ObjectStore } from '@drivesweep/contracts';
import type { Stage } from './protocol.ts';

/** A store that tells how long putting a part (`upload`) and putting its commit (`commit`) take. */
export class TimedStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #observe: (stage: Stage, seconds: number) => void;

  constructor(store: ObjectStore, observe: (stage: Stage, seconds: number) => void) {
    this.#store = store;
    this.#observe = observe;
  }

  get uri(): string {
    return this.#store.uri;
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#timed('upload', () => this.#store.put(key, bytes));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#timed('commit', () => this.#store.putIfAbsent(key, bytes));
  }

  get(key: string): Promise<Uint8Array> {
    return this.#store.get(key);
  }

  getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#store.getRange(key, offset, length);
  }

  head(key: string): Promise<ObjectStat | undefined> {
    return this.#store.head(key);
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(key);
  }

  list(prefix: string): AsyncIterable<ObjectStat> {
    return this.#store.list(prefix);
  }

  localPath(key: string): string | null {
    return this.#store.localPath(key);
  }

  async #timed<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    this.#observe(stage, (performance.now() - startedMs) / 1000);
    return result;
  }
}
