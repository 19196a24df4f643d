import type { DirectedWindow } from './directed-window.ts';
import type { ScoringParameters } from './window.ts';

/** What a metric is, once for all its ids. docs/metrics.md is generated from these. */
export interface MetricCard {
  /** How its ids read, with K for the number of samples and H for the horizon, for example `min_ade_K@H[full]`. */
  readonly pattern: string;
  readonly definition: string;
  readonly unit: MetricUnit;
  readonly range: string;
  /** `neither` for numbers that describe rather than judge. */
  readonly better: Better;
  /** The worst value there can be, where its unit does not say so: a fraction ends at 0 and 1, a distance at 0. */
  readonly worst?: number;
  /** Scorecards count the share of windows above this value. */
  readonly tailAbove?: number;
  /** Which windows have a value. */
  readonly validity: string;
  /** Who defines it this way. */
  readonly source: string;
}

export type Better = 'lower' | 'higher' | 'neither';

/**
 * `fraction` lies in 0 ... 1: a yes or no for one window, or a share of its steps or samples.
 * `score` has no unit; its card says what it means.
 */
export type MetricUnit = 'm' | 'm/s^2' | 'fraction' | 'bit' | 'score';

/** One column of scores. */
export interface MetricInfo {
  /** Says which error, horizon, number of samples and selection, for example `min_ade_6@3.0s[full]`. */
  readonly id: string;
  readonly unit: MetricUnit;
  /** The card that defines it. */
  readonly pattern: string;
  readonly better: Better;
  /** The worst value there can be; absent where the metric has no worse side or no end to it. */
  readonly worst?: number;
  /** As of its card. */
  readonly tailAbove?: number;
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
  readonly score: (window: DirectedWindow, out: Float64Array, offset: number) => void;
}
