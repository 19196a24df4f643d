import { describe, expect, it } from 'vitest';
import { comparisonDocumentSchema, keys } from '@drivesweep/contracts';
import type { ComparisonDocument, SweepSpec } from '@drivesweep/contracts';
import { parseGate } from '@drivesweep/scoring';
import { buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { compareSweeps } from './compare-sweeps.ts';
import type { ComparisonRequest } from './compare-sweeps.ts';
import { failedWindow, putScoredSweep, windowOf } from './test-scored-sweep.ts';
import type { TestShard } from './test-scored-sweep.ts';

const DRIVES = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'];
const a = buildSpec({ name: 'a' });
const b = buildSpec({ name: 'b', seed: 8 });

/** Six drives, three windows each, all as far beside the truth as said. */
function shards(lateralM: number): TestShard[] {
  return DRIVES.map((drive) => ({
    drive,
    rows: [1, 2, 3].map((s) => windowOf(drive, s * 1_000_000, { lateralM, facts: { drive } })),
  }));
}

async function storeWith(
  ofA: readonly TestShard[],
  ofB: readonly TestShard[],
  specs: readonly [SweepSpec, SweepSpec] = [a, b],
): Promise<MemoryObjectStore> {
  const store = new MemoryObjectStore();
  await putScoredSweep(store, specs[0], ofA);
  await putScoredSweep(store, specs[1], ofB);
  return store;
}

const compare = (
  store: MemoryObjectStore,
  request: Partial<ComparisonRequest> = {},
): Promise<ComparisonDocument> =>
  compareSweeps(store, { a: a.sweepId, b: b.sweepId, seed: 0, gates: [], ...request });

describe('two stored sweeps', () => {
  it('are compared by the windows of both: figures, verdict, words', async () => {
    const document = await compare(await storeWith(shards(2), shards(0.5)));
    expect(comparisonDocumentSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      schema: 'comparison/1',
      a: { id: a.sweepId, name: 'a', outcome: 'complete' },
      b: { id: b.sweepId, seed: 8 },
      primary: 'ade_first@0.4s',
      verdict: 'better',
      expected: 18,
      windowsOfA: { ok: 18, error: 0, skipped: 0, missing: 0 },
    });
    expect(document.metrics[0]).toMatchObject({
      meanA: 2,
      meanB: 0.5,
      difference: -1.5,
      relative: -0.75,
      interval: { low: -1.5, high: -1.5 },
      p: 2 / 64,
      winsOfB: { wins: 18, losses: 0, ties: 0 },
      windows: 18,
      drives: 6,
    });
    expect(document.words).toBe(
      'B is better: ade_first@0.4s 0.500 m against 2.000 m, difference -1.500 m (-75.0 %) [-1.500, -1.500], ' +
        'p = 0.031, B better in 18 of 18 windows; only 6 drives, so the interval is not to be trusted',
    );
  });

  it('that are the same show no difference', async () => {
    const document = await compare(await storeWith(shards(2), shards(2)));
    expect(document.verdict).toBe('no_difference_shown');
    expect(document.metrics.map(({ p }) => p ?? 1)).toEqual(document.metrics.map(() => 1));
  });

  it('give the same bytes whatever the order and the cut of their shards', async () => {
    const cut = (all: readonly TestShard[]): TestShard[] =>
      all.flatMap(({ drive, rows }) =>
        typeof rows === 'number' ? [] : rows.toReversed().map((row) => ({ drive, rows: [row] })),
      );
    const whole = await compare(await storeWith(shards(0.1), shards(0.3)));
    const inPieces = await compare(
      await storeWith(cut(shards(0.1)).toReversed(), cut(shards(0.3))),
    );
    expect(JSON.stringify(inPieces)).toBe(JSON.stringify(whole));
  });

  it('leave out windows that one of them failed, skipped or never answered, and say so', async () => {
    const ofA: TestShard[] = [
      { drive: 'd1', rows: [windowOf('d1', 0), windowOf('d1', 1_000_000)] },
      { drive: 'd2', rows: [windowOf('d2', 0), failedWindow('d2', 1_000_000)] },
    ];
    const ofB: TestShard[] = [
      { drive: 'd1', rows: 2 },
      { drive: 'd2', rows: [windowOf('d2', 0), windowOf('d2', 1_000_000)] },
    ];
    const document = await compare(await storeWith(ofA, ofB));
    expect(document.b.outcome).toBe('partial');
    expect(document.windowsOfB).toEqual({ ok: 2, error: 0, skipped: 0, missing: 2 });
    expect(document.metrics[0]?.leftOut).toEqual([
      { reason: 'missing', side: 'b', windows: 2 },
      { reason: 'failed', side: 'a', windows: 1 },
    ]);
    expect(document.verdict).toBe('not_comparable');
  });

  it('are compared by what is asked: metrics, the primary first, gates', async () => {
    const gate = parseGate('fde worse by 10%');
    const document = await compare(await storeWith(shards(1), shards(1.2)), {
      metric: ['ade_first@0.4s', 'fde_first@0.4s'],
      primary: 'fde_first@0.4s',
      gates: gate === null ? [] : [gate],
    });
    expect(document.metrics.map(({ id }) => id)).toEqual(['fde_first@0.4s', 'ade_first@0.4s']);
    expect(document.verdict).toBe('worse');
    expect(document.gates).toMatchObject([
      { gate: 'fde worse by 10%', metric: 'fde_first@0.4s', outcome: 'failed' },
    ]);
  });
});

describe('a comparison is refused', () => {
  it('when the sweeps were asked different things, saying all of them', async () => {
    const other = buildSpec({
      name: 'b',
      samples: 6,
      horizonSteps: 8,
      dataset: { ...a.dataset, fingerprint: 'ef'.repeat(32) },
    });
    const store = await storeWith(shards(1), [], [a, other]);
    await expect(compare(store, { b: other.sweepId })).rejects.toMatchObject({
      code: 'NOT_COMPARABLE',
      message:
        `a ${a.sweepId} (A) and b ${other.sweepId} (B) were not asked the same:\n` +
        '  content of the dataset: cdcdcdcdcdcdcdcd in A, efefefefefefefef in B\n' +
        '  samples (K): 1 in A, 6 in B\n' +
        '  horizon: 0.4 s in A, 0.8 s in B',
    });
  });

  it('before a score is read', async () => {
    const other = buildSpec({ name: 'b', samples: 6 });
    const store = await storeWith(shards(1), [], [a, other]);
    store.calls.length = 0;
    await expect(compare(store, { b: other.sweepId })).rejects.toThrow('samples (K)');
    expect(store.calls.filter(({ key }) => key.includes('scores'))).toEqual([]);
  });

  it('when their windows differ, with examples', async () => {
    const [first, ...rest] = shards(1);
    const store = await storeWith(shards(1), [
      ...rest,
      { drive: 'd1', rows: [windowOf('d1', 1_000_000), windowOf('d1', 9_000_000)] },
    ]);
    expect(first?.drive).toBe('d1');
    await expect(compare(store)).rejects.toMatchObject({
      code: 'NOT_COMPARABLE',
      message:
        `a ${a.sweepId} (A) and b ${b.sweepId} (B) were not asked about the same windows:\n` +
        '  2 only in A: d1@2000000, d1@3000000\n' +
        '  1 only in B: d1@9000000',
    });
  });

  it('when a sweep is not sealed, or not scored by these metrics', async () => {
    const store = await storeWith(shards(1), shards(2));
    for (const key of [...store.objects.keys()]) {
      if (key.startsWith(keys.scoreCommits(b.sweepId, 'x').slice(0, -2))) store.objects.delete(key);
    }
    await expect(compare(store)).rejects.toMatchObject({
      code: 'SWEEP_STATE',
      message: `sweep b (${b.sweepId}) is not scored by the metrics of this version`,
      hint: `score it from its parts: drivesweep score ${b.sweepId}`,
    });
    store.objects.delete(keys.manifest(a.sweepId));
    await expect(compare(store)).rejects.toThrow(`sweep a (${a.sweepId}) is not sealed yet`);
  });

  it.each<[string, Partial<ComparisonRequest>, string]>([
    ['a metric that is none', { metric: ['ade_frist@0.4s'] }, 'no metric ade_frist@0.4s'],
    ['a primary without a better side', { primary: 'apd_1@0.4s' }, 'has no better side'],
    ['a gate on nothing', { gates: [gateOf('rfs worse')] }, 'starts with rfs'],
    ['a gate on several', { gates: [gateOf('c worse')] }, 'c means'],
    ['a margin of another unit', { gates: [gateOf('ade worse by 1 score')] }, 'is in m'],
  ])('for %s', async (_what, request, message) => {
    const store = await storeWith(shards(1), shards(1));
    const refusal = compare(store, request);
    await expect(refusal).rejects.toMatchObject({ code: 'USAGE' });
    await expect(refusal).rejects.toThrow(message);
  });

  it('when the plan does not know a shard that the seal misses', async () => {
    const missing: TestShard = { drive: 'd9', rows: 1 };
    const store = await storeWith([missing], [missing]);
    store.objects.delete(keys.planChunk(b.sweepId, 0));
    await expect(compare(store)).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
    await store.put(keys.planChunk(a.sweepId, 0), new Uint8Array());
    await expect(compare(store)).rejects.toMatchObject({ code: 'PART_CORRUPT' });
  });
});

function gateOf(text: string) {
  const gate = parseGate(text);
  if (gate === null) throw new Error(`${text} is no gate`);
  return gate;
}
