import { randomUUID } from 'node:crypto';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';

/**
 * Asks the store to create one object twice, under a name of its own, and removes it again. A store that ignores
 * put-if-absent would let two workers commit the same shard and nobody would notice, so nothing may run on it.
 * Throws STORE_NOT_CONDITIONAL, or STORE_UNAVAILABLE when the store cannot be written at all.
 * @param below where the object lies: a folder store is left with this folder, empty
 */
export async function probePutIfAbsent(store: ObjectStore, below = 'probes'): Promise<void> {
  const key = `${below}/${randomUUID()}`;
  const first = Uint8Array.of(1);
  const second = Uint8Array.of(2);
  try {
    await store.putIfAbsent(key, first);
    const answer = await store.putIfAbsent(key, second);
    const kept = await store.get(key);
    if (answer === 'exists' && kept.length === 1 && kept[0] === first[0]) return;
    throw new DrivesweepError(
      'STORE_NOT_CONDITIONAL',
      `${store.uri} let one object be created twice (put-if-absent is ignored)`,
      {
        hint: 'Use a store that honours "If-None-Match: *" on PutObject (AWS S3, MinIO, R2, versitygw), or a folder.',
      },
    );
  } finally {
    await store.delete(key);
  }
}
