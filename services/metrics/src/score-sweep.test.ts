import { describe, expect, it } from 'vitest';
import { keys, scorecardSchema } from '@drivesweep/contracts';
import type { PredictionRow, Scorecard } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import {
  buildOkPrediction,
  buildSealedSweep,
  buildSpec,
  MemoryObjectStore,
} from '@drivesweep/testkit';
import type { BuiltShard } from '@drivesweep/testkit';
import { scoreAgain } from './score-again.ts';
import { scoreShard } from './score-shard.ts';
import { scoringOf } from './sweep-scoring.ts';

const spec = buildSpec();
const scoring = scoringOf(spec);
const cardKey = keys.scorecard(spec.sweepId, scoring.scoringId);

/** Two windows 1 m and 3 m beside the truth, one that failed, one of a drive without times. */
const near = buildOkPrediction(1_000_000, { lateralM: 1, facts: { country: 'de' } });
const far = buildOkPrediction(2_000_000, { lateralM: 3, facts: { country: 'us' } });
const failed: PredictionRow = {
  status: 'error',
  windowId: 'drive@3000000',
  driveId: 'drive',
  t0Us: 3_000_000,
  facts: { country: 'us' },
  code: 'CAMERA_MISSING',
  message: 'no such camera',
};
const skipped: PredictionRow = {
  status: 'skipped',
  windowId: 'other@none',
  driveId: 'other',
  t0Us: null,
  facts: {},
  code: 'DRIVE_MARKED_INVALID',
  message: 'not valid',
};

async function sealed(...shards: BuiltShard[]): Promise<MemoryObjectStore> {
  const store = new MemoryObjectStore();
  await buildSealedSweep(store, spec, shards, encodePredictionPart);
  return store;
}

async function scorecardOf(store: MemoryObjectStore): Promise<Scorecard> {
  await scoreAgain(store, spec.sweepId, () => undefined);
  return scorecardSchema.parse(JSON.parse(textOf(store, cardKey)));
}

function textOf(store: MemoryObjectStore, key: string): string {
  return new TextDecoder().decode(store.objects.get(key));
}

function metric({ metrics }: Scorecard, id: string, slice = 'all') {
  return metrics.find((one) => one.id === id && one.slice === slice);
}

describe('a scorecard', () => {
  it('counts every window and means over those that were scored', async () => {
    const card = await scorecardOf(await sealed([near, failed], [far, skipped]));
    expect(card.counts).toEqual({ expected: 4, ok: 2, error: 1, skipped: 1, missing: 0 });
    expect(card.errors).toEqual({ CAMERA_MISSING: 1, DRIVE_MARKED_INVALID: 1 });
    expect(card.sweep.outcome).toBe('complete');
    expect(metric(card, 'ade_first@0.4s')).toMatchObject({
      mean: 2,
      n: 2,
      failed: 1,
      skipped: 1,
      missing: 0,
      min: 1,
      max: 3,
    });
  });

  it('has a slice for each value of a fact', async () => {
    const card = await scorecardOf(await sealed([near, far, failed]));
    expect(metric(card, 'ade_first@0.4s', 'country=de')).toMatchObject({ mean: 1, n: 1 });
    expect(metric(card, 'ade_first@0.4s', 'country=us')).toMatchObject({ mean: 3, failed: 1 });
  });

  it('has slices that follow from the windows, which a window that failed is not in', async () => {
    const card = await scorecardOf(await sealed([near, far, failed]));
    const bands = card.metrics.filter(({ slice }) => slice.startsWith('v0_band='));
    expect(bands[0]).toMatchObject({ id: 'ade_first@0.4s', mean: 2, n: 2, failed: 0 });
    expect(bands.map(({ id }) => id)).toEqual(card.headline);
  });

  it('bounds what the windows without an answer can have been', async () => {
    const card = await scorecardOf(await sealed([near, far, failed], 1));
    expect(metric(card, 'ade_first@0.4s')).toMatchObject({
      mean: 2,
      worstCase: { mean: 2.5, imputed: 3 },
      warnings: ['few_drives', 'few_windows'],
    });
  });

  it('counts the windows of a shard without an answer as missing', async () => {
    const card = await scorecardOf(await sealed([near], 5));
    expect(card.counts).toMatchObject({ expected: 6, ok: 1, missing: 5 });
    expect(card.sweep.outcome).toBe('partial');
    expect(metric(card, 'ade_first@0.4s')).toMatchObject({ mean: 1, n: 1, missing: 5 });
  });

  it('has no mean where nothing was scored: missing is never zero', async () => {
    const card = await scorecardOf(await sealed([failed]));
    expect(metric(card, 'ade_first@0.4s')).toMatchObject({ mean: null, n: 0, failed: 1 });
  });

  it('is the same bytes whatever the shards, their order, and who scored them', async () => {
    const thirds = [0.1, 0.2, 0.3, 1e-9, 1e9].map((lateralM, i) =>
      buildOkPrediction(i * 1_000_000, { lateralM, facts: { country: i % 2 ? 'de' : 'us' } }),
    );
    const forward = await sealed(thirds, [skipped, failed]);
    const backward = await sealed([failed, skipped], ...thirds.toReversed().map((row) => [row]));
    await scoreShard({ store: backward, spec, scoring }, '0000000000000001', {
      attempt: 7,
      nonce: 'somebody-else',
      now: () => new Date(5),
    });
    await scorecardOf(forward);
    await scorecardOf(backward);
    expect(textOf(backward, cardKey)).toBe(textOf(forward, cardKey));
  });

  it('says nothing about when or where it was made', async () => {
    const store = await sealed([near]);
    await scorecardOf(store);
    expect(textOf(store, cardKey)).not.toMatch(/At"|2026|worker|host|memory:/);
  });
});

describe('scoring a shard', () => {
  const who = (nonce: string) => ({ attempt: 1, nonce, now: () => new Date(0) });
  const shard = '0000000000000000';

  it('is done once: the second time finds the commit and writes nothing', async () => {
    const store = await sealed([near]);
    const first = await scoreShard({ store, spec, scoring }, shard, who('a'));
    const before = store.objects.size;
    const second = await scoreShard({ store, spec, scoring }, shard, who('b'));
    expect([first.result, second.result]).toEqual(['scored', 'resumed']);
    expect(second.commit).toEqual(first.commit);
    expect(store.objects.size).toBe(before);
  });

  it('refuses a part that is not the one that was committed', async () => {
    const store = await sealed([near]);
    const key = keys.predictionPart(spec.sweepId, shard, 1, 'built');
    await store.put(key, Uint8Array.of(1, 2, 3));
    await expect(scoreShard({ store, spec, scoring }, shard, who('a'))).rejects.toMatchObject({
      code: 'PART_CORRUPT',
    });
  });

  it('names a shard that has no predictions', async () => {
    const store = await sealed(1);
    await expect(scoreShard({ store, spec, scoring }, shard, who('a'))).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
    });
  });
});

describe('scoring a sweep again', () => {
  it('writes what is not there and finds equal what is', async () => {
    const store = await sealed([near], [far]);
    const again = () => scoreAgain(store, spec.sweepId, () => undefined);
    expect(await again()).toMatchObject({ written: 2, equal: 0 });
    const before = textOf(store, cardKey);
    expect(await again()).toMatchObject({ written: 0, equal: 2 });
    expect(textOf(store, cardKey)).toBe(before);
  });

  it('refuses scores that are not those of the predictions', async () => {
    const store = await sealed([near]);
    const other = await sealed([far]);
    await scoreAgain(other, spec.sweepId, () => undefined);
    for (const [key, bytes] of other.objects) {
      if (key.includes('/scores/')) await store.put(key, bytes);
    }
    await expect(scoreAgain(store, spec.sweepId, () => undefined)).rejects.toThrow(
      /the scores of window drive@1000000 are not those that scoring it again gives/,
    );
  });

  it('asks for a sweep that is there and sealed', async () => {
    const store = await sealed([near]);
    await expect(scoreAgain(store, 'sw-none', () => undefined)).rejects.toMatchObject({
      code: 'SWEEP_NOT_FOUND',
    });
    await store.delete(keys.manifest(spec.sweepId));
    await expect(scoreAgain(store, spec.sweepId, () => undefined)).rejects.toMatchObject({
      code: 'SWEEP_STATE',
    });
  });

  it('refuses a manifest chunk that was changed after the seal', async () => {
    const store = await sealed([near]);
    await store.put(keys.manifestChunk(spec.sweepId, 1, 0), new TextEncoder().encode('{}\n'));
    await expect(scoreAgain(store, spec.sweepId, () => undefined)).rejects.toMatchObject({
      code: 'PART_CORRUPT',
    });
  });

  it('sums up again when the sweep is sealed anew meanwhile', async () => {
    const store = await sealed([near], 1);
    let resealed = false;
    await scoreAgain(store, spec.sweepId, () => {
      if (resealed) return;
      resealed = true;
      void buildSealedSweep(store, spec, [[near], [far]], encodePredictionPart, 2);
    });
    const card = scorecardSchema.parse(JSON.parse(textOf(store, cardKey)));
    expect(card.counts).toMatchObject({ expected: 2, ok: 2, missing: 0 });
  });
});
