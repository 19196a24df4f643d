import type { MetricFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { AGREEMENT_METRICS, META_METRICS } from './agreement-metrics.ts';
import { createIntentReader } from './intent-reading.ts';
import { tallyMeta, tallyTraces } from './intent-tally.ts';
import { REASON_METRICS } from './reason-metrics.ts';

/**
 * Stated intent: one pass over a window reads every trace and path once, counts, and divides. A policy that states no
 * reasons has no value in any number about traces, and pays for the meta-actions of its plans only.
 */

const TRACE_METRICS = [...AGREEMENT_METRICS, ...REASON_METRICS];

export const intent: MetricFamily = {
  name: 'intent',
  cards: [...META_METRICS, ...TRACE_METRICS].map(({ card }) => card),
  prepare(parameters) {
    const read = createIntentReader(parameters);
    return {
      metrics: [...META_METRICS, ...TRACE_METRICS].map(({ card }) => metricOf(card, parameters)),
      score: (window, out, offset) => {
        const reading = read(window);
        const meta = tallyMeta(reading);
        META_METRICS.forEach(({ value }, i) => (out[offset + i] = value(meta)));
        const traces = tallyTraces(reading);
        const from = offset + META_METRICS.length;
        TRACE_METRICS.forEach(({ value }, i) => {
          out[from + i] = traces === undefined ? NaN : value(traces);
        });
      },
    };
  },
};
