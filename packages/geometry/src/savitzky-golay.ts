import type { LaneSeries, Workbench } from '@drivesweep/kernels';
import { at } from './numbers.ts';

/**
 * Smoothing and differentiating with polynomials through a moving window (Savitzky and Golay 1964), with the
 * conventions of `scipy.signal.savgol_filter` and mode `interp`: near the ends the polynomial of the first or last
 * window is used, and an even window is read half a step off its centre.
 */
export interface SavitzkyGolay {
  /** Length of the window; with `window` more than the series has, the whole series. */
  readonly window: number;
  readonly order: number;
  /** Which derivative; 0 smooths. */
  readonly derivative: number;
}

/**
 * Weights w such that sum w_i y_i is a derivative, at `position`, of the polynomial that fits y_0 ... y_(window - 1)
 * best in the least-squares sense. Positions and derivatives are per index, not per second.
 * @throws RangeError unless order < window
 */
export function polynomialWeights(
  { window, order, derivative }: SavitzkyGolay,
  position: number,
): Float64Array {
  if (!(order < window)) {
    throw new RangeError(`a polynomial of order ${order} needs more than ${window} points`);
  }
  const centre = (window - 1) / 2;
  const weights = new Float64Array(window);
  for (const polynomial of orthogonalPolynomials(window, order)) {
    const values = weights.map((_, i) => valueOf(polynomial, i - centre, 0));
    const size = dot(values, values);
    const read = valueOf(polynomial, position - centre, derivative) / size;
    values.forEach((value, i) => (weights[i] = at(weights, i) + read * value));
  }
  return weights;
}

/** Filters series of the length that it was prepared for into `out`, which must be others. */
export type LaneFilter = (series: LaneSeries, out: LaneSeries) => void;

/**
 * Prepares a filter for series of `length` values, `stepS` seconds apart.
 * @param bench what the series lie on
 * @throws RangeError when the window, cut to the length, has no polynomial of this order
 */
export function createLaneFilter(
  bench: Workbench,
  filter: SavitzkyGolay,
  length: number,
  stepS: number,
): LaneFilter {
  const window = Math.min(filter.window, length);
  const fitted = { ...filter, window };
  const scale = stepS ** -filter.derivative;
  const half = Math.floor(window / 2);
  const positions = [
    ...Array.from({ length: half }, (_, i) => i),
    (window - 1) / 2,
    ...Array.from({ length: half }, (_, i) => window - half + i),
  ];
  const weights = bench.constants(
    positions.flatMap((position) =>
      Array.from(polynomialWeights(fitted, position), (weight) => weight * scale),
    ),
  );
  // An even window has one index more on the later side than on the earlier one.
  const before = window % 2 === 0 ? half - 1 : half;
  return ({ address, lanes }, out) => {
    bench.kernels.filter(weights, window, before, address, out.address, length, lanes);
  };
}

/** Monomial coefficients, lowest first, of polynomials that are orthogonal on the centred indices of a window. */
function orthogonalPolynomials(window: number, order: number): number[][] {
  const nodes = Float64Array.from({ length: window }, (_, i) => i - (window - 1) / 2);
  const found: number[][] = [];
  for (let degree = 0; degree <= order; degree++) {
    const polynomial: number[] = Array.from({ length: degree + 1 }, (_, i) =>
      i === degree ? 1 : 0,
    );
    // Twice: the second pass removes what rounding left of the first.
    for (const earlier of [...found, ...found]) {
      const values = nodes.map((node) => valueOf(earlier, node, 0));
      const share =
        dot(
          values,
          nodes.map((node) => valueOf(polynomial, node, 0)),
        ) / dot(values, values);
      earlier.forEach((c, i) => (polynomial[i] = (polynomial[i] ?? 0) - share * c));
    }
    found.push(polynomial);
  }
  return found;
}

/** A derivative of a polynomial at x. */
function valueOf(coefficients: readonly number[], x: number, derivative: number): number {
  let value = 0;
  for (let power = coefficients.length - 1; power >= derivative; power--) {
    let factor = coefficients[power] ?? 0;
    for (let d = 0; d < derivative; d++) factor *= power - d;
    value = value * x + factor;
  }
  return value;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}
