import { at } from './numbers.ts';

/**
 * A symmetric positive definite matrix whose entries vanish more than `bandwidth` off the diagonal: the normal
 * equations of a least-squares problem whose rows touch only neighbours. Collects rows, then solves in O(n).
 */
export interface NormalEquations {
  /** Adds `weight * (sum_j coefficients[j] * v[first + j] - target)^2` to what is minimised. */
  addRow(first: number, coefficients: readonly number[], target: number, weight: number): void;
  /** The minimiser by Cholesky factorisation, or undefined when the matrix is not positive definite. */
  solve(): Float64Array | undefined;
}

/**
 * @param size number of unknowns
 * @param bandwidth a row may have at most `bandwidth + 1` coefficients
 */
export function createNormalEquations(size: number, bandwidth: number): NormalEquations {
  const stride = bandwidth + 1;
  /** Lower band: entry (i, j) with i - bandwidth <= j <= i lies at i * stride + (i - j). */
  const band = new Float64Array(size * stride);
  const rhs = new Float64Array(size);

  return {
    addRow(first, coefficients, target, weight) {
      for (let i = 0; i < coefficients.length; i++) {
        const scaled = weight * (coefficients[i] ?? NaN);
        rhs[first + i] = at(rhs, first + i) + scaled * target;
        for (let j = 0; j <= i; j++) {
          const entry = (first + i) * stride + (i - j);
          band[entry] = at(band, entry) + scaled * (coefficients[j] ?? NaN);
        }
      }
    },
    solve() {
      const factor = choleskyFactor(band, size, bandwidth);
      return factor === undefined ? undefined : substitute(factor, rhs, bandwidth);
    },
  };
}

/** L with L L' = the matrix, in the same layout. */
function choleskyFactor(
  band: Float64Array,
  size: number,
  bandwidth: number,
): Float64Array | undefined {
  const stride = bandwidth + 1;
  const factor = new Float64Array(band.length);
  for (let i = 0; i < size; i++) {
    const firstColumn = Math.max(0, i - bandwidth);
    for (let j = firstColumn; j <= i; j++) {
      let sum = at(band, i * stride + (i - j));
      for (let k = firstColumn; k < j; k++) {
        sum -= at(factor, i * stride + (i - k)) * at(factor, j * stride + (j - k));
      }
      if (i !== j) {
        factor[i * stride + (i - j)] = sum / at(factor, j * stride);
      } else {
        if (!(sum > 0)) return undefined;
        factor[i * stride] = Math.sqrt(sum);
      }
    }
  }
  return factor;
}

/** Solves L y = rhs, then L' v = y. */
function substitute(factor: Float64Array, rhs: Float64Array, bandwidth: number): Float64Array {
  const stride = bandwidth + 1;
  const size = rhs.length;
  const v = Float64Array.from(rhs);
  for (let i = 0; i < size; i++) {
    let sum = at(v, i);
    for (let j = Math.max(0, i - bandwidth); j < i; j++) {
      sum -= at(factor, i * stride + (i - j)) * at(v, j);
    }
    v[i] = sum / at(factor, i * stride);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = at(v, i);
    for (let j = i + 1; j < Math.min(size, i + stride); j++) {
      sum -= at(factor, j * stride + (j - i)) * at(v, j);
    }
    v[i] = sum / at(factor, i * stride);
  }
  return v;
}
