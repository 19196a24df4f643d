import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';

/** Queue names, without the prefix. */
export const QUEUES = { predictions: 'predictions', scores: 'scores' } as const;

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
