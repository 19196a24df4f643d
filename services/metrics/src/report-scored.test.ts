import { describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import type { DrivesweepError, PredictionRow } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import {
  buildOkPrediction,
  buildSealedSweep,
  buildSpec,
  MemoryObjectStore,
} from '@drivesweep/testkit';
import { createReporter } from './report-scored.ts';
import { scoreAgain } from './score-again.ts';
import { scoringOf } from './sweep-scoring.ts';

const spec = buildSpec();
const reportKey = keys.report(spec.sweepId);
const near = buildOkPrediction(1_000_000, { lateralM: 1, facts: { country: 'DE' } });
const far = buildOkPrediction(2_000_000, { lateralM: 3, facts: { country: 'US' } });

async function scored(store: MemoryObjectStore, ...shards: readonly (readonly PredictionRow[])[]) {
  const ends: (DrivesweepError | null)[] = [];
  await buildSealedSweep(store, spec, shards, encodePredictionPart);
  const report = createReporter({}, (_, failure) => ends.push(failure));
  await scoreAgain(store, spec.sweepId, () => undefined, report);
  const page = store.objects.get(reportKey);
  return { ends, page: page === undefined ? null : new TextDecoder().decode(page) };
}

describe('the report of a sweep', () => {
  it('shows the windows, the worst first', async () => {
    const { page, ends } = await scored(new MemoryObjectStore(), [near], [far]);
    expect(ends).toEqual([null]);
    const shown = [...(page ?? '').matchAll(/class="id"\s*>([^<]*)/g)].map(([, id]) => id);
    expect(shown).toEqual(['drive@2000000', 'drive@1000000']);
  });

  it('is the same bytes however the windows were cut into shards', async () => {
    const { page: one } = await scored(new MemoryObjectStore(), [near, far]);
    const { page: two } = await scored(new MemoryObjectStore(), [near], [far]);
    expect(one).toBe(two);
  });

  it('says why there is no picture when the dataset cannot be reached', async () => {
    const { page, ends } = await scored(new MemoryObjectStore(), [near]);
    expect(ends).toEqual([null]);
    expect(page).toMatch(/No picture: [^<]*\/data/);
  });

  it('marks what a trace says against what is planned', async () => {
    const [sample] = near.samples;
    if (sample === undefined) throw new Error('built without a sample');
    const trace = 'Stop because a <b>pedestrian</b> is ahead.';
    const talking = { ...near, samples: [{ ...sample, trace }] };
    const { page } = await scored(new MemoryObjectStore(), [talking]);
    expect(page).toMatch(/<mark\s+class="[^"]*m-decision/);
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toContain('<b>');
  });

  it('that fails is told, and the scorecard stands', async () => {
    class Refusing extends MemoryObjectStore {
      override async put(key: string, bytes: Uint8Array): Promise<void> {
        if (key === reportKey) throw new Error('no room');
        await super.put(key, bytes);
      }
    }
    const store = new Refusing();
    const { ends, page } = await scored(store, [near]);
    expect(ends).toMatchObject([{ code: 'INTERNAL', message: 'no room' }]);
    expect(page).toBeNull();
    expect(store.objects.has(keys.scorecard(spec.sweepId, scoringOf(spec).scoringId))).toBe(true);
  });
});
