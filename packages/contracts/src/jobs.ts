import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';
import { sha256Hex } from './hashing.ts';

/** Queue names, without the prefix. */
export const QUEUES = {
  predictions: 'predictions',
  scores: 'scores',
  exports: 'exports',
} as const;

/** What travels through Redis: under 1 KB. Everything else is read from the store. */
export const predictionJobSchema = z.strictObject({
  v: z.literal(1),
  sweepId: z.string(),
  shardId: z.string(),
  /** Position in the plan: the shard stands in chunk floor(index / SHARDS_PER_CHUNK). */
  index: z.int().nonnegative(),
});
export type PredictionJob = z.output<typeof predictionJobSchema>;

export const scoreJobSchema = z.strictObject({
  v: z.literal(1),
  sweepId: z.string(),
  scoringId: z.string(),
  /** `shard` scores one part; `scorecard` sums up a sealed sweep. */
  task: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('shard'), shardId: z.string(), index: z.int().nonnegative() }),
    z.strictObject({ kind: z.literal('scorecard') }),
  ]),
});
export type ScoreJob = z.output<typeof scoreJobSchema>;

/** Stages of a teacher export, in their order; tasks of one stage need nothing of each other. */
export const EXPORT_STAGES = ['survey', 'plan', 'shard', 'finish'] as const;
export type ExportStage = (typeof EXPORT_STAGES)[number];

export const exportJobSchema = z.strictObject({
  v: z.literal(1),
  sweepId: z.string(),
  exportId: z.string(),
  /** Where the export was prepared. */
  out: z.string().max(600),
  stage: z.enum(EXPORT_STAGES),
  task: z.int().nonnegative(),
});
export type ExportJob = z.output<typeof exportJobSchema>;

/** What a finished job returns: under 200 bytes. */
export const jobResultSchema = z.strictObject({ rows: rowCountsSchema, resumed: z.boolean() });
export type JobResult = z.output<typeof jobResultSchema>;

/** A job's id: unique per piece of work, so that adding it twice is adding it once. No colon: BullMQ uses it. */
export function predictionJobId(job: PredictionJob): string {
  return `${job.sweepId}_${job.shardId}`;
}

export function scoreJobId(job: ScoreJob): string {
  const task = job.task.kind === 'shard' ? job.task.shardId : 'scorecard';
  return `${job.sweepId}_${job.scoringId}_${task}`;
}

/** The same export into two targets is two pieces of work. */
export function exportJobId({ sweepId, exportId, out, stage, task }: ExportJob): string {
  return `${sweepId}_${exportId}_${sha256Hex(out).slice(0, 8)}_${stage}_${task}`;
}
