import { at } from '@drivesweep/geometry';
import type { DirectedWindow } from '../directed-window.ts';
import { horizonsAt } from '../horizons.ts';
import type { MetricCard, MetricFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';

/**
 * Coverage: where the recorded future lies among the samples, along and across its own heading at 1, 3 and 6 s. If the
 * samples were drawn from the truth, every rank would be equally likely.
 */

const HORIZONS_S = [1, 3, 6];
type Axis = 'lon' | 'lat';
const COMMON = { unit: 'fraction', better: 'neither' } as const;
const RANK_HISTOGRAM = 'rank histogram (Hamill 2001) on one axis';

const rankOf = (axis: Axis, lower: string): MetricCard => ({
  pattern: `rank_K@H[${axis}]`,
  definition: `Share of the K samples that are ${lower} of the recorded future at H, an equal one counting half. Calibrated samples spread it evenly over 0 ... 1: a mean off 0.5 is a bias, many at 0 and 1 too little spread.`,
  ...COMMON,
  range: '0 ... 1',
  validity: 'every window that is ok',
  source: RANK_HISTOGRAM,
});
const coveredOf = (axis: Axis, between: string): MetricCard => ({
  pattern: `covered_K@H[${axis}]`,
  definition: `1 when the recorded future at H lies between the ${between} of the K samples, or on one of them. Calibrated samples cover it in (K - 1) / (K + 1) of the windows, not in all.`,
  ...COMMON,
  range: '0 or 1',
  validity: 'every window that is ok, with K of 2 or more',
  source: RANK_HISTOGRAM,
});

const CARDS: readonly MetricCard[] = [
  rankOf('lon', 'behind'),
  rankOf('lat', 'to the right'),
  coveredOf('lon', 'rearmost and the foremost'),
  coveredOf('lat', 'rightmost and the leftmost'),
];

export const coverage: MetricFamily = {
  name: 'coverage',
  cards: CARDS,
  prepare(parameters) {
    const { samples } = parameters;
    const horizons = horizonsAt(HORIZONS_S, parameters);
    const count = horizons.length;
    return {
      metrics: CARDS.flatMap((card) =>
        horizons.map((horizon) => metricOf(card, { samples, horizon })),
      ),
      score: (window, out, offset) => {
        horizons.forEach(({ steps }, h) => {
          const [lon, lat] = ranksAt(window, steps - 1);
          out[offset + h] = lon / samples;
          out[offset + count + h] = lat / samples;
          out[offset + 2 * count + h] = samples < 2 ? NaN : covered(lon, samples);
          out[offset + 3 * count + h] = samples < 2 ? NaN : covered(lat, samples);
        });
      },
    };
  },
};

/** How many samples are behind, and how many to the right, of the future at step `t`; equals count half. */
function ranksAt({ samples, future }: DirectedWindow, t: number): [lon: number, lat: number] {
  const cos = at(future.cos, t);
  const sin = at(future.sin, t);
  let lon = 0;
  let lat = 0;
  for (const { x, y } of samples) {
    const dx = at(x, t) - at(future.x, t);
    const dy = at(y, t) - at(future.y, t);
    lon += below(cos * dx + sin * dy);
    lat += below(cos * dy - sin * dx);
  }
  return [lon, lat];
}

function below(offsetM: number): number {
  return offsetM < 0 ? 1 : offsetM === 0 ? 0.5 : 0;
}

/** Outside means that all samples, without a tie, are on one side. */
function covered(rank: number, samples: number): number {
  return rank > 0 && rank < samples ? 1 : 0;
}
