import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';

/** One number of a scorecard. `mean` is null when nothing was scored: missing is never zero. */
export const metricSummarySchema = z.strictObject({
  /** Says which error, horizon, number of samples and selection, for example `min_ade_6@3.0s[full]`. */
  id: z.string(),
  /** `all`, or `fact=value`. */
  slice: z.string(),
  unit: z.string(),
  mean: z.number().nullable(),
  /** Windows that went into the mean. */
  n: z.int(),
  /** Windows of the slice without this value because they failed, were skipped or are missing. */
  failed: z.int(),
  skipped: z.int(),
  missing: z.int(),
  /** Windows that are ok but where this metric does not apply. */
  undefined: z.int(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type MetricSummary = z.output<typeof metricSummarySchema>;

/** The summary over windows and slices. Holds nothing that depends on when, where or by whom it was computed. */
export const scorecardSchema = z.strictObject({
  schema: z.literal('scorecard/1'),
  sweep: z.strictObject({
    id: z.string(),
    name: z.string(),
    policy: z.string(),
    bundleSha256: z.string(),
    dataset: z.string(),
    revision: z.string().nullable(),
    fingerprint: z.string(),
    samples: z.int(),
    seed: z.int(),
    historySteps: z.int(),
    horizonSteps: z.int(),
    stepUs: z.int(),
    outcome: z.enum(['complete', 'partial']),
  }),
  scoringId: z.string(),
  counts: rowCountsSchema.extend({ missing: z.int() }),
  errors: z.record(z.string(), z.int()),
  drives: z.int(),
  metrics: z.array(metricSummarySchema),
});
export type Scorecard = z.output<typeof scorecardSchema>;
