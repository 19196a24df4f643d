import type { ScoringParameters, WindowToScore } from './window.ts';

/** What a metric is, once for all its ids. docs/metrics.md is generated from these. */
export interface MetricCard {
  /** How its ids read, with K for the number of samples and H for the horizon, for example `min_ade_K@H[full]`. */
  readonly pattern: string;
  readonly definition: string;
  readonly unit: MetricUnit;
  readonly range: string;
  readonly better: 'lower' | 'higher';
  /** Which windows have a value. */
  readonly validity: string;
  /** Who defines it this way. */
  readonly source: string;
}

/** `fraction` is 0 or 1 for one window; its mean is the fraction of windows. */
export type MetricUnit = 'm' | 'fraction';

/** One column of scores. */
export interface MetricInfo {
  /** Says which error, horizon, number of samples and selection, for example `min_ade_6@3.0s[full]`. */
  readonly id: string;
  readonly unit: MetricUnit;
  /** The card that defines it. */
  readonly pattern: string;
}

/** Metrics that are computed together because they share work. */
export interface MetricFamily {
  readonly name: string;
  readonly cards: readonly MetricCard[];
  /** Everything that does not depend on the window, worked out once per sweep. */
  prepare(parameters: ScoringParameters): PreparedFamily;
}

export interface PreparedFamily {
  /** In the order in which `score` writes them. */
  readonly metrics: readonly MetricInfo[];
  /** Writes one value per metric from `out[offset]` on; NaN where the metric does not apply to this window. */
  readonly score: (window: WindowToScore, out: Float64Array, offset: number) => void;
}
