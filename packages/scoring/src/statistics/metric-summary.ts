import type { Better, MetricInfo, MetricUnit } from '../metric.ts';
import { bootstrapMeans } from './bootstrap.ts';
import type { ClusterTotals, MeanInterval, Resampling } from './bootstrap.ts';
import type { ColumnTotal } from './column-totals.ts';
import type { SliceTotals } from './slice-totals.ts';

/** One number of a scorecard. Every mean stands beside how many windows it is and is not about. */
export interface MetricSummary {
  readonly id: string;
  /** `all`, or `fact=value`. */
  readonly slice: string;
  readonly unit: MetricUnit;
  readonly better: Better;
  /** Null when nothing was scored, as are all the numbers that follow from values: missing is never zero. */
  readonly mean: number | null;
  /** Windows that went into the mean. */
  readonly n: number;
  readonly failed: number;
  readonly skipped: number;
  readonly missing: number;
  /** Windows that are ok but where this metric does not apply. */
  readonly undefined: number;
  readonly min: number | null;
  readonly max: number | null;
  /** Within `QUANTILE_RELATIVE_ERROR`. */
  readonly median: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  /** Share of the scored windows above the tail of the metric's card; null also where it names none. */
  readonly tail: { readonly above: number; readonly share: number } | null;
  /** Null for fewer than two drives with a value. */
  readonly interval: MeanInterval | null;
  /** The mean if every window that failed, was skipped or is missing had been `imputed`. Null without a worse side. */
  readonly worstCase: { readonly mean: number; readonly imputed: number } | null;
  readonly warnings: ('few_drives' | 'few_windows')[];
}

/** Below these counts a number carries a warning. */
export interface MinimumCounts {
  readonly minimumWindows: number;
  readonly minimumDrives: number;
}

/** Quantiles that a scorecard tells. */
const SHARES = [0.5, 0.9, 0.95] as const;

/** What is to be told of one slice. */
export interface SliceToSum {
  readonly name: string;
  readonly totals: SliceTotals;
  readonly places: readonly { readonly metric: MetricInfo; readonly column: number }[];
}

/**
 * The summaries of all slices, in their order and in that of their `places`. Intervals are made together: it is faster.
 * @param order of the clusters
 */
export function summariesOf(
  slices: readonly SliceToSum[],
  order: readonly number[],
  options: MinimumCounts & Resampling,
): MetricSummary[] {
  const told = slices.flatMap(({ name, totals, places }) => {
    const columns = places.map(({ column }) => column);
    const clusters = totals.clusterTotals(columns, order);
    return places.map((place, i) => ({ ...place, name, totals, clusters: clusters[i] ?? NONE }));
  });
  const intervals = bootstrapMeans(
    told.map(({ clusters }) => clusters),
    options,
  );
  return told.map(({ name, totals, metric, column: index, clusters }, i) => {
    const column = totals.column(index);
    const { n, mean } = column;
    const { error: failed, skipped, missing, ok } = totals.counts;
    return {
      id: metric.id,
      slice: name,
      unit: metric.unit,
      better: metric.better,
      n,
      mean,
      failed,
      skipped,
      missing,
      undefined: ok - n,
      ...spreadOf(column),
      tail: tailOf(metric, column),
      interval: totals.hasExactClusters(index)
        ? aroundMean(intervals[i] ?? null, clusters, mean)
        : null,
      worstCase: worstCaseOf(metric, column, failed + skipped + missing),
      warnings: [
        ...(clusterCount(clusters) < options.minimumDrives ? (['few_drives'] as const) : []),
        ...(n < options.minimumWindows ? (['few_windows'] as const) : []),
      ],
    };
  });
}

/**
 * Sums of clusters are rounded to a millionth, window by window, and the mean is not: without moving the interval by what
 * that makes, the mean of many small values that are nearly the same would lie outside.
 */
function aroundMean(
  interval: MeanInterval | null,
  { sums, counts }: ClusterTotals,
  mean: number | null,
): MeanInterval | null {
  if (interval === null || mean === null) return null;
  const rounded = sum(sums) / sum(counts);
  const moved = mean - rounded;
  return { ...interval, low: interval.low + moved, high: interval.high + moved };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

const NONE: ClusterTotals = { sums: new Float64Array(), counts: new Float64Array() };

function clusterCount({ counts }: ClusterTotals): number {
  return counts.reduce((drives, count) => drives + (count > 0 ? 1 : 0), 0);
}

function spreadOf(
  column: ColumnTotal,
): Pick<MetricSummary, 'min' | 'max' | 'median' | 'p90' | 'p95'> {
  const { n, min, max, quantiles } = column;
  if (n === 0) return { min: null, max: null, median: null, p90: null, p95: null };
  const [median, p90, p95] = quantiles(SHARES);
  return { min, max, median: median ?? null, p90: p90 ?? null, p95: p95 ?? null };
}

function tailOf({ tailAbove }: MetricInfo, { n, above }: ColumnTotal): MetricSummary['tail'] {
  return tailAbove === undefined || n === 0 ? null : { above: tailAbove, share: above / n };
}

/** A bound of nothing says nothing, so there is none when nothing was scored. */
function worstCaseOf(
  { better, worst }: MetricInfo,
  { n, sum, min, max }: ColumnTotal,
  excluded: number,
): MetricSummary['worstCase'] {
  if (better === 'neither' || n === 0) return null;
  const imputed = worst ?? (better === 'lower' ? max : min);
  return { mean: (sum + imputed * excluded) / (n + excluded), imputed };
}
