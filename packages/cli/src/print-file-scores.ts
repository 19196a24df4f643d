import type { MetricSummary } from '@drivesweep/scoring';
import { formatTable } from './table.ts';
import type { FileSummary, ScoredRecord } from './score-predictions.ts';

/** One window as one line of JSON: its scores and verdicts, or its error. */
export function recordLine(record: ScoredRecord): string {
  const { line, windowId } = record;
  if (record.kind === 'refused') {
    const { status, code, message } = record;
    return JSON.stringify({ line, window_id: windowId, status, error: { code, message } });
  }
  const { parameters, scores, judgement } = record;
  return JSON.stringify({
    line,
    window_id: windowId,
    status: 'ok',
    samples: parameters.samples,
    horizon_steps: parameters.horizonSteps,
    dt_s: parameters.stepS,
    scores,
    traces: judgement.traces,
    verdicts: judgement.verdicts,
  });
}

/** The last line of JSON. */
export function summaryLine(summary: FileSummary): string {
  return JSON.stringify({ summary });
}

/** What a person reads: the headline metrics of all windows, and what is not in them. */
export function formatSummary(summary: FileSummary): string {
  const { counts, errors, drives, headline, statistics } = summary;
  const all = summary.metrics.filter(({ slice }) => slice === 'all');
  const shown = headline.flatMap((id) => all.filter((metric) => metric.id === id && metric.n > 0));
  const rows = shown.map((metric) => [
    metric.id,
    metric.unit,
    number(metric.mean),
    metric.interval
      ? `[${number(metric.interval.low)}, ${number(metric.interval.high)}]`
      : 'no interval',
    number(metric.median),
    number(metric.p95),
    String(metric.n),
  ]);
  const excluded = counts.expected - counts.ok;
  return [
    `windows ${counts.expected}: ${counts.ok} scored, ${counts.error} errors, ${counts.skipped} skipped`,
    ...Object.entries(errors).map(([code, windows]) => `  ${code} ${windows}`),
    '',
    ...formatTable(COLUMNS, rows),
    `${all.length - shown.length} more metrics are in the summary of --json`,
    ...(excluded > 0 ? worstCaseLines(shown[0]) : []),
    ...(drives < statistics.minimumDrives
      ? [
          `${drives} drives: under ${statistics.minimumDrives}, so do not trust the intervals; windows of one drive depend on each other`,
        ]
      : []),
    ...(summary.windowsWithoutDrive > 0
      ? [
          `${summary.windowsWithoutDrive} windows do not say which drive they are of (drive_id): each counts as a drive`,
        ]
      : []),
  ].join('\n');
}

const COLUMNS = [
  { title: 'metric', align: 'left' },
  { title: 'unit', align: 'left' },
  { title: 'mean', align: 'right' },
  { title: '95 % interval', align: 'right' },
  { title: 'median', align: 'right' },
  { title: 'p95', align: 'right' },
  { title: 'n', align: 'right' },
] as const;

function worstCaseLines(metric: MetricSummary | undefined): string[] {
  if (!metric?.worstCase) return [];
  const { mean, imputed } = metric.worstCase;
  return [
    `${metric.id} would be ${number(mean)} ${metric.unit} if every window without scores were at ${number(imputed)}`,
  ];
}

function number(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
