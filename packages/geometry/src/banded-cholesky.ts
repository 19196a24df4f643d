import { at } from './numbers.ts';

/**
 * Systems with a symmetric positive definite matrix whose entries vanish more than three off the diagonal: the normal
 * equations of least-squares problems whose rows touch only neighbours. They are solved in O(n).
 */

/** Entries of the lower band per row: the diagonal, and three to the left of it. */
const STRIDE = 4;

/** Collects rows of a least-squares problem, then solves it. */
export interface NormalEquations {
  /** Adds `weight * (sum_j coefficients[j] * v[first + j] - target)^2`, of at most 4 coefficients, to what is minimised. */
  addRow(first: number, coefficients: readonly number[], target: number, weight: number): void;
  /** The minimiser, or undefined when the matrix is not positive definite. */
  solve(): Float64Array | undefined;
  /** The matrix collected so far, in the layout of `emptyBand`; not a copy. */
  readonly band: Float64Array;
}

/** @param size number of unknowns */
export function createNormalEquations(size: number): NormalEquations {
  const band = emptyBand(size);
  const rhs = new Float64Array(size);

  return {
    band,
    addRow(first, coefficients, target, weight) {
      if (coefficients.length > STRIDE) {
        throw new RangeError(
          `a row has at most ${STRIDE} coefficients, got ${coefficients.length}`,
        );
      }
      for (let i = 0; i < coefficients.length; i++) {
        const scaled = weight * (coefficients[i] ?? NaN);
        rhs[first + i] = at(rhs, first + i) + scaled * target;
        for (let j = 0; j <= i; j++) {
          const entry = (first + i) * STRIDE + (i - j);
          band[entry] = at(band, entry) + scaled * (coefficients[j] ?? NaN);
        }
      }
    },
    solve() {
      const factors = Float64Array.from(band);
      if (!factorBand(factors, size)) return undefined;
      const v = Float64Array.from(rhs);
      solveBand(factors, v);
      return v;
    },
  };
}

/**
 * A matrix of zeros. Entry (i, j) with i - 3 <= j <= i lies at `4 i + (i - j)`; entries left of the matrix, and three
 * rows below it, stay zero, so that the loops need not ask where they are.
 */
export function emptyBand(size: number): Float64Array {
  return new Float64Array((size + STRIDE - 1) * STRIDE);
}

/** Adds the same to every entry of the diagonal. */
export function addToDiagonal(band: Float64Array, size: number, value: number): void {
  for (let i = 0; i < size; i++) band[i * STRIDE] = at(band, i * STRIDE) + value;
}

/**
 * Replaces a matrix by its factors: L with ones on its diagonal below the diagonal, and on it 1 / d, where
 * L diag(d) L' is the matrix. This is Cholesky's factor without square roots, and with all divisions done here, because
 * in `solveBand` each would have to wait for the one before it.
 * @returns false when the matrix is not positive definite; the band is then of no use
 */
export function factorBand(band: Float64Array, size: number): boolean {
  // L and 1 / d of the rows above: `above12` is entry (i - 1, i - 3), two left of its diagonal.
  let above11 = 0;
  let above12 = 0;
  let above21 = 0;
  let inverse1 = 0;
  let inverse2 = 0;
  let inverse3 = 0;
  for (let i = 0; i < size; i++) {
    const row = i * STRIDE;
    const u3 = at(band, row + 3);
    const u2 = at(band, row + 2) - u3 * above21;
    const u1 = at(band, row + 1) - u3 * above12 - u2 * above11;
    const l3 = u3 * inverse3;
    const l2 = u2 * inverse2;
    const l1 = u1 * inverse1;
    const pivot = at(band, row) - l3 * u3 - l2 * u2 - l1 * u1;
    if (!(pivot > 0)) return false;
    band[row] = 1 / pivot;
    band[row + 1] = l1;
    band[row + 2] = l2;
    band[row + 3] = l3;
    above21 = above11;
    above11 = l1;
    above12 = l2;
    inverse3 = inverse2;
    inverse2 = inverse1;
    inverse1 = 1 / pivot;
  }
  return true;
}

/** Replaces `rhs` by the solution of the system that `factorBand` made the factors of. */
export function solveBand(factors: Float64Array, rhs: Float64Array): void {
  const size = rhs.length;
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;
  for (let i = 0; i < size; i++) {
    const row = i * STRIDE;
    const early = at(rhs, i) - at(factors, row + 3) * v3 - at(factors, row + 2) * v2;
    v3 = v2;
    v2 = v1;
    v1 = early - at(factors, row + 1) * v1;
    rhs[i] = v1;
  }
  [v1, v2, v3] = [0, 0, 0];
  for (let i = size - 1; i >= 0; i--) {
    const row = i * STRIDE;
    const scaled = at(rhs, i) * at(factors, row);
    const early = scaled - at(factors, row + 15) * v3 - at(factors, row + 10) * v2;
    v3 = v2;
    v2 = v1;
    v1 = early - at(factors, row + 5) * v1;
    rhs[i] = v1;
  }
}
