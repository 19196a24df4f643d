import { describe, expect, it } from 'vitest';
import { keys, scoringIdOf } from '@drivesweep/contracts';
import { scoringDescription } from '@drivesweep/scoring';
import { buildScorecard, buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { readScorecard } from './stored-scorecard.ts';

const spec = buildSpec();
const { samples, horizonSteps, stepUs } = spec;
const current = scoringIdOf(scoringDescription({ samples, horizonSteps, stepS: stepUs / 1e6 }));

async function storeWith(...scoringIds: string[]): Promise<MemoryObjectStore> {
  const store = new MemoryObjectStore();
  const put = (key: string, value: unknown) =>
    store.put(key, new TextEncoder().encode(JSON.stringify(value)));
  await put(keys.spec(spec.sweepId), spec);
  for (const scoringId of scoringIds) {
    await put(keys.scorecard(spec.sweepId, scoringId), buildScorecard({ scoringId }));
  }
  return store;
}

describe('the scorecard of a stored sweep', () => {
  it('is the one of the metrics of this version', async () => {
    const store = await storeWith('sc-0000000000000000', current);
    expect((await readScorecard(store, spec.sweepId)).scoringId).toBe(current);
  });

  it('is the only one there is, when another version made it', async () => {
    const store = await storeWith('sc-0000000000000000');
    expect((await readScorecard(store, spec.sweepId)).scoringId).toBe('sc-0000000000000000');
  });

  it.each([
    ['none', [], 'has no scorecard yet'],
    ['several of others', ['sc-0', 'sc-1'], 'scored by 2 other versions'],
  ])('with %s, it says how to make one', async (_what, scoringIds, expected) => {
    const store = await storeWith(...scoringIds);
    await expect(readScorecard(store, spec.sweepId)).rejects.toMatchObject({
      code: 'SWEEP_STATE',
      message: expect.stringContaining(expected) as string,
      hint: expect.stringContaining('drivesweep score') as string,
    });
  });

  it('of a sweep that is not there is an error of its own', async () => {
    await expect(readScorecard(new MemoryObjectStore(), 'sw-1')).rejects.toMatchObject({
      code: 'SWEEP_NOT_FOUND',
    });
  });
});
