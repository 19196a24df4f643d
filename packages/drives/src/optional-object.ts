import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';

/** Far more than the index of 300,000 drives; an object is in memory as a whole, so one that claims more is not read. */
const MAX_INDEX_BYTES = 512 * 1024 * 1024;

/**
 * An index of the dataset, or undefined when the store has none of this key.
 * @throws DATASET_INVALID for one that is too large to be an index
 */
export async function getIfThere(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  const stat = await store.head(key);
  if (!stat) return undefined;
  if (stat.bytes > MAX_INDEX_BYTES) {
    const found = `${key} has ${stat.bytes} bytes, more than ${MAX_INDEX_BYTES}`;
    throw new DrivesweepError('DATASET_INVALID', found);
  }
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof DrivesweepError && error.code === 'OBJECT_NOT_FOUND') return undefined;
    throw error;
  }
}
