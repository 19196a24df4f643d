import type { ManifestEntry, ScoreRow } from '@drivesweep/contracts';
import { createHistogram, isRank } from '@drivesweep/report';
import type { HistogramBuilder, HistogramCounts } from '@drivesweep/report';
import { headlineOf } from '@drivesweep/scoring';
import type { MetricInfo } from '@drivesweep/scoring';
import { createTopWindows } from './report-top-windows.ts';

export const WORST_SHOWN = 12;
export const CONTRADICTIONS_SHOWN = 12;
/** Scores tell shares of samples, verdicts are counted later: more windows than are shown are looked at closely. */
const CONTRADICTIONS_JUDGED = 24;

/** Scores that tell which windows have traces that do not hold. */
const CONTRADICTION_SCORES = /^(trace_contradicted|chain_break)_/;

/** Where the predictions of a window are. */
export interface WindowPlace {
  readonly windowId: string;
  readonly part: NonNullable<ManifestEntry['part']>;
  readonly values: readonly (number | null)[];
}

/** What a report needs from the rows that a scorecard is summed up from. */
export interface Highlights {
  see(part: WindowPlace['part'], rows: readonly ScoreRow[]): void;
  /** By metric id. */
  histograms(): Record<string, HistogramCounts>;
  worst(): readonly WindowPlace[];
  contradictions(): readonly WindowPlace[];
}

/**
 * Watches the rows of a sweep go by and keeps histograms of the headline metrics, the windows that the first of them
 * says are worst, and those whose scores say that traces do not hold. Memory does not grow with the windows, and the
 * order of the rows does not show.
 */
export function createHighlights(metrics: readonly MetricInfo[]): Highlights {
  const headline = headlineOf(metrics);
  const ranks = metrics.filter(({ id }) => isRank(id));
  const shown = [...headline, ...ranks].map(({ id }) => ({ id, column: columnOf(metrics, id) }));
  const histograms = new Map<string, HistogramBuilder>(
    shown.map(({ id }) => [id, createHistogram()]),
  );
  const [first] = headline;
  const contradicting = metrics.flatMap(({ id }, i) => (CONTRADICTION_SCORES.test(id) ? [i] : []));
  const worst = createTopWindows<WindowPlace>(WORST_SHOWN);
  const contradictions = createTopWindows<WindowPlace>(CONTRADICTIONS_JUDGED);

  const seeRow = (part: WindowPlace['part'], { windowId, values }: ScoreRow): void => {
    const place = (): WindowPlace => ({ windowId, part, values });
    for (const { id, column } of shown) histograms.get(id)?.add(values[column] ?? NaN);
    const value = first && values[columnOf(metrics, first.id)];
    if (first && value != null) worst.add(badness(first, value), windowId, place);
    const wrong = contradicting.reduce((sum, column) => sum + (values[column] ?? 0), 0);
    if (wrong > 0) contradictions.add(wrong, windowId, place);
  };

  return {
    see(part, rows) {
      for (const row of rows) if (row.status === 'ok') seeRow(part, row);
    },
    histograms() {
      const counted = [...histograms].map(([id, histogram]) => [id, histogram.counts()] as const);
      return Object.fromEntries(
        counted.flatMap(([id, counts]) => (counts === null ? [] : [[id, counts]])),
      );
    },
    worst: () => worst.items(),
    contradictions: () => contradictions.items(),
  };
}

function columnOf(metrics: readonly MetricInfo[], id: string): number {
  return metrics.findIndex((metric) => metric.id === id);
}

/** Larger is worse. */
function badness({ better }: MetricInfo, value: number): number {
  return better === 'higher' ? -value : value;
}
