import type { MetricSummary, Scorecard } from '@drivesweep/contracts';

/** One number of a scorecard: scored for all of 521 windows of 25 drives. */
export function buildMetric(changes: Partial<MetricSummary> = {}): MetricSummary {
  return {
    id: 'ade_first@6.4s',
    slice: 'all',
    unit: 'm',
    better: 'lower',
    mean: 4.25,
    n: 521,
    failed: 0,
    skipped: 0,
    missing: 0,
    undefined: 0,
    min: 0.5,
    max: 9,
    median: 4,
    p90: 7,
    p95: 8,
    tail: null,
    interval: { low: 3.5, high: 5, clusters: 25 },
    worstCase: { mean: 4.25, imputed: 9 },
    warnings: [],
    ...changes,
  };
}

export interface BuiltScorecard extends Omit<Partial<Scorecard>, 'sweep'> {
  readonly sweep?: Partial<Scorecard['sweep']>;
}

/** A complete sweep of 521 windows with one metric; every metric over all windows is a headline unless said otherwise. */
export function buildScorecard({ sweep, ...changes }: BuiltScorecard = {}): Scorecard {
  const metrics = changes.metrics ?? [buildMetric()];
  return {
    schema: 'scorecard/2',
    sweep: {
      id: 'sw-0123456789abcdef',
      name: 'comma',
      policy: 'kinematic:constant-velocity',
      bundleSha256: 'ab'.repeat(32),
      dataset: 'comma2k19',
      revision: null,
      fingerprint: 'cd'.repeat(32),
      samples: 1,
      seed: 7,
      historySteps: 16,
      horizonSteps: 64,
      stepUs: 100_000,
      outcome: 'complete',
      ...sweep,
    },
    scoringId: 'sc-0123456789abcdef',
    counts: { expected: 521, ok: 521, error: 0, skipped: 0, missing: 0 },
    errors: {},
    drives: 25,
    statistics: {
      confidence: 0.95,
      draws: 2000,
      seed: 0,
      minimumWindows: 30,
      minimumDrives: 20,
      quantileRelativeError: 0.005,
    },
    headline: metrics.filter(({ slice }) => slice === 'all').map(({ id }) => id),
    metrics,
    macro: [],
    factsNotSliced: [],
    ...changes,
  };
}
