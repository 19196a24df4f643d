import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';
import { realtimeCountsSchema } from './realtime.ts';

/** One line of a manifest chunk, in plan order: a shard and its answer, or why it has none. */
export const manifestEntrySchema = z.strictObject({
  index: z.int(),
  shardId: z.string(),
  part: z
    .strictObject({ key: z.string(), sha256: z.string().length(64), bytes: z.int() })
    .nullable(),
  rows: rowCountsSchema,
  /** Set when `part` is null: the code and message of the last failure. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type ManifestEntry = z.output<typeof manifestEntrySchema>;

export const manifestSchema = z.strictObject({
  schema: z.literal('manifest/1'),
  sweepId: z.string(),
  generation: z.int().positive(),
  outcome: z.enum(['complete', 'partial']),
  /** Why it is partial, for a person; null when complete. */
  reason: z.string().nullable(),
  counts: rowCountsSchema.extend({
    /** Windows of shards without an answer. expected = ok + error + skipped + missing. */
    missing: z.int().nonnegative(),
  }),
  errors: z.record(z.string(), z.int()),
  shards: z.strictObject({ total: z.int(), committed: z.int(), missing: z.int() }),
  /** Sum over the commits that say it. Of the machines, not of the policy's answers: another run of the sweep has another. */
  realtime: realtimeCountsSchema.optional(),
  chunks: z.array(z.strictObject({ key: z.string(), sha256: z.string(), shards: z.int() })),
  sealedAt: z.string(),
});
export type Manifest = z.output<typeof manifestSchema>;
