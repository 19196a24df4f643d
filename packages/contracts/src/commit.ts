import { z } from 'zod';
import { realtimeCountsSchema } from './realtime.ts';

export const rowCountsSchema = z.strictObject({
  expected: z.int().nonnegative(),
  ok: z.int().nonnegative(),
  error: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});
export type RowCounts = z.output<typeof rowCountsSchema>;

/** The small object that makes one part the shard's answer. Put only if absent: the first writer wins. */
export const commitSchema = z.strictObject({
  schema: z.literal('commit/1'),
  sweepId: z.string(),
  shardId: z.string(),
  part: z.strictObject({ key: z.string(), sha256: z.string().length(64), bytes: z.int() }),
  rows: rowCountsSchema,
  /** How many rows carry each code. */
  errors: z.record(z.string(), z.int()),
  /** Tells a writer whether a commit that it finds is its own: unique per attempt. */
  writer: z.string(),
  attempt: z.int(),
  committedAt: z.string(),
  provider: z.string(),
  software: z.record(z.string(), z.string()),
  /** How soon the policy answered, on the machine that made the part; absent in commits of older versions. */
  realtime: realtimeCountsSchema.optional(),
});
export type Commit = z.output<typeof commitSchema>;

/** expected = ok + error + skipped. */
export function isConserved(rows: RowCounts): boolean {
  return rows.expected === rows.ok + rows.error + rows.skipped;
}

export function addRowCounts(a: RowCounts, b: RowCounts): RowCounts {
  return {
    expected: a.expected + b.expected,
    ok: a.ok + b.ok,
    error: a.error + b.error,
    skipped: a.skipped + b.skipped,
  };
}

export const NO_ROWS: RowCounts = { expected: 0, ok: 0, error: 0, skipped: 0 };
