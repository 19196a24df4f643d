import {
  decodePlanChunk,
  DrivesweepError,
  keys,
  shardIdOf,
  SHARDS_PER_CHUNK,
  sweepSpecSchema,
} from '@drivesweep/contracts';
import type { ObjectStore, PredictionJob, Shard, SweepSpec } from '@drivesweep/contracts';
import { RecentlyUsed } from './recently-used.ts';

/** Jobs of a sweep come in the order of its plan, and a few sweeps share the workers. */
const SPECS = 16;
const CHUNKS = 8;

/** Reads specs and plans, which never change, and keeps the last few. */
export class SweepDocuments {
  readonly #store: ObjectStore;
  readonly #specs = new RecentlyUsed<Promise<SweepSpec>>(SPECS);
  readonly #chunks = new RecentlyUsed<Promise<readonly Shard[]>>(CHUNKS);

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Errors: SWEEP_NOT_FOUND, SCHEMA_UNSUPPORTED, and those of the store. */
  spec(sweepId: string): Promise<SweepSpec> {
    return kept(this.#specs, sweepId, async () => {
      const key = keys.spec(sweepId);
      const bytes = await this.#read(key, sweepId);
      return understood(key, () =>
        sweepSpecSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
      );
    });
  }

  /** The shard of a job. Errors: as `spec`, and INTERNAL when the plan has another shard in its place. */
  async shard({ sweepId, shardId, index }: PredictionJob): Promise<Shard> {
    const number = Math.floor(index / SHARDS_PER_CHUNK);
    const key = keys.planChunk(sweepId, number);
    const chunk = await kept(this.#chunks, key, async () => {
      const bytes = await this.#read(key, sweepId);
      return understood(key, () => decodePlanChunk(bytes));
    });
    const shard = chunk[index - number * SHARDS_PER_CHUNK];
    const found = shard && shardIdOf(shard.driveId, shard.t0Us);
    if (shard?.index === index && found === shardId && shard.shardId === shardId) return shard;
    throw new DrivesweepError(
      'INTERNAL',
      `${key}: shard ${index} is ${found ?? 'not there'}, the job asks for ${shardId}`,
    );
  }

  async #read(key: string, sweepId: string): Promise<Uint8Array> {
    try {
      return await this.#store.get(key);
    } catch (thrown) {
      if (!(thrown instanceof DrivesweepError) || thrown.code !== 'OBJECT_NOT_FOUND') throw thrown;
      throw new DrivesweepError('SWEEP_NOT_FOUND', `sweep ${sweepId} has no ${key}`, {
        cause: thrown,
        hint: 'coordinator and workers must use the same store',
      });
    }
  }
}

/** A document that could not be read is read again by the next who asks. */
function kept<T>(cache: RecentlyUsed<Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  return cache.get(key, () => {
    const reading = read();
    reading.catch(() => cache.delete(key));
    return reading;
  });
}

function understood<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
      hint: 'coordinator and workers must be of the same version',
      cause,
    });
  }
}
