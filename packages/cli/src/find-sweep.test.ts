import { describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { findStoredSweep, findSweep } from './find-sweep.ts';

const sweeps = [
  { sweepId: 'sw-00aa000000000000', name: 'comma' },
  { sweepId: 'sw-00bb000000000000', name: 'comma-turn' },
  { sweepId: 'sw-00cc000000000000', name: 'twice' },
  { sweepId: 'sw-00dd000000000000', name: 'twice' },
];

describe('a sweep is found by', () => {
  it.each([
    ['its id', 'sw-00bb000000000000', 'sw-00bb000000000000'],
    ['the start of its id', 'sw-00bb', 'sw-00bb000000000000'],
    ['its name, also when another name starts the same', 'comma', 'sw-00aa000000000000'],
  ])('%s', (_what, wanted, expected) => {
    expect(findSweep(wanted, sweeps)).toBe(expected);
  });

  it('nothing that means several; they are listed', () => {
    expect(() => findSweep('twice', sweeps)).toThrow(
      'twice means 2 sweeps:\n  sw-00cc000000000000  twice\n  sw-00dd000000000000  twice',
    );
    expect(() => findSweep('sw-00', sweeps)).toThrow('sw-00 means 4 sweeps');
  });

  it('nothing that means none', () => {
    expect(() => findSweep('other', sweeps)).toThrow('there is no sweep other here');
  });
});

describe('in a store', () => {
  it('an id costs one look, a name a listing', async () => {
    const spec = buildSpec();
    const store = new MemoryObjectStore();
    await store.put(keys.spec(spec.sweepId), new TextEncoder().encode(JSON.stringify(spec)));
    await store.put(keys.sweepIndexEntry(spec.sweepId), Uint8Array.of());
    store.calls.length = 0;
    expect(await findStoredSweep(spec.sweepId, store)).toBe(spec.sweepId);
    expect(store.calls.map((call) => call.op)).toEqual(['head']);
    expect(await findStoredSweep('built', store)).toBe(spec.sweepId);
    expect(await findStoredSweep(spec.sweepId.slice(0, 6), store)).toBe(spec.sweepId);
  });
});
