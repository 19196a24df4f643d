import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStat, ObjectStore } from '@drivesweep/contracts';

export type StoreOperation =
  'get' | 'getRange' | 'head' | 'put' | 'putIfAbsent' | 'delete' | 'list';

/**
 * What happens to one call.
 *
 * kill-before  the process dies before the call reaches the store
 * kill-after   the store has done it, and the process dies before it hears so
 * kill-during  the process dies in the middle: of a store whose writes are whole, nothing is left; of one that keeps
 *              half of the bytes of a `put`, half of them (no store of ours does; the protocol must not care)
 * fail         the store does nothing and says STORE_UNAVAILABLE
 * fail-after   the store does it and says STORE_UNAVAILABLE: a lost answer
 * retried      the store does it, the answer is lost, and the client below tries again by itself: `putIfAbsent` of
 *              one's own object comes back as `exists`
 */
export type FaultKind =
  'kill-before' | 'kill-after' | 'kill-during' | 'fail' | 'fail-after' | 'retried';

export interface StoreFault {
  readonly op: StoreOperation;
  /** Only calls whose key holds this text; default any. */
  readonly keyIncludes?: string;
  /** Which of the calls that match, from 1; default the first. */
  readonly call?: number;
  readonly kind: FaultKind;
}

/** What the code under test sees when its process dies; the test lets it pass and looks at the store. */
export class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled';
}

/**
 * A store seen by one process, with faults at scripted calls. After a kill every call of this process fails, as a dead
 * process makes none. Several of these over one store are several processes.
 */
export class FaultyStore implements ObjectStore {
  readonly uri: string;
  readonly #store: ObjectStore;
  readonly #faults: { readonly fault: StoreFault; seen: number }[];
  #dead = false;

  constructor(store: ObjectStore, faults: readonly StoreFault[]) {
    this.#store = store;
    this.uri = store.uri;
    this.#faults = faults.map((fault) => ({ fault, seen: 0 }));
  }

  get(key: string): Promise<Uint8Array> {
    return this.#call('get', key, () => this.#store.get(key));
  }

  getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#call('getRange', key, () => this.#store.getRange(key, offset, length));
  }

  head(key: string): Promise<ObjectStat | undefined> {
    return this.#call('head', key, () => this.#store.head(key));
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    const half = () => this.#store.put(key, bytes.subarray(0, bytes.length >> 1));
    return this.#call('put', key, () => this.#store.put(key, bytes), half);
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    return this.#call('putIfAbsent', key, () => this.#store.putIfAbsent(key, bytes));
  }

  delete(key: string): Promise<void> {
    return this.#call('delete', key, () => this.#store.delete(key));
  }

  async *list(prefix: string): AsyncIterable<ObjectStat> {
    await this.#call('list', prefix, () => Promise.resolve());
    yield* this.#store.list(prefix);
  }

  localPath(key: string): string | null {
    return this.#store.localPath(key);
  }

  /** The fault of this call, if one is scripted for it. */
  #faultOf(op: StoreOperation, key: string): FaultKind | undefined {
    let kind: FaultKind | undefined;
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (fault.op !== op || !key.includes(fault.keyIncludes ?? '')) continue;
      entry.seen += 1;
      if (entry.seen === (fault.call ?? 1)) kind ??= fault.kind;
    }
    return kind;
  }

  #die(op: StoreOperation, key: string): never {
    this.#dead = true;
    throw new ProcessKilled(`killed at ${op} ${key}`);
  }

  async #call<T>(
    op: StoreOperation,
    key: string,
    effect: () => Promise<T>,
    half: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<T> {
    if (this.#dead) throw new ProcessKilled(`${op} ${key} by a dead process`);
    const unavailable = () => new DrivesweepError('STORE_UNAVAILABLE', `${op} ${key}: scripted`);
    switch (this.#faultOf(op, key)) {
      case undefined:
        return effect();
      case 'kill-before':
        return this.#die(op, key);
      case 'kill-during':
        await half();
        return this.#die(op, key);
      case 'kill-after':
        await effect();
        return this.#die(op, key);
      case 'fail':
        throw unavailable();
      case 'fail-after':
        await effect();
        throw unavailable();
      case 'retried':
        await effect();
        return effect();
    }
  }
}
