export interface ObjectStat {
  readonly key: string;
  readonly bytes: number;
}

/**
 * Port: a flat space of immutable-by-convention objects. Keys use `/`, never start with one and never hold `..`.
 * Errors: OBJECT_NOT_FOUND, STORE_UNAVAILABLE (after bounded retries), STORE_SHORT_READ.
 */
export interface ObjectStore {
  /** `file:///...` or `s3://bucket/prefix`. */
  readonly uri: string;
  get(key: string): Promise<Uint8Array>;
  /** Exactly `length` bytes from `offset`, else STORE_SHORT_READ. */
  getRange(key: string, offset: number, length: number): Promise<Uint8Array>;
  head(key: string): Promise<ObjectStat | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Atomic: of all writers of a key exactly one is told `created`. A lost answer of one's own put may come back as `exists`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** No error when it is not there. */
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, in lexicographic order. */
  list(prefix: string): AsyncIterable<ObjectStat>;
  /** Where a program on this machine can read the object without a copy; null when it cannot. */
  localPath(key: string): string | null;
}
