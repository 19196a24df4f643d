import { describe, expect, it } from 'vitest';
import { FaultyStore, MemoryObjectStore } from '@drivesweep/testkit';
import { probePutIfAbsent } from './probe.ts';

/** A store that creates whatever it is asked to. */
class Forgetful extends MemoryObjectStore {
  override async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    await this.put(key, bytes);
    return 'created';
  }
}

/** A store that says that the object exists, and overwrites it all the same. */
class Lying extends MemoryObjectStore {
  override async putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const exists = this.objects.has(key);
    await this.put(key, bytes);
    return exists ? 'exists' : 'created';
  }
}

describe('probePutIfAbsent', () => {
  it('passes a store that creates once, and leaves nothing behind', async () => {
    const store = new MemoryObjectStore();
    await probePutIfAbsent(store);
    expect(store.objects.size).toBe(0);
  });

  const faulty: [string, () => MemoryObjectStore][] = [
    ['ignores put-if-absent', () => new Forgetful()],
    ['says exists and overwrites', () => new Lying()],
  ];

  it.each(faulty)('refuses a store that %s, and cleans up', async (_, open) => {
    const store = open();
    await expect(probePutIfAbsent(store)).rejects.toMatchObject({
      code: 'STORE_NOT_CONDITIONAL',
      hint: expect.stringContaining('If-None-Match') as string,
    });
    expect(store.objects.size).toBe(0);
  });

  it('passes when the answer of its first put was lost', async () => {
    const store = new FaultyStore(new MemoryObjectStore(), [
      { op: 'putIfAbsent', kind: 'retried' },
    ]);
    await probePutIfAbsent(store);
  });

  it('is not fooled by a store that is down', async () => {
    const store = new FaultyStore(new MemoryObjectStore(), [{ op: 'putIfAbsent', kind: 'fail' }]);
    await expect(probePutIfAbsent(store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
