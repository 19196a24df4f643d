import { setTimeout as sleep } from 'node:timers/promises';
import { DrivesweepError, exportJobId, QUEUES } from '@drivesweep/contracts';
import type { ExportJob, ExportStage, ObjectStore } from '@drivesweep/contracts';
import { openJobProducer } from '@drivesweep/queue-bullmq';
import type { JobProducer } from '@drivesweep/queue-bullmq';
import {
  exportKeys,
  exportPlanSchema,
  exportSpecSchema,
  surveyTasksOf,
} from '@drivesweep/teacher-export';
import type { StageRunner } from './export-runner.ts';
import { jsonOf } from './json-text.ts';

/** How often the target is looked at for what is done. */
const LOOK_EVERY_MS = 500;
/** Jobs that are in the queue at the same time. */
const JOBS_AT_ONCE = 64;

export interface QueuePlace {
  readonly redisUrl: string;
  readonly prefix: string;
}

/**
 * Gives the tasks to the metrics services of a cluster as jobs, and waits for what they commit: the target says what is
 * done, the queue only who does it, so a Redis that was wiped costs nothing but time.
 * Errors: what a job failed with for good, QUEUE_UNAVAILABLE, the reason of the signal.
 */
export function queueStageRunner(
  { redisUrl, prefix }: QueuePlace,
  target: ObjectStore,
  out: string,
  signal: AbortSignal,
): StageRunner {
  return async (stage, onTask) => {
    const producer = openJobProducer<ExportJob>({ redisUrl, prefix, queue: QUEUES.exports });
    try {
      const jobs = await jobsOf(target, out, stage);
      await forgetFailures(producer, jobs);
      let done = 0;
      const running = new Set<ExportJob>();
      const waiting = [...jobs];
      while (waiting.length > 0 || running.size > 0) {
        signal.throwIfAborted();
        for (const job of waiting.splice(0, JOBS_AT_ONCE - running.size)) running.add(job);
        for (const job of await finished(producer, target, [...running])) {
          running.delete(job);
          onTask({ done: ++done, of: jobs.length });
        }
        if (running.size > 0) await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    } finally {
      await producer.close();
    }
  };
}

async function jobsOf(target: ObjectStore, out: string, stage: ExportStage): Promise<ExportJob[]> {
  const spec = exportSpecSchema.parse(jsonOf(await target.get(exportKeys.spec())));
  const { sweepId, exportId } = spec;
  const tasks = await tasksOf(target, stage, spec.shards);
  return Array.from({ length: tasks }, (_, task) => ({
    v: 1,
    sweepId,
    exportId,
    out,
    stage,
    task,
  }));
}

async function tasksOf(target: ObjectStore, stage: ExportStage, shards: number): Promise<number> {
  if (stage === 'survey') return surveyTasksOf(shards);
  if (stage !== 'shard') return 1;
  return exportPlanSchema.parse(jsonOf(await target.get(exportKeys.plan()))).shards.length;
}

/** What failed for good when this was asked for before is tried again. */
async function forgetFailures(
  producer: JobProducer<ExportJob>,
  jobs: readonly ExportJob[],
): Promise<void> {
  const ids = jobs.map(exportJobId);
  const standings = await producer.standings(ids);
  await producer.remove(ids.filter((_, i) => standings[i]?.state === 'failed'));
}

/** What is there when a task is done. */
function doneKey({ stage, task }: ExportJob): string {
  switch (stage) {
    case 'survey':
      return exportKeys.surveyCommit(task);
    case 'plan':
      return exportKeys.plan();
    case 'shard':
      return exportKeys.shardCommit(task);
    case 'finish':
      return exportKeys.checksums();
  }
}

/** Which of the jobs are done; those that the queue does not know are given to it. */
async function finished(
  producer: JobProducer<ExportJob>,
  target: ObjectStore,
  jobs: readonly ExportJob[],
): Promise<ExportJob[]> {
  const there = await Promise.all(jobs.map((job) => target.head(doneKey(job))));
  const open = jobs.filter((_, i) => there[i] === undefined);
  const standings = await producer.standings(open.map(exportJobId));
  const unknown = open.filter((job, i) => {
    const standing = standings[i];
    if (standing?.state === 'failed') {
      throw new DrivesweepError(
        standing.failure.code,
        `${job.stage} ${job.task}: ${standing.failure.message}`,
        { hint: 'the same command goes on where this one ended' },
      );
    }
    return standing?.state === 'absent' || standing?.state === 'completed';
  });
  // One that completed and left nothing was for a target that is gone.
  await producer.remove(unknown.map(exportJobId));
  await producer.add(unknown.map((job) => ({ jobId: exportJobId(job), data: job })));
  return jobs.filter((_, i) => there[i] !== undefined);
}
