import { describe, expect, it } from 'vitest';
import { keys } from '@drivesweep/contracts';
import type { ScoreJob } from '@drivesweep/contracts';
import { encodePredictionPart } from '@drivesweep/parquet-io';
import { createMetrics } from '@drivesweep/service-kit';
import {
  buildOkPrediction,
  buildSealedSweep,
  buildSpec,
  MemoryObjectStore,
} from '@drivesweep/testkit';
import { createScoreJobHandler } from './handle-score-job.ts';
import { scoringOf } from './sweep-scoring.ts';
import { createTelemetry } from './telemetry.ts';

const spec = buildSpec();
const { scoringId } = scoringOf(spec);
const shardId = '0000000000000000';

const shardJob: ScoreJob = {
  v: 1,
  sweepId: spec.sweepId,
  scoringId,
  task: { kind: 'shard', shardId, index: 0 },
};
const scorecardJob: ScoreJob = { ...shardJob, task: { kind: 'scorecard' } };

async function service() {
  const store = new MemoryObjectStore();
  const rows = [buildOkPrediction(1_000_000, { lateralM: 1 })];
  await buildSealedSweep(store, spec, [rows], encodePredictionPart);
  const metrics = createMetrics({ service: 'metrics' });
  const handle = createScoreJobHandler(store, createTelemetry(metrics));
  const run = (job: ScoreJob, signal = new AbortController().signal) =>
    handle(job, { jobId: 'job', attempt: 1, signal });
  return { store, run, scrape: async () => (await metrics.render()).body };
}

describe('jobs of the queue `scores`', () => {
  it('score a shard, and find it done the next time', async () => {
    const { run, scrape } = await service();
    expect(await run(shardJob)).toEqual({
      rows: { expected: 1, ok: 1, error: 0, skipped: 0 },
      resumed: false,
    });
    expect(await run(shardJob)).toMatchObject({ resumed: true });
    expect(await scrape()).toContain('drivesweep_windows_scored_total{outcome="ok"} 1');
  });

  it('write a scorecard, and score what no job has scored', async () => {
    const { run, store, scrape } = await service();
    await run(scorecardJob);
    expect(store.objects.has(keys.scoreCommit(spec.sweepId, scoringId, shardId))).toBe(true);
    expect(store.objects.has(keys.scorecard(spec.sweepId, scoringId))).toBe(true);
    expect(await scrape()).toContain('drivesweep_scorecards_written_total{outcome="complete"} 1');
  });

  it('refuse a scoring that this version does not make', async () => {
    const { run, scrape } = await service();
    const other = { ...shardJob, scoringId: 'sc-0000000000000000' };
    await expect(run(other)).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED' });
    expect(await scrape()).toContain('score_failures_total{code="SCHEMA_UNSUPPORTED"} 1');
  });

  it('stop when they are told to, and write no scorecard', async () => {
    const { run, store } = await service();
    await expect(run(scorecardJob, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(store.objects.has(keys.scorecard(spec.sweepId, scoringId))).toBe(false);
  });
});
