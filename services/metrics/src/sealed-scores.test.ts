import { beforeEach, describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import { createMetrics } from '@drivesweep/service-kit';
import { buildMetric, buildScorecard, buildSpec, MemoryObjectStore } from '@drivesweep/testkit';
import { addScoreGauges } from './score-gauges.ts';
import { comparedLines, scoreLines, verdictOf } from './score-lines.ts';
import { SealedScores } from './sealed-scores.ts';
import { scoringOf } from './sweep-scoring.ts';

let store: MemoryObjectStore;
beforeEach(() => {
  store = new MemoryObjectStore();
});

const put = (key: string, document: unknown) =>
  store.put(key, new TextEncoder().encode(JSON.stringify(document)));

/** A sealed sweep whose headline has this mean, with an interval of 0.5 on both sides. */
async function seal(seed: number, day: number, mean: number): Promise<string> {
  const spec = buildSpec({ seed });
  const { sweepId } = spec;
  const counts = { expected: 521, ok: 521, error: 0, skipped: 0, missing: 0 };
  await put(keys.sweepIndexEntry(sweepId), {});
  await put(keys.spec(sweepId), spec);
  await put(keys.manifest(sweepId), {
    schema: 'manifest/1',
    sweepId,
    generation: 1,
    outcome: 'complete',
    reason: null,
    counts,
    errors: {},
    shards: { total: 1, committed: 1, missing: 0 },
    chunks: [],
    sealedAt: `2026-01-0${day}T00:00:00.000Z`,
  });
  const interval = { low: mean - 0.5, high: mean + 0.5, clusters: 25 };
  const card = buildScorecard({
    sweep: { id: sweepId, name: `day-${day}`, policy: 'glance' },
    metrics: [buildMetric({ mean, interval }), buildMetric({ slice: 'speed_band=0-5', mean })],
  });
  await put(keys.scorecard(sweepId, scoringOf(spec).scoringId), card);
  return sweepId;
}

describe('the scores of sealed sweeps', () => {
  it('are there newest first, with their headline by slice', async () => {
    await seal(1, 1, 4);
    await seal(2, 2, 5);
    const scores = new SealedScores(store);
    await scores.refresh();
    expect(scores.list().map(({ about }) => about.name)).toEqual(['day-2', 'day-1']);
    expect(scores.list().flatMap(scoreLines)).toHaveLength(4);
  });

  it('leave out a sweep that is not sealed, or that cannot be read', async () => {
    await put(keys.sweepIndexEntry('sw-0000000000000001'), {});
    const bad = await seal(1, 1, 4);
    store.objects.set(keys.manifest(bad), new TextEncoder().encode('{'));
    await seal(2, 2, 5);
    const scores = new SealedScores(store);
    await scores.refresh();
    expect(scores.list().map(({ about }) => about.name)).toEqual(['day-2']);
  });

  it('say worse only where the intervals do not overlap', async () => {
    await seal(1, 1, 4);
    await seal(2, 2, 5.1);
    const scores = new SealedScores(store);
    await scores.refresh();
    const [line] = scores.standings().flatMap(comparedLines);
    expect(line).toMatchObject({ before: 'day-1', meanBefore: 4, verdict: 'worse' });
    const metrics = createMetrics({ service: 'test' });
    addScoreGauges(metrics, scores);
    const { body } = await metrics.render();
    const labels = '{policy="glance",metric="ade_first@6.4s"}';
    expect(body).toContain(`drivesweep_score${labels} 5.1\n`);
    expect(body).toContain(`drivesweep_score_before${labels} 4\n`);
    expect(body).toContain(`drivesweep_score_regression${labels} 1\n`);
  });
});

describe('a verdict', () => {
  const metric = (low: number, better: 'lower' | 'higher' | 'neither' = 'lower') =>
    buildMetric({ better, interval: { low, high: low + 1, clusters: 25 } });

  it.each([
    ['worse', metric(3), metric(1)],
    ['better', metric(1), metric(3)],
    ['better', metric(3, 'higher'), metric(1, 'higher')],
    ['worse', metric(1, 'higher'), metric(3, 'higher')],
    ['no difference seen', metric(1.5), metric(1)],
    ['not known', metric(3, 'neither'), metric(1, 'neither')],
    ['not known', buildMetric({ interval: null }), metric(1)],
  ] as const)('is %s', (verdict, now, was) => {
    expect(verdictOf(now, was)).toBe(verdict);
  });
});
