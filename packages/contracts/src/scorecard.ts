import { z } from 'zod';
import { rowCountsSchema } from './commit.ts';
import type { Manifest } from './manifest.ts';
import type { SweepSpec } from './sweep-spec.ts';

const number = z.number().nullable();

/** A 95 % percentile interval of the mean, by resampling drives. */
export const intervalSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  /** Drives that were resampled, or groups of drives where there are more of them than the bootstrap keeps. */
  clusters: z.int(),
});
export type Interval = z.output<typeof intervalSchema>;

/** One number of a scorecard. `mean` is null when nothing was scored: missing is never zero. */
export const metricSummarySchema = z.strictObject({
  /** Says which error, horizon, number of samples and selection, for example `min_ade_6@3.0s[full]`. */
  id: z.string(),
  /** `all`, or `fact=value`. */
  slice: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher', 'neither']),
  mean: number,
  /** Windows that went into the mean. */
  n: z.int(),
  /** Windows of the slice without this value because they failed, were skipped or are missing. */
  failed: z.int(),
  skipped: z.int(),
  missing: z.int(),
  /** Windows that are ok but where this metric does not apply. */
  undefined: z.int(),
  min: number,
  max: number,
  /** Within the relative error that `statistics` names; null as the mean. */
  median: number,
  p90: number,
  p95: number,
  /** Share of the scored windows above a threshold that the metric's card names; null where it names none. */
  tail: z.strictObject({ above: z.number(), share: z.number() }).nullable(),
  /** Null for fewer than two drives, or where the scorecard does not work one out. */
  interval: intervalSchema.nullable(),
  /**
   * The mean if every window that failed, was skipped or is missing had been as bad as can be: the end of the metric's
   * range, or the worst window seen where the range has no end (`imputed` says which value). Null without a worse side.
   */
  worstCase: z.strictObject({ mean: z.number(), imputed: z.number() }).nullable(),
  /** `few_drives`: under 20 drives, so the interval is not to be trusted; `few_windows`: under the minimum count. */
  warnings: z.array(z.enum(['few_drives', 'few_windows'])),
});
export type MetricSummary = z.output<typeof metricSummarySchema>;

/** The mean over the slices of a fact, each counting once: what the mean over windows hides when one slice is large. */
export const macroMeanSchema = z.strictObject({
  id: z.string(),
  fact: z.string(),
  mean: z.number(),
  /** Slices that went in, and those that were left out because they hold too few windows. */
  slices: z.int(),
  leftOut: z.int(),
});
export type MacroMean = z.output<typeof macroMeanSchema>;

/** The summary over windows and slices. Holds nothing that depends on when, where or by whom it was computed. */
export const scorecardSchema = z.strictObject({
  schema: z.literal('scorecard/2'),
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
  /** How intervals, quantiles and minimum counts were made. */
  statistics: z.strictObject({
    confidence: z.number(),
    draws: z.int(),
    seed: z.int(),
    minimumWindows: z.int(),
    minimumDrives: z.int(),
    quantileRelativeError: z.number(),
  }),
  /** Ids of the metrics to look at first; slices have these only. */
  headline: z.array(z.string()),
  metrics: z.array(metricSummarySchema),
  macro: z.array(macroMeanSchema),
  /** Facts that are not sliced by because they have too many values. */
  factsNotSliced: z.array(z.string()),
});
export type Scorecard = z.output<typeof scorecardSchema>;

/** What scorecards and comparisons say about a sealed sweep. */
export function aboutSweep(
  spec: SweepSpec,
  { outcome }: Pick<Manifest, 'outcome'>,
): Scorecard['sweep'] {
  return {
    id: spec.sweepId,
    name: spec.name,
    policy: spec.policy.name,
    bundleSha256: spec.policy.bundleSha256,
    dataset: spec.dataset.layout,
    revision: spec.dataset.revision,
    fingerprint: spec.dataset.fingerprint,
    samples: spec.samples,
    seed: spec.seed,
    historySteps: spec.historySteps,
    horizonSteps: spec.horizonSteps,
    stepUs: spec.stepUs,
    outcome,
  };
}
