import type { Metrics } from '@drivesweep/service-kit';
import { comparedLines } from './score-lines.ts';
import type { SealedScores } from './sealed-scores.ts';

/** Policies whose newest sweep is shown, newest first: names are labels, and labels must not grow without end. */
const POLICIES = 10;

/**
 * The headline of the newest sealed sweep of each policy, over all windows, and whether it got worse than the sweep
 * before it. Everything else about scores is in the JSON API.
 */
export function addScoreGauges(metrics: Metrics, scores: SealedScores): void {
  const labels = ['policy', 'metric'] as const;
  const value = metrics.gauge('score', 'Mean of the newest sealed sweep of a policy', labels);
  const windows = metrics.gauge('score_windows', 'Windows that the mean is over', labels);
  const before = metrics.gauge('score_before', 'The same number of the sweep before it', labels);
  const worse = metrics.gauge(
    'score_regression',
    '1 when the mean got worse than in the sweep before and the intervals do not overlap, else 0',
    labels,
  );
  const sealed = metrics.gauge(
    'score_sealed_timestamp_seconds',
    'When the newest sweep of a policy was sealed',
    ['policy'],
  );
  metrics.onScrape(() => {
    for (const gauge of [value, windows, before, worse]) gauge.reset();
    sealed.reset();
    for (const standing of scores.standings().slice(0, POLICIES)) {
      const { policy } = standing.latest.about;
      sealed.set({ policy }, Date.parse(standing.latest.sealedAt) / 1000);
      for (const { id, slice, mean, n } of standing.latest.metrics) {
        if (slice !== 'all' || mean === null) continue;
        value.set({ policy, metric: id }, mean);
        windows.set({ policy, metric: id }, n);
      }
      for (const line of comparedLines(standing)) {
        if (line.slice !== 'all' || line.meanBefore === null) continue;
        const { metric } = line;
        before.set({ policy, metric }, line.meanBefore);
        worse.set({ policy, metric }, line.verdict === 'worse' ? 1 : 0);
      }
    }
  });
}
