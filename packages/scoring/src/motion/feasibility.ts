import {
  at,
  createUnicycleInverse,
  emptyUnicycleMotion,
  integrateUnicycle,
} from '@drivesweep/geometry';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { measureErrors } from './sample-errors.ts';
import type { SampleToScore, ScoringParameters } from '../window.ts';

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
  const inverse = createUnicycleInverse(horizonSteps, stepS);
  const motion = emptyUnicycleMotion(horizonSteps);
  /** Of the sample at hand, summed over its steps: accel and curvature (against both bounds) out of bounds, residual. */
  const found = new Float64Array(4);
  const wholeStep = Float64Array.of(horizonSteps);
  const [residual, unused] = [new Float64Array(1), new Float64Array(1)];

  function examine(sample: SampleToScore, v0Mps: number): void {
    const { accel, curvature } = inverse(sample, v0Mps);
    integrateUnicycle({ v0Mps, accel, curvature, stepS }, motion);
    found[0] = countBeyond(accel, ACCEL_BOUND_MPS2);
    found[1] = countBeyond(curvature, CURVATURE_BOUND_PER_M);
    found[2] = countBeyond(curvature, RELEASED_CURVATURE_BOUND_PER_M);
    measureErrors(motion, sample, horizonSteps, wholeStep, residual, unused, 0);
    found[3] = at(residual, 0) * horizonSteps;
  }

  return (window, out, offset) => {
    out.fill(0, offset, offset + CARDS.length);
    for (let k = 0; k < samples; k++) {
      const sample = window.samples[k];
      if (sample === undefined) continue;
      examine(sample, window.v0Mps);
      for (let i = 0; i < found.length; i++) {
        const share = at(found, i) / horizonSteps;
        if (k === 0) out[offset + 2 * i] = share;
        out[offset + 2 * i + 1] = at(out, offset + 2 * i + 1) + share / samples;
      }
    }
  };
}

function countBeyond(values: Float64Array, bound: number): number {
  let count = 0;
  for (let t = 0; t < values.length; t++) if (Math.abs(at(values, t)) > bound) count++;
  return count;
}
