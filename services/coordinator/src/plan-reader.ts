import {
  decodePlanChunk,
  DrivesweepError,
  sha256Hex,
  SHARDS_PER_CHUNK,
} from '@drivesweep/contracts';
import type { ObjectStore, PlanIndex, Shard } from '@drivesweep/contracts';

/** Chunks in memory at most: feeding and scoring walk through the plan, each at its place. */
const KEPT_CHUNKS = 3;

/** Reads a plan one chunk at a time. Errors: PART_CORRUPT when a chunk is not the one that was planned, STORE_*. */
export class PlanReader {
  readonly index: PlanIndex;
  readonly #store: ObjectStore;
  readonly #kept = new Map<number, Promise<readonly Shard[]>>();

  constructor(store: ObjectStore, index: PlanIndex) {
    this.#store = store;
    this.index = index;
  }

  async shard(index: number): Promise<Shard> {
    const shard = (await this.chunk(Math.floor(index / SHARDS_PER_CHUNK)))[
      index % SHARDS_PER_CHUNK
    ];
    if (shard?.index === index) return shard;
    throw new DrivesweepError(
      'PART_CORRUPT',
      `the plan of ${this.index.sweepId} has no shard ${index}`,
    );
  }

  chunk(number: number): Promise<readonly Shard[]> {
    const kept = this.#kept.get(number);
    if (kept) {
      // The last used goes to the end, so that the first is the one to forget.
      this.#kept.delete(number);
      this.#kept.set(number, kept);
      return kept;
    }
    const read = this.#read(number);
    this.#kept.set(number, read);
    read.catch(() => this.#kept.delete(number));
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT_CHUNKS && oldest !== undefined) this.#kept.delete(oldest);
    return read;
  }

  async #read(number: number): Promise<readonly Shard[]> {
    const entry = this.index.chunks[number];
    if (!entry) {
      const message = `the plan of ${this.index.sweepId} has no chunk ${number}`;
      throw new DrivesweepError('PART_CORRUPT', message);
    }
    const bytes = await this.#store.get(entry.key);
    const sha256 = sha256Hex(bytes);
    if (sha256 === entry.sha256) return decodePlanChunk(bytes);
    throw new DrivesweepError(
      'PART_CORRUPT',
      `${entry.key}: the plan names SHA-256 ${entry.sha256}, found ${sha256}`,
      { hint: 'The object was changed after planning: restore it.' },
    );
  }
}
