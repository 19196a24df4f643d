import { ScoringError } from '../errors.ts';
import type { MetricInfo } from '../metric.ts';
import { BlockMemory } from './block-memory.ts';
import { BOOTSTRAP } from './bootstrap.ts';
import type { Resampling } from './bootstrap.ts';
import { createDriveClusters, MAX_CLUSTERS } from './drive-clusters.ts';
import { createFactSlices } from './fact-slices.ts';
import { driveMeans, macroMean } from './macro-means.ts';
import type { MacroMean } from './macro-means.ts';
import { assertValues, createMetricColumns } from './metric-columns.ts';
import { summariesOf } from './metric-summary.ts';
import type { MetricSummary, MinimumCounts } from './metric-summary.ts';
import { QUANTILE_RELATIVE_ERROR } from './quantile-sketch.ts';
import { SliceTotals } from './slice-totals.ts';
import { WindowBlock } from './window-block.ts';

/** The slice of every window. */
export const ALL_WINDOWS = 'all';

/** The fact of a macro mean in which every drive counts once. */
const DRIVE = 'drive';

/** A fact with more values than this is a name rather than a property, and is not sliced by. */
const MAX_VALUES_PER_FACT = 64;

/** What is known about one expected window when everything is over. */
export interface WindowOutcome {
  readonly status: 'ok' | 'error' | 'skipped' | 'missing';
  /** Null for a window that is missing: it has no row. Windows of one drive depend on each other. */
  readonly driveId: string | null;
  /** Slices that the window is in; may be empty, then it counts in `all` only. */
  readonly facts: Readonly<Record<string, string>>;
  /** What the values are, if not what the summary was made for: always the same array for the same list. */
  readonly metrics?: readonly MetricInfo[];
  /** One value per metric when ok; NaN or null where the metric does not apply. Not looked at otherwise. */
  readonly values: ArrayLike<number | null>;
}

/** How intervals, quantiles and minimum counts are made. */
export type Statistics = MinimumCounts &
  Required<Resampling> & { readonly quantileRelativeError: number };

export interface Summary {
  /**
   * @throws ScoringError SCORING_SHAPE for an ok window without a drive or without one value per metric,
   * SCORING_NOT_FINITE for infinity
   */
  add(window: WindowOutcome): void;
  /** Every metric of `all` first, then the headline metrics of the slices, slices in natural order. */
  metrics(): MetricSummary[];
  /** Headline metrics by the slices of a fact, facts by name, and by `drive` while there are no more than 1,024. */
  macroMeans(): MacroMean[];
  /** Ids of the metrics that slices have, the first to look at first. */
  headline(): string[];
  /** Facts that are not sliced by because they have too many values, by name. */
  factsNotSliced(): string[];
  readonly statistics: Statistics;
}

export interface SummaryOptions extends Partial<MinimumCounts>, Resampling {
  readonly maxValuesPerFact?: number;
  readonly maxClusters?: number;
}

/**
 * Adds up windows by slice and metric. The result does not depend on the order of the windows: sums are exact until
 * they are read or lie on a grid where adding is exact, quantiles come from counts, and a fact with too many values
 * loses all its slices, whichever values came first. Memory grows with metrics, slices and (up to a bound) drives, not
 * with windows.
 * @param metrics what the values of a window are, in order, unless the window says otherwise
 */
export function createSummary(
  metrics: readonly MetricInfo[],
  {
    maxValuesPerFact = MAX_VALUES_PER_FACT,
    maxClusters = MAX_CLUSTERS,
    minimumWindows = 30,
    minimumDrives = 20,
    ...resampling
  }: SummaryOptions = {},
): Summary {
  const statistics: Statistics = {
    ...BOOTSTRAP,
    ...resampling,
    minimumWindows,
    minimumDrives,
    quantileRelativeError: QUANTILE_RELATIVE_ERROR,
  };
  const columns = createMetricColumns(metrics);
  const clusters = createDriveClusters(maxClusters);
  const memory = new BlockMemory();
  const facts = createFactSlices(maxValuesPerFact, () => new SliceTotals(memory));
  const all = new SliceTotals(memory);
  const block = new WindowBlock(memory, all);

  const clusterOf = (driveId: string): number => {
    const wereGroups = clusters.areGroups();
    const cluster = clusters.clusterOf(driveId);
    if (!wereGroups && clusters.areGroups()) {
      block.flush();
      for (const slice of [all, ...facts.all()]) slice.renumberClusters(clusters.groupOf);
    }
    return cluster;
  };

  /** A dataset may have a fact of its own that is called `drive`. */
  const areDrivesKept = (column: number): boolean =>
    !clusters.areGroups() && all.hasExactClusters(column) && !facts.has(DRIVE);

  return {
    statistics,
    add(window) {
      const { status } = window;
      if (status !== 'ok') {
        for (const slice of [all, ...facts.slicesOf(window.facts)]) slice.counts[status]++;
        return;
      }
      const metricsOfWindow = window.metrics ?? metrics;
      // Before anything is counted, so that a refused window leaves no trace.
      assertValues(metricsOfWindow, window.values);
      const layout = columns.layoutOf(metricsOfWindow);
      const cluster = clusterOf(requireDrive(window));
      const slices = facts.slicesOf(window.facts);
      all.counts.ok++;
      for (const slice of slices) slice.counts.ok++;
      block.add(layout, window.values, cluster, slices);
    },
    metrics() {
      block.flush();
      const headline = columns.headline().map(({ metric, headlineColumn }) => ({
        metric,
        column: headlineColumn,
      }));
      const slices = facts.named().map(([name, totals]) => ({ name, totals, places: headline }));
      const whole = { name: ALL_WINDOWS, totals: all, places: columns.placed() };
      return summariesOf([whole, ...slices], clusters.inOrder(), statistics);
    },
    macroMeans() {
      block.flush();
      return columns.headline().flatMap(({ metric: { id }, column, headlineColumn }) => {
        const byFact = facts.byFact().map(([fact, slices]) => {
          const ofSlices = slices.map((slice) => slice.column(headlineColumn));
          return macroMean(id, fact, ofSlices, minimumWindows);
        });
        const drives = areDrivesKept(column) ? all.clusterTotals([column], clusters.inOrder()) : [];
        const byDrive = drives.map((totals) => macroMean(id, DRIVE, driveMeans(totals), 1));
        return [...byFact, ...byDrive].filter((mean) => mean !== null);
      });
    },
    headline: () => columns.headline().map(({ metric }) => metric.id),
    factsNotSliced: () => facts.notSliced(),
  };
}

function requireDrive({ driveId }: WindowOutcome): string {
  if (driveId !== null) return driveId;
  throw new ScoringError(
    'SCORING_SHAPE',
    'driveId: expected one for a window that is ok, got null',
  );
}
