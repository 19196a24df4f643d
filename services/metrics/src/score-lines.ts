import type { MetricSummary } from '@drivesweep/contracts';
import type { SealedScore, Standing } from './sealed-scores.ts';

/** One number of one sealed sweep, flat: a row of a table in Grafana. Null is what nothing was scored for. */
export interface ScoreLine {
  readonly sealedAt: string;
  readonly sweepId: string;
  readonly sweep: string;
  readonly policy: string;
  readonly dataset: string;
  readonly outcome: string;
  readonly metric: string;
  readonly slice: string;
  readonly unit: string;
  readonly better: MetricSummary['better'];
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p95: number | null;
  readonly n: number;
  readonly notScored: number;
}

/** A number of the newest sweep of a policy beside the same number of the sweep before it. */
export interface ComparedLine {
  readonly policy: string;
  readonly sweep: string;
  readonly before: string;
  readonly metric: string;
  readonly slice: string;
  readonly unit: string;
  readonly mean: number | null;
  readonly meanBefore: number | null;
  readonly change: number | null;
  readonly verdict: Verdict;
}

/** `worse` and `better` only where the two intervals do not overlap; without intervals nothing is said. */
export type Verdict = 'better' | 'worse' | 'no difference seen' | 'not known';

export function scoreLines({ sealedAt, about, metrics }: SealedScore): ScoreLine[] {
  return metrics.map((metric) => ({
    sealedAt,
    sweepId: about.id,
    sweep: about.name,
    policy: about.policy,
    dataset: about.dataset,
    outcome: about.outcome,
    metric: metric.id,
    slice: metric.slice,
    unit: metric.unit,
    better: metric.better,
    mean: metric.mean,
    low: metric.interval?.low ?? null,
    high: metric.interval?.high ?? null,
    p95: metric.p95,
    n: metric.n,
    notScored: metric.failed + metric.skipped + metric.missing + metric.undefined,
  }));
}

export function comparedLines({ latest, before }: Standing): ComparedLine[] {
  if (before === null) return [];
  const old = new Map(before.metrics.map((metric) => [`${metric.id} ${metric.slice}`, metric]));
  return latest.metrics.flatMap((metric) => {
    const was = old.get(`${metric.id} ${metric.slice}`);
    if (!was) return [];
    const change = metric.mean === null || was.mean === null ? null : metric.mean - was.mean;
    return [
      {
        policy: latest.about.policy,
        sweep: latest.about.name,
        before: before.about.name,
        metric: metric.id,
        slice: metric.slice,
        unit: metric.unit,
        mean: metric.mean,
        meanBefore: was.mean,
        change,
        verdict: verdictOf(metric, was),
      },
    ];
  });
}

/** Careful on purpose: two sweeps are compared window by window, and better, by `drivesweep compare`. */
export function verdictOf(now: MetricSummary, was: MetricSummary): Verdict {
  if (!now.interval || !was.interval || now.better === 'neither') return 'not known';
  const above = now.interval.low > was.interval.high;
  const below = now.interval.high < was.interval.low;
  if (!above && !below) return 'no difference seen';
  return above === (now.better === 'lower') ? 'worse' : 'better';
}
