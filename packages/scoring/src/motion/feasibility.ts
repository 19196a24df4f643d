import { at, createUnicycleFits } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * Feasibility: can a vehicle drive the samples? Each is turned into the accelerations and curvatures of Alpamayo's
 * unicycle, which are held against its bounds and driven again.
 */

const UNICYCLE = 'NVlabs/alpamayo@1cba38c:src/alpamayo_r1/action_space/unicycle_accel_curvature.py';
const VALIDITY = 'every window that is ok, with 3 steps or more';
const SHARE = { unit: 'fraction', range: '0 ... 1', better: 'lower', validity: VALIDITY } as const;
const METRES = { unit: 'm', range: '>= 0', better: 'lower', validity: VALIDITY } as const;

const ACCEL_BOUND_MPS2 = 9.8;
const CURVATURE_BOUND_PER_M = 0.2;
const RELEASED_CURVATURE_BOUND_PER_M = 0.33;

const FEWEST_STEPS = 3;

const shareOf = (what: string, bound: number, unit: string, source: string) =>
  (['first', 'mean_K'] as const).map((who): MetricCard => ({
    pattern: `${what}_out_of_bounds_${who}@H[${bound}]`,
    definition: `Share of the steps of ${
      who === 'first' ? 'the first sample' : 'a sample, averaged over the K samples,'
    } whose ${what}, found by the inverse of the unicycle from the speed at t0, is beyond ${bound} ${unit} either way. The bound itself is within.`,
    ...SHARE,
    source,
  }));

const CARDS: readonly MetricCard[] = [
  ...shareOf('accel', ACCEL_BOUND_MPS2, 'm/s^2', `${UNICYCLE} (accel_bounds)`),
  ...shareOf('curvature', CURVATURE_BOUND_PER_M, '1/m', `${UNICYCLE} (curvature_bounds)`),
  ...shareOf(
    'curvature',
    RELEASED_CURVATURE_BOUND_PER_M,
    '1/m',
    'config.json of nvidia/Alpamayo-R1-10B',
  ),
  {
    pattern: 'unicycle_residual_ade_first@H',
    definition:
      'Mean XY distance between the first sample and what the unicycle drives with the actions that its inverse found for it. Smoothing alone leaves some: about 0.02 m for a path with 1 cm of noise, 0.2 m in a tight turn.',
    ...METRES,
    source: UNICYCLE,
  },
  {
    pattern: 'unicycle_residual_ade_mean_K@H',
    definition: 'unicycle_residual_ade of a sample, averaged over the K samples.',
    ...METRES,
    source: UNICYCLE,
  },
];

export const feasibility: MetricFamily = {
  name: 'feasibility',
  cards: CARDS,
  prepare(parameters) {
    const values = { samples: parameters.samples, horizon: wholeHorizon(parameters) };
    return { metrics: CARDS.map((card) => metricOf(card, values)), score: scorerOf(parameters) };
  },
};

function scorerOf({ samples, horizonSteps, stepS }: ScoringParameters): PreparedFamily['score'] {
  if (horizonSteps < FEWEST_STEPS) {
    return (_window, out, offset) => out.fill(NaN, offset, offset + CARDS.length);
  }
  const bench = new Workbench();
  const fits = createUnicycleFits(bench, { steps: horizonSteps, stepS, lanes: samples });
  const count = (series: LaneSeries, bound: number, beyond: LaneSeries): void => {
    bench.kernels.countBeyond(series.address, horizonSteps, series.lanes, bound, beyond.address);
  };
  const perLane = (): LaneSeries => bench.series(1, samples);
  const [accelBeyond, curvatureBeyond, releasedBeyond] = [perLane(), perLane(), perLane()];
  const residual = perLane();

  return ({ samples: paths, v0Mps }, out, offset) => {
    fits.fit(paths, v0Mps);
    count(fits.accel, ACCEL_BOUND_MPS2, accelBeyond);
    count(fits.curvature, CURVATURE_BOUND_PER_M, curvatureBeyond);
    count(fits.curvature, RELEASED_CURVATURE_BOUND_PER_M, releasedBeyond);
    const { x, y } = fits.drive(v0Mps);
    bench.kernels.meanDistances(
      x.address,
      y.address,
      fits.x.address,
      fits.y.address,
      horizonSteps,
      x.lanes,
      residual.address,
    );
    write(accelBeyond.values, horizonSteps, out, offset);
    write(curvatureBeyond.values, horizonSteps, out, offset + 2);
    write(releasedBeyond.values, horizonSteps, out, offset + 4);
    write(residual.values, 1, out, offset + 6);
  };

  /** The value of the first sample and the mean over the samples, both divided. */
  function write(values: Float64Array, per: number, out: Float64Array, offset: number): void {
    let mean = 0;
    for (let k = 0; k < samples; k++) mean += at(values, k) / per / samples;
    out[offset] = at(values, 0) / per;
    out[offset + 1] = mean;
  }
}
