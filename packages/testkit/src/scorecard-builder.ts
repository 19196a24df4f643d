import type { MetricSummary, Scorecard } from '@drivesweep/contracts';

/** One number of a scorecard: scored for all of 521 windows. */
export function buildMetric(changes: Partial<MetricSummary> = {}): MetricSummary {
  return {
    id: 'ade_first@6.4s',
    slice: 'all',
    unit: 'm',
    mean: 4.25,
    n: 521,
    failed: 0,
    skipped: 0,
    missing: 0,
    undefined: 0,
    min: 0.5,
    max: 9,
    ...changes,
  };
}

export interface BuiltScorecard extends Omit<Partial<Scorecard>, 'sweep'> {
  readonly sweep?: Partial<Scorecard['sweep']>;
}

/** A complete sweep of 521 windows with one metric. */
export function buildScorecard({ sweep, ...changes }: BuiltScorecard = {}): Scorecard {
  return {
    schema: 'scorecard/1',
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
    drives: 1,
    metrics: [buildMetric()],
    ...changes,
  };
}
