import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPORT_STAGES, exportJobId, exportJobSchema, QUEUES } from '@drivesweep/contracts';
import type { ExportJob } from '@drivesweep/contracts';
import { openObjectStore } from '@drivesweep/object-store';
import { openJobConsumer, openJobProducer } from '@drivesweep/queue-bullmq';
import { startRedisServer } from '@drivesweep/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tasksOf } from './export-stage.ts';
import { createExportJobHandler } from './handle-export-job.ts';
import { openExport } from './open-export.ts';
import { answeredWindow, preparedExport, sealedSweep } from './test-export.ts';

let folder = '';
let redis: Awaited<ReturnType<typeof startRedisServer>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-queue-'));
  redis = await startRedisServer();
});
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

it('does an export as jobs of two workers, stage by stage', async () => {
  const sweeps = openObjectStore(join(folder, 'sweeps'));
  const out = join(folder, 'dataset');
  const target = openObjectStore(out);
  const rows = ['a', 'b', 'c'].map((drive) => [
    answeredWindow(drive, 0),
    answeredWindow(drive, 1e6),
  ]);
  const recipe = { contents: { scores: false }, shards: { megabytes: 0.001 } };
  const spec = await preparedExport(sweeps, target, await sealedSweep(sweeps, rows), recipe);
  const queue = { redisUrl: redis.url, prefix: 'test', queue: QUEUES.exports };
  const worker = () =>
    openJobConsumer({
      ...queue,
      schema: exportJobSchema,
      concurrency: 1,
      handler: createExportJobHandler({}),
    });
  const workers = [worker(), worker()];
  const producer = openJobProducer<ExportJob>(queue);
  const { sweepId, exportId } = spec;
  for (const stage of EXPORT_STAGES) {
    const open = await openExport(target, () => sweeps);
    const jobs = Array.from({ length: await tasksOf(open, stage) }, (_, task): ExportJob => {
      return { v: 1, sweepId, exportId, out, stage, task };
    });
    await producer.add(jobs.map((job) => ({ jobId: exportJobId(job), data: job })));
    await expect
      .poll(
        async () => (await producer.standings(jobs.map(exportJobId))).map(({ state }) => state),
        {
          timeout: 60_000,
        },
      )
      .toEqual(jobs.map(() => 'completed'));
  }
  expect(await target.head('SHA256SUMS')).toBeDefined();
  await producer.close();
  await Promise.all(workers.map((one) => one.stop(5_000)));
});
