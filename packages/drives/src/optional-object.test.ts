import { describe, expect, it, vi } from 'vitest';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { getIfThere } from './optional-object.ts';

describe('getIfThere', () => {
  it('reads what is there, and says that there is nothing', async () => {
    const store = new MemoryObjectStore();
    store.objects.set('clip_index.parquet', Uint8Array.of(1));
    expect(await getIfThere(store, 'clip_index.parquet')).toEqual(Uint8Array.of(1));
    expect(await getIfThere(store, 'gone')).toBeUndefined();
  });

  it('does not read what is too large to be an index', async () => {
    const store = new MemoryObjectStore();
    const get = vi.spyOn(store, 'get');
    vi.spyOn(store, 'head').mockResolvedValue({ key: 'clip_index.parquet', bytes: 2 ** 40 });
    await expect(getIfThere(store, 'clip_index.parquet')).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
    expect(get).not.toHaveBeenCalled();
  });
});
