import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';

/** The object, or undefined when the store has none of this key. */
export async function getIfThere(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof DrivesweepError && error.code === 'OBJECT_NOT_FOUND') return undefined;
    throw error;
  }
}
