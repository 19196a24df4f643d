import { describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import type { Manifest, PlanIndex, Scorecard } from '@drivesweep/contracts';
import { buildScorecard, buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { scoringIdOfSpec } from './sweep-run.ts';
import { encode, SweepStore } from './sweep-store.ts';
import { takeUp } from './take-up.ts';

const spec = buildSpec();
const { sweepId } = spec;
const scoringId = scoringIdOfSpec(spec);
const plan: PlanIndex = {
  schema: 'plan/1',
  sweepId,
  drives: 1,
  shards: 1,
  windows: 521,
  chunks: [],
};
const manifest = (generation: number, outcome: 'complete' | 'partial'): Manifest => ({
  schema: 'manifest/1',
  sweepId,
  generation,
  outcome,
  reason: outcome === 'partial' ? 'some' : null,
  counts: { expected: 521, ok: 521, error: 0, skipped: 0, missing: 0 },
  errors: {},
  shards: { total: 1, committed: 1, missing: 0 },
  chunks: [],
  sealedAt: '2026-01-01T00:00:00Z',
});
const scorecard = (outcome: 'complete' | 'partial'): Scorecard =>
  buildScorecard({ sweep: { outcome } });

function storeOf(objects: Record<string, unknown>) {
  const store = new MemoryObjectStore();
  for (const [key, value] of Object.entries(objects)) store.objects.set(key, encode(value));
  return store;
}
const stateOf = async (objects: Record<string, unknown>) => {
  const run = await takeUp(new SweepStore(storeOf(objects)), sweepId, 0);
  return run?.state;
};

const submitted = { [keys.spec(sweepId)]: spec };
const planned = { ...submitted, [keys.planIndex(sweepId)]: plan };
const sealed = (outcome: 'complete' | 'partial') => ({
  ...planned,
  [keys.manifestGeneration(sweepId, 1)]: manifest(1, outcome),
  [keys.manifest(sweepId)]: manifest(1, outcome),
});
const scored = (outcome: 'complete' | 'partial') => ({
  ...sealed(outcome),
  [keys.scorecard(sweepId, scoringId)]: scorecard(outcome),
});
const cancelled = { [keys.cancelled(sweepId)]: {} };
const resumed = (generation: number) => ({ [keys.resumed(sweepId)]: { generation } });

describe('takeUp', () => {
  it.each([
    ['nothing, when the submission did not come so far', {}, undefined],
    ['planning, with a spec only', submitted, 'planning'],
    ['running, with a plan', planned, 'running'],
    ['scoring, with a manifest', sealed('complete'), 'scoring'],
    ['complete, with its scorecard', scored('complete'), 'complete'],
    ['partial, with its scorecard', scored('partial'), 'partial'],
    [
      'running, when a partial sweep was resumed',
      { ...scored('partial'), ...resumed(2) },
      'running',
    ],
    [
      'partial, when the resumed generation is sealed',
      { ...scored('partial'), ...resumed(1) },
      'partial',
    ],
    ['cancelled, while planning', { ...submitted, ...cancelled }, 'cancelled'],
    ['cancelled, while running', { ...planned, ...cancelled }, 'cancelled'],
  ])('finds %s', async (_what, objects, state) => {
    expect(await stateOf(objects)).toBe(state);
  });

  it('does not take the scorecard of an earlier seal for that of this one', async () => {
    const second = {
      ...scored('partial'),
      [keys.manifest(sweepId)]: manifest(2, 'complete'),
    };
    expect(await stateOf(second)).toBe('scoring');
  });

  it('publishes a manifest that a killed coordinator had kept but not published', async () => {
    const store = storeOf({
      ...planned,
      [keys.manifestGeneration(sweepId, 1)]: manifest(1, 'complete'),
    });
    expect((await takeUp(new SweepStore(store), sweepId, 0))?.state).toBe('scoring');
    expect(await new SweepStore(store).readManifest(sweepId)).toEqual(manifest(1, 'complete'));
  });

  it('tells a document of another version by name', async () => {
    await expect(stateOf({ [keys.spec(sweepId)]: { schema: 'sweep/9' } })).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
      message: expect.stringContaining(keys.spec(sweepId)) as string,
    });
  });
});
