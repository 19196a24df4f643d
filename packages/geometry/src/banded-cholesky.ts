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
  /** The lower band collected so far, in the layout of `factorBand`; not a copy. */
  readonly band: Float64Array;
}

/**
 * @param size number of unknowns
 * @param bandwidth a row may have at most `bandwidth + 1` coefficients
 */
export function createNormalEquations(size: number, bandwidth: number): NormalEquations {
  const stride = bandwidth + 1;
  const band = new Float64Array(size * stride);
  const rhs = new Float64Array(size);

  return {
    band,
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
      const factor = Float64Array.from(band);
      if (!factorBand(factor, size, bandwidth)) return undefined;
      const v = Float64Array.from(rhs);
      solveBand(factor, v, bandwidth);
      return v;
    },
  };
}

/**
 * Replaces the lower band of a matrix by its Cholesky factor L with L L' = the matrix.
 * @param band entry (i, j) with i - bandwidth <= j <= i lies at `i * (bandwidth + 1) + (i - j)`
 * @returns false when the matrix is not positive definite; the band is then of no use
 */
export function factorBand(band: Float64Array, size: number, bandwidth: number): boolean {
  const stride = bandwidth + 1;
  for (let i = 0; i < size; i++) {
    const firstColumn = Math.max(0, i - bandwidth);
    const row = i * stride + i;
    for (let j = firstColumn; j < i; j++) {
      const other = j * stride + j;
      let sum = at(band, row - j);
      for (let k = firstColumn; k < j; k++) sum -= at(band, row - k) * at(band, other - k);
      band[row - j] = sum / at(band, j * stride);
    }
    let pivot = at(band, row - i);
    for (let k = firstColumn; k < i; k++) pivot -= at(band, row - k) ** 2;
    if (!(pivot > 0)) return false;
    band[row - i] = Math.sqrt(pivot);
  }
  return true;
}

/** Replaces `rhs` by the v with L L' v = rhs, for a factor from `factorBand`. */
export function solveBand(factor: Float64Array, rhs: Float64Array, bandwidth: number): void {
  const stride = bandwidth + 1;
  const size = rhs.length;
  for (let i = 0; i < size; i++) {
    const row = i * stride + i;
    let sum = at(rhs, i);
    for (let j = Math.max(0, i - bandwidth); j < i; j++) sum -= at(factor, row - j) * at(rhs, j);
    rhs[i] = sum / at(factor, row - i);
  }
  for (let i = size - 1; i >= 0; i--) {
    const end = Math.min(size, i + stride);
    let sum = at(rhs, i);
    for (let j = i + 1; j < end; j++) sum -= at(factor, j * stride + (j - i)) * at(rhs, j);
    rhs[i] = sum / at(factor, i * stride);
  }
}
