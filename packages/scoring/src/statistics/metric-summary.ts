import type { Better, MetricInfo, MetricUnit } from '../metric.ts';
import { bootstrapMeans } from './bootstrap.ts';
import type { ClusterTotals, MeanInterval, Resampling } from './bootstrap.ts';
import type { Column, SliceTotals } from './slice-totals.ts';

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

/** The summaries of one slice, in the order of `places`. */
export function summariesOf(
  slice: string,
  totals: SliceTotals,
  places: readonly { readonly metric: MetricInfo; readonly column: number }[],
  options: MinimumCounts & Resampling,
): MetricSummary[] {
  const clusters = places.map(({ column }) => totals.clusterTotals(column));
  const intervals = bootstrapMeans(clusters, options);
  return places.map(({ metric, column: index }, i) => {
    const column = totals.column(index);
    const { error: failed, skipped, missing, ok } = totals.counts;
    const drives = clusterCount(clusters[i]);
    return {
      id: metric.id,
      slice,
      unit: metric.unit,
      better: metric.better,
      ...column.total(),
      failed,
      skipped,
      missing,
      undefined: ok - column.n,
      ...spreadOf(column),
      tail: tailOf(metric, column),
      interval: totals.hasExactClusters(index) ? (intervals[i] ?? null) : null,
      worstCase: worstCaseOf(metric, column, failed + skipped + missing),
      warnings: [
        ...(drives < options.minimumDrives ? (['few_drives'] as const) : []),
        ...(column.n < options.minimumWindows ? (['few_windows'] as const) : []),
      ],
    };
  });
}

function clusterCount(clusters: ClusterTotals | undefined): number {
  return clusters?.counts.reduce((drives, count) => drives + (count > 0 ? 1 : 0), 0) ?? 0;
}

function spreadOf(column: Column): Pick<MetricSummary, 'min' | 'max' | 'median' | 'p90' | 'p95'> {
  const { n, min, max } = column;
  if (n === 0) return { min: null, max: null, median: null, p90: null, p95: null };
  const [median, p90, p95] = column.sketch.quantiles(SHARES, { min, max });
  return { min, max, median: median ?? null, p90: p90 ?? null, p95: p95 ?? null };
}

function tailOf({ tailAbove }: MetricInfo, { n, above }: Column): MetricSummary['tail'] {
  return tailAbove === undefined || n === 0 ? null : { above: tailAbove, share: above / n };
}

/** A bound of nothing says nothing, so there is none when nothing was scored. */
function worstCaseOf(
  { better, worst }: MetricInfo,
  { n, sum, min, max }: Column,
  excluded: number,
): MetricSummary['worstCase'] {
  if (better === 'neither' || n === 0) return null;
  const imputed = worst ?? (better === 'lower' ? max : min);
  return { mean: (sum.value() + imputed * excluded) / (n + excluded), imputed };
}
