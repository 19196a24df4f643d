import { at } from '@drivesweep/geometry';
import { horizonsOf } from '../horizons.ts';
import type { Horizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, MetricInfo, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { indexOfMin, meanOf, measureErrors } from './sample-errors.ts';
import type { ScoringParameters, WindowToScore } from '../window.ts';

/**
 * Displacement: how far the samples are from the recorded future, in XY of the ego frame at t0.
 * e_k(t) is the distance of sample k to the future at step t = 1 ... T; H is a horizon in steps;
 * ADE_k(H) is the mean of e_k(t) over t <= H, FDE_k(H) is e_k(H).
 */

const MISS_THRESHOLD_M = 2;
const METRES = { unit: 'm', range: '>= 0', better: 'lower' } as const;
/** The tail of the reference: windows whose ADE is above 3 m. */
const ADE = { ...METRES, tailAbove: 3 } as const;
const MISSES = { unit: 'fraction', range: '0 or 1', better: 'lower' } as const;
const EVERY_WINDOW = 'every window that is ok';
const ALPAMAYO = 'NVlabs/alpamayo@1cba38c:src/alpamayo_r1/metrics/distance_metrics.py';
const ALPASIM = 'NVlabs/alpasim@3032e0c:src/eval/src/eval/scorers/minADE.py';
const AV2 = 'argoverse/av2-api@b7321d1:src/av2/datasets/motion_forecasting/eval/metrics.py';

const CARDS = [
  {
    pattern: 'ade_first@H',
    definition: 'ADE of the first sample: mean XY distance to the recorded future up to H.',
    ...ADE,
    validity: EVERY_WINDOW,
    source: `${ALPAMAYO} (key ade)`,
  },
  {
    pattern: 'fde_first@H',
    definition: 'XY distance of the first sample to the recorded future exactly at H.',
    ...METRES,
    validity: EVERY_WINDOW,
    source: AV2,
  },
  {
    pattern: 'ade_mean_K@H',
    definition:
      'Mean over the K samples of their ADE up to H: what a sample picked at random scores.',
    ...ADE,
    validity: EVERY_WINDOW,
    source: 'plain mean of ade over the samples',
  },
  {
    pattern: 'fde_mean_K@H',
    definition: 'Mean over the K samples of their XY distance at H.',
    ...METRES,
    validity: EVERY_WINDOW,
    source: 'plain mean of fde over the samples',
  },
  {
    pattern: 'min_ade_K@H[full]',
    definition:
      'ADE up to H of the sample that has the lowest ADE over the whole answer. Chosen once, so not the best at a shorter H.',
    ...ADE,
    validity: EVERY_WINDOW,
    source: `${ALPAMAYO} (keys min_ade, min_ade/by_t)`,
  },
  {
    pattern: 'min_ade_K@H[prefix]',
    definition: 'Lowest ADE up to H of the K samples, chosen again at every H. Never above [full].',
    ...ADE,
    validity: EVERY_WINDOW,
    source: ALPASIM,
  },
  {
    pattern: 'min_fde_K@H[full]',
    definition: 'XY distance at H of the sample that has the lowest ADE over the whole answer.',
    ...METRES,
    validity: EVERY_WINDOW,
    source: `the sample of ${ALPAMAYO}`,
  },
  {
    pattern: 'min_fde_K@H[prefix]',
    definition: 'Lowest XY distance at H of the K samples, chosen again at every H.',
    ...METRES,
    validity: EVERY_WINDOW,
    source: AV2,
  },
  {
    pattern: 'miss_K@H[2m]',
    definition:
      '1 when every one of the K samples is more than 2.0 m away at the end of the answer.',
    ...MISSES,
    validity: `${EVERY_WINDOW}, at the whole horizon only`,
    source: AV2,
  },
  {
    pattern: 'miss_first@H[2m]',
    definition: '1 when the first sample is more than 2.0 m away at the end of the answer.',
    ...MISSES,
    validity: `${EVERY_WINDOW}, at the whole horizon only`,
    source: AV2,
  },
] as const satisfies readonly MetricCard[];

export const displacement: MetricFamily = {
  name: 'displacement',
  cards: CARDS,
  prepare(parameters) {
    const horizons = horizonsOf(parameters);
    return { metrics: metricsOf(parameters, horizons), score: scorerOf(parameters, horizons) };
  },
};

/** One metric per card and horizon, card by card; misses at the last horizon only. */
function metricsOf({ samples }: ScoringParameters, horizons: readonly Horizon[]): MetricInfo[] {
  return CARDS.flatMap((card) =>
    (card.unit === 'm' ? horizons : horizons.slice(-1)).map((horizon) =>
      metricOf(card, { samples, horizon }),
    ),
  );
}

/** Writes values in the order of `metricsOf`. Its two tables are the only memory, whatever the number of windows. */
function scorerOf(
  { samples, horizonSteps }: ScoringParameters,
  horizons: readonly Horizon[],
): PreparedFamily['score'] {
  const count = horizons.length;
  const last = count - 1;
  const endSteps = Float64Array.from(horizons, ({ steps }) => steps);
  /** [sample, horizon], row by row. */
  const ade = new Float64Array(samples * count);
  const fde = new Float64Array(samples * count);

  return (window: WindowToScore, out: Float64Array, offset: number) => {
    for (let k = 0; k < samples; k++) {
      const sample = window.samples[k];
      if (sample !== undefined) {
        measureErrors(sample, window.future, horizonSteps, endSteps, ade, fde, k * count);
      }
    }
    const best = indexOfMin(ade, last, count, samples);
    let missed = 1;
    for (let k = 0; k < samples; k++) if (!isMiss(at(fde, k * count + last))) missed = 0;

    for (let h = 0; h < count; h++) {
      out[offset + h] = at(ade, h);
      out[offset + count + h] = at(fde, h);
      out[offset + 2 * count + h] = meanOf(ade, h, count, samples);
      out[offset + 3 * count + h] = meanOf(fde, h, count, samples);
      out[offset + 4 * count + h] = at(ade, best * count + h);
      out[offset + 5 * count + h] = at(ade, indexOfMin(ade, h, count, samples) * count + h);
      out[offset + 6 * count + h] = at(fde, best * count + h);
      out[offset + 7 * count + h] = at(fde, indexOfMin(fde, h, count, samples) * count + h);
    }
    out[offset + 8 * count] = missed;
    out[offset + 8 * count + 1] = isMiss(at(fde, last)) ? 1 : 0;
  };
}

function isMiss(finalErrorM: number): boolean {
  return finalErrorM > MISS_THRESHOLD_M;
}
