import { at } from '@drivesweep/geometry';
import { horizonsOf } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { indexOfMin, meanOf, measureErrors } from './sample-errors.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * Spread: how far the samples are from each other. The best of K falls with spread alone, so it is read beside these.
 */

const METRES = { unit: 'm', range: '>= 0' } as const;
const TWO_SAMPLES = 'every window that is ok, with K of 2 or more';
const ENERGY = 'Gneiting and Raftery 2007, fair form of Ferro 2014';

/** Samples that are on average nearer to each other than this say one and the same thing. */
const COLLAPSE_APD_M = 0.1;

const CARDS = {
  pairwiseAde: {
    pattern: 'apd_K@H',
    definition: 'Mean over all pairs of samples of their mean XY distance up to H.',
    ...METRES,
    better: 'neither',
    validity: TWO_SAMPLES,
    source: 'average pairwise distance',
  },
  pairwiseFde: {
    pattern: 'fpd_K@H',
    definition: 'Mean over all pairs of samples of their XY distance at H.',
    ...METRES,
    better: 'neither',
    validity: TWO_SAMPLES,
    source: 'final pairwise distance',
  },
  energy: {
    pattern: 'energy_K@H',
    definition:
      'Energy score of the positions at H: fde_mean_K minus half of fpd_K. Lowest on average for samples drawn from the truth, so neither spread nor collapse pays; fair, so K does not matter on average. May be below 0.',
    unit: 'm',
    range: 'any',
    better: 'lower',
    validity: TWO_SAMPLES,
    source: ENERGY,
  },
  medoidAde: {
    pattern: 'ade_mbr_K@H[medoid]',
    definition:
      'ADE up to H of the medoid: the sample with the lowest mean distance to the others over the whole answer. A choice that needs no ground truth (minimum Bayes risk).',
    ...METRES,
    tailAbove: 3,
    better: 'lower',
    validity: 'every window that is ok',
    source: 'minimum Bayes risk with ADE as the loss',
  },
  collapsed: {
    pattern: 'collapsed_K@H[apd<0.1m]',
    definition: `1 when apd_K over the whole answer is below ${COLLAPSE_APD_M} m: K samples, one answer.`,
    unit: 'fraction',
    range: '0 or 1',
    better: 'neither',
    validity: TWO_SAMPLES,
    source: 'threshold of this project',
  },
} as const satisfies Record<string, MetricCard>;

export const sampleSpread: MetricFamily = {
  name: 'sample spread',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const { samples } = parameters;
    const horizons = horizonsOf(parameters);
    const atEach = [CARDS.pairwiseAde, CARDS.pairwiseFde, CARDS.energy, CARDS.medoidAde];
    const whole = horizons.slice(-1);
    return {
      metrics: [
        ...atEach.flatMap((card) =>
          horizons.map((horizon) => metricOf(card, { samples, horizon })),
        ),
        ...whole.map((horizon) => metricOf(CARDS.collapsed, { samples, horizon })),
      ],
      score: scorerOf(parameters),
    };
  },
};

function scorerOf(parameters: ScoringParameters): PreparedFamily['score'] {
  const { samples, horizonSteps } = parameters;
  const endSteps = Float64Array.from(horizonsOf(parameters), ({ steps }) => steps);
  const count = endSteps.length;
  const pairs = (samples * (samples - 1)) / 2;
  /** [pair, horizon] and [sample, horizon], row by row. */
  const pairAde = new Float64Array(pairs * count);
  const pairFde = new Float64Array(pairs * count);
  const ade = new Float64Array(samples * count);
  const fde = new Float64Array(samples * count);
  /** Sum of the whole ADEs of a sample to the others. */
  const toOthers = new Float64Array(samples);

  return ({ samples: paths, future }, out, offset) => {
    toOthers.fill(0);
    let row = 0;
    for (let k = 0; k < samples; k++) {
      const path = paths[k];
      if (path === undefined) continue;
      measureErrors(path, future, horizonSteps, endSteps, ade, fde, k * count);
      for (let j = 0; j < k; j++) {
        const other = paths[j];
        if (other === undefined) continue;
        measureErrors(path, other, horizonSteps, endSteps, pairAde, pairFde, row);
        const whole = at(pairAde, row + count - 1);
        toOthers[k] = at(toOthers, k) + whole;
        toOthers[j] = at(toOthers, j) + whole;
        row += count;
      }
    }
    const medoid = indexOfMin(toOthers, 0, 1, samples);
    for (let h = 0; h < count; h++) {
      const fpd = meanOf(pairFde, h, count, pairs);
      out[offset + h] = meanOf(pairAde, h, count, pairs);
      out[offset + count + h] = fpd;
      out[offset + 2 * count + h] = meanOf(fde, h, count, samples) - fpd / 2;
      out[offset + 3 * count + h] = at(ade, medoid * count + h);
    }
    const apd = at(out, offset + count - 1);
    out[offset + 4 * count] = Number.isNaN(apd) ? NaN : Number(apd < COLLAPSE_APD_M);
  };
}
