import { at, emptyEgoPath } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { horizonsOf } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { indexOfMin, measureErrors } from './sample-errors.ts';
import type { ScoringParameters, WindowToScore } from '../window.ts';

/**
 * Choice: what is lost by having to pick one of the K samples, and what fewer samples would have scored.
 */

const METRES = { unit: 'm', range: '>= 0', better: 'lower' } as const;
const EVERY_WINDOW = 'every window that is ok';
const FAITHFUL = 'ziangwei/Faithful-Alpamayo-1.5@0deb6d9 (consensus candidate)';

const CARDS = {
  meanPathAde: {
    pattern: 'ade_mbr_K@H[mean_path]',
    definition:
      'ADE up to H of the sample that is, over the whole answer, on average nearest to the mean of the K samples.',
    ...METRES,
    tailAbove: 3,
    validity: EVERY_WINDOW,
    source: FAITHFUL,
  },
  gap: {
    pattern: 'selection_gap_K@H',
    definition:
      '(ade_first - min_ade_K[full]) / ade_first over the whole answer: the share of its error that the first sample would lose by a perfect choice.',
    unit: 'fraction',
    range: '0 ... 1',
    better: 'lower',
    validity: `${EVERY_WINDOW} and whose first sample is not the future itself`,
    source: FAITHFUL,
  },
  bestOfFewer: {
    pattern: 'ade_best_k_of_K@H',
    definition:
      'Mean, over all choices of k of the K samples, of the lowest ADE among them: what min_ade_k would be on average, without bias. k = 1 is ade_mean, k = K is min_ade. Compare policies with different K at the same k.',
    ...METRES,
    validity: EVERY_WINDOW,
    source:
      'sum_i ADE_(i) C(K - i, k - 1) / C(K, k) over ascending ADE_(i); as pass@k (Chen et al. 2021)',
  },
} as const satisfies Record<string, MetricCard>;

export const sampleChoice: MetricFamily = {
  name: 'sample choice',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const { samples } = parameters;
    const horizons = horizonsOf(parameters);
    const whole = horizons.slice(-1);
    const picks = Array.from({ length: samples }, (_, i) => i + 1);
    return {
      metrics: [
        ...horizons.map((horizon) => metricOf(CARDS.meanPathAde, { samples, horizon })),
        ...whole.map((horizon) => metricOf(CARDS.gap, { samples, horizon })),
        ...whole.flatMap((horizon) =>
          picks.map((picked) => metricOf(CARDS.bestOfFewer, { samples, horizon, picked })),
        ),
      ],
      score: scorerOf(parameters),
    };
  },
};

function scorerOf(parameters: ScoringParameters): PreparedFamily['score'] {
  const { samples, horizonSteps } = parameters;
  const endSteps = Float64Array.from(horizonsOf(parameters), ({ steps }) => steps);
  const count = endSteps.length;
  const last = count - 1;
  const ade = new Float64Array(samples * count);
  const fde = new Float64Array(samples * count);
  const wholeStep = Float64Array.of(horizonSteps);
  const toMean = new Float64Array(samples);
  const unused = new Float64Array(samples);
  const mean = emptyEgoPath(horizonSteps);
  const sorted = new Float64Array(samples);
  const weights = Array.from({ length: samples }, (_, i) => bestOfWeights(samples, i + 1));

  return (window: WindowToScore, out, offset) => {
    meanPath(window.samples, mean);
    window.samples.forEach((sample, k) => {
      measureErrors(sample, window.future, horizonSteps, endSteps, ade, fde, k * count);
      measureErrors(sample, mean, horizonSteps, wholeStep, toMean, unused, k);
      sorted[k] = at(ade, k * count + last);
    });
    const consensus = indexOfMin(toMean, 0, 1, samples);
    for (let h = 0; h < count; h++) out[offset + h] = at(ade, consensus * count + h);
    const first = at(ade, last);
    sorted.sort();
    out[offset + count] = (first - at(sorted, 0)) / first;
    for (let k = 0; k < samples; k++) {
      out[offset + count + 1 + k] = weightedSum(weights[k] ?? unused, sorted);
    }
  };
}

function meanPath(samples: readonly EgoPath[], mean: EgoPath): void {
  mean.x.fill(0);
  mean.y.fill(0);
  for (const { x, y } of samples) {
    addShare(x, 1 / samples.length, mean.x);
    addShare(y, 1 / samples.length, mean.y);
  }
}

function addShare(values: Float64Array, share: number, sum: Float64Array): void {
  for (let t = 0; t < sum.length; t++) sum[t] = at(sum, t) + share * at(values, t);
}

/**
 * How likely it is, for a random choice of `picked` of K values, that the i-th lowest of the K is the lowest chosen:
 * C(K - i, picked - 1) / C(K, picked) for i = 1 ... K. They add up to 1.
 */
export function bestOfWeights(samples: number, picked: number): Float64Array {
  const weights = new Float64Array(samples);
  weights[0] = picked / samples;
  for (let i = 1; i < samples; i++) {
    // C(n - 1, m) = C(n, m) (n - m) / n, with n = K - i the values above the last one and m = picked - 1.
    const above = samples - i;
    weights[i] = (at(weights, i - 1) * Math.max(0, above - (picked - 1))) / above;
  }
  return weights;
}

function weightedSum(weights: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += at(weights, i) * at(values, i);
  return sum;
}
