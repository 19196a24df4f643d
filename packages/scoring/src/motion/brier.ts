import { at } from '@drivesweep/geometry';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { probabilitiesOf } from '../probability.ts';
import type { WindowToScore } from '../window.ts';

/**
 * What a policy's probabilities are worth: the distance of the best end plus a penalty for not having been sure of it.
 */

const AV2 = 'argoverse/av2-api@b7321d1:src/av2/datasets/motion_forecasting/eval/metrics.py';
const COMMON = { unit: 'm', range: '>= 0', better: 'lower' } as const;

/** Probabilities that add up to 1 within this are taken for a distribution. */
const SUM_TOLERANCE = 1e-3;

const CARDS = {
  asGiven: {
    pattern: 'brier_min_fde_K@H',
    definition:
      'XY distance at H of the sample whose end is nearest, plus (1 - its probability)^2, with the probabilities as given.',
    ...COMMON,
    validity: `windows whose K samples all have a probability, adding up to 1 within ${SUM_TOLERANCE}`,
    source: AV2,
  },
  normalised: {
    pattern: 'brier_min_fde_K@H[normalised]',
    definition: 'brier_min_fde_K@H with the probabilities divided by their sum.',
    ...COMMON,
    validity: 'windows whose K samples all have a probability, not all 0',
    source: `${AV2} (normalize)`,
  },
} as const satisfies Record<string, MetricCard>;

export const brier: MetricFamily = {
  name: 'brier',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const { samples, horizonSteps } = parameters;
    const values = { samples, horizon: wholeHorizon(parameters) };
    return {
      metrics: [metricOf(CARDS.asGiven, values), metricOf(CARDS.normalised, values)],
      score: (window, out, offset) => {
        const probabilities = probabilitiesOf(window.samples);
        const sum = probabilities?.reduce((a, b) => a + b, 0) ?? NaN;
        const { k, fdeM } = nearestEnd(window, horizonSteps - 1);
        const probability = probabilities?.[k] ?? NaN;
        const isDistribution = Math.abs(sum - 1) <= SUM_TOLERANCE;
        out[offset] = isDistribution ? brierFde(fdeM, probability) : NaN;
        out[offset + 1] = sum > 0 ? brierFde(fdeM, probability / sum) : NaN;
      },
    };
  },
};

/** The final distance of a sample, and the penalty for how probable it was said to be. */
export function brierFde(fdeM: number, probability: number): number {
  return fdeM + (1 - probability) ** 2;
}

/** The sample whose end is nearest to the future's; the first of equals. */
function nearestEnd({ samples, future }: WindowToScore, t: number): { k: number; fdeM: number } {
  let best = { k: 0, fdeM: Infinity };
  samples.forEach(({ x, y }, k) => {
    const fdeM = Math.hypot(at(x, t) - at(future.x, t), at(y, t) - at(future.y, t));
    if (fdeM < best.fdeM) best = { k, fdeM };
  });
  return best;
}
