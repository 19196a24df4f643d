import { at } from '@drivesweep/geometry';
import type { DirectedPath } from '../directed-window.ts';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';

/**
 * Corner distance: a box is put on every pose of sample and future, and the distances of its eight corners are
 * averaged, so that a wrong heading costs too. The box is Alpamayo's placeholder of 4 x 3 x 2 m with its centre on the
 * pose, not the vehicle.
 */

const ALPAMAYO = 'NVlabs/alpamayo@1cba38c:src/alpamayo_r1/metrics/distance_metrics.py';
const COMMON = {
  unit: 'm',
  range: '>= 0',
  better: 'lower',
  validity: 'every window that is ok',
} as const;
const HALF_LENGTH_M = 2;
const HALF_WIDTH_M = 1.5;

const CARDS = {
  pointwise: {
    pattern: 'corner_distance_K@H[4x3x2m,pointwise]',
    definition:
      'Mean over steps and corners of the smallest 3-D distance that any of the K samples has at that corner and step. Mixes samples, so no single one need be this good; never above [trajectory].',
    ...COMMON,
    source: `${ALPAMAYO} (compute_grouped_corner_distance)`,
  },
  trajectory: {
    pattern: 'corner_distance_K@H[4x3x2m,trajectory]',
    definition:
      'Smallest, over the K samples, of the mean 3-D distance over steps and corners: that of one whole sample.',
    ...COMMON,
    source: `the corners of ${ALPAMAYO}, the minimum over whole samples`,
  },
  first: {
    pattern: 'corner_distance_first@H[4x3x2m]',
    definition: 'Mean 3-D distance over steps and corners of the first sample.',
    ...COMMON,
    source: `the corners of ${ALPAMAYO}`,
  },
} as const satisfies Record<string, MetricCard>;

export const cornerDistance: MetricFamily = {
  name: 'corner distance',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const { samples, horizonSteps } = parameters;
    const values = { samples, horizon: wholeHorizon(parameters) };
    // The boxes of both paths are level, so a corner below is as far off as the one above it: four say it all.
    const corners = 4 * horizonSteps;
    const nearest = new Float64Array(corners);

    return {
      metrics: Object.values(CARDS).map((card) => metricOf(card, values)),
      score: (window, out, offset) => {
        nearest.fill(Infinity);
        let best = Infinity;
        let first = NaN;
        for (let k = 0; k < samples; k++) {
          const sample = window.samples[k];
          if (sample === undefined) continue;
          const mean = measure(sample, window.future, nearest) / corners;
          if (mean < best) best = mean;
          if (k === 0) first = mean;
        }
        out[offset] = sumOf(nearest) / corners;
        out[offset + 1] = best;
        out[offset + 2] = first;
      },
    };
  },
};

/** Sum over steps and upper corners of the distances of one sample; keeps in `nearest` what is the lowest so far. */
function measure(sample: DirectedPath, future: DirectedPath, nearest: Float64Array): number {
  const horizonSteps = nearest.length / 4;
  let sum = 0;
  for (let t = 0; t < horizonSteps; t++) {
    const dx = at(sample.x, t) - at(future.x, t);
    const dy = at(sample.y, t) - at(future.y, t);
    const dz = at(sample.z, t) - at(future.z, t);
    // The corner (l, w) moves by R(yaw) (l, w), so the difference of the rotations moves it off.
    const turnCos = at(sample.cos, t) - at(future.cos, t);
    const turnSin = at(sample.sin, t) - at(future.sin, t);
    const lx = HALF_LENGTH_M * turnCos;
    const ly = HALF_LENGTH_M * turnSin;
    const wx = -HALF_WIDTH_M * turnSin;
    const wy = HALF_WIDTH_M * turnCos;
    sum += keepLowest(dx + lx + wx, dy + ly + wy, dz, nearest, 4 * t);
    sum += keepLowest(dx + lx - wx, dy + ly - wy, dz, nearest, 4 * t + 1);
    sum += keepLowest(dx - lx + wx, dy - ly + wy, dz, nearest, 4 * t + 2);
    sum += keepLowest(dx - lx - wx, dy - ly - wy, dz, nearest, 4 * t + 3);
  }
  return sum;
}

/** Length of a vector; kept if it is the lowest so far at its corner and step. */
function keepLowest(x: number, y: number, z: number, nearest: Float64Array, i: number): number {
  const distance = Math.sqrt(x * x + y * y + z * z);
  if (distance < at(nearest, i)) nearest[i] = distance;
  return distance;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  return sum;
}
