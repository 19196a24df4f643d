import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';

/**
 * The life of a sweep, as the HTTP API tells it.
 *
 * planning -> running -> sealing -> scoring -> complete | partial
 * planning, running -> cancelled -> (resume) -> running
 * partial -> (resume) -> running
 * planning -> refused: the plan could not be made; `message` says why
 */
export const SWEEP_STATES = [
  'planning',
  'running',
  'sealing',
  'scoring',
  'complete',
  'partial',
  'cancelled',
  'refused',
] as const;
export type SweepState = (typeof SWEEP_STATES)[number];

export const sweepStatusSchema = z.strictObject({
  sweepId: z.string(),
  name: z.string(),
  policy: z.string(),
  state: z.enum(SWEEP_STATES),
  message: z.string().nullable(),
  counts: rowCountsSchema,
  /** Windows with an answer so far: ok + error + skipped. */
  done: z.int(),
  errors: z.record(z.string(), z.int()),
  shards: z.strictObject({
    total: z.int(),
    committed: z.int(),
    inFlight: z.int(),
    quarantined: z.int(),
  }),
  scoredShards: z.int(),
  /** Over the last half minute; null until there is something to measure. */
  windowsPerS: z.number().nullable(),
  etaS: z.number().nullable(),
  workers: z.int(),
  scoringId: z.string().nullable(),
});
export type SweepStatus = z.output<typeof sweepStatusSchema>;

/** Answer of POST /v1/sweeps. */
export const submittedSchema = z.strictObject({ sweepId: z.string(), created: z.boolean() });
export type Submitted = z.output<typeof submittedSchema>;

/** Body of every answer that is not 2xx. */
export const apiErrorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  /** Mistakes in the sweep file, each with the path of its field. */
  issues: z.array(
    z.strictObject({ path: z.array(z.union([z.string(), z.int()])), message: z.string() }),
  ),
});
export type ApiError = z.output<typeof apiErrorSchema>;
