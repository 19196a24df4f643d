import { at } from './numbers.ts';

/**
 * A cubic spline through values at strictly increasing knots, with not-a-knot ends: the first two and the last two
 * pieces are one cubic each. Through two knots it is a line, through three a parabola. These are the conventions
 * of `scipy.interpolate.CubicSpline` (default `bc_type`), which NVIDIA's devkit uses; fixtures/ holds its numbers.
 */
export interface CubicSpline {
  /** Value inside the segment `[knot i, knot i + 1]`; nothing is extrapolated, so the caller picks the segment. */
  readonly valueIn: (segment: number, x: number) => number;
}

/**
 * Prepares splines on the same knots in O(n); each call of the result fits one to its values, in O(n) too.
 * @param knots strictly increasing, at least 2, all finite
 * @throws RangeError when the knots do not increase, or when there are more or fewer values than knots
 */
export function cubicSplinesOn(knots: Float64Array): (values: Float64Array) => CubicSpline {
  const n = knots.length;
  if (n < 2) throw new RangeError(`a spline needs at least 2 knots, got ${n}`);
  for (let i = 1; i < n; i++) {
    if (!(at(knots, i) > at(knots, i - 1))) {
      throw new RangeError(`knots must strictly increase, but do not at index ${i}`);
    }
  }
  const slopesOf = n > 3 ? notAKnotSolver(knots) : (y: Float64Array) => fewKnotSlopes(knots, y);
  return (y) => {
    if (y.length !== n) throw new RangeError(`${n} knots, but ${y.length} values`);
    const slopes = slopesOf(y);
    return { valueIn: (segment, x) => hermite(knots, y, slopes, segment, x) };
  };
}

/**
 * Index of the segment that holds `x`: the largest i with knot i <= x, and the last segment at the last knot.
 * Undefined outside the knots and for NaN.
 */
export function segmentOf(knots: Float64Array, x: number): number | undefined {
  let low = 0;
  let high = knots.length - 1;
  if (!(x >= at(knots, low) && x <= at(knots, high))) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(knots, middle) <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** Cubic with the given values and slopes at both ends of the segment. */
function hermite(
  knots: Float64Array,
  y: Float64Array,
  slopes: Float64Array,
  i: number,
  x: number,
): number {
  const h = at(knots, i + 1) - at(knots, i);
  const dx = x - at(knots, i);
  const s0 = at(slopes, i);
  const s1 = at(slopes, i + 1);
  const secant = (at(y, i + 1) - at(y, i)) / h;
  const bend = (s0 + s1 - 2 * secant) / h;
  return ((bend / h) * dx + ((secant - s0) / h - bend)) * dx * dx + s0 * dx + at(y, i);
}

/** Slopes of the line through two knots, or of the parabola through three. */
function fewKnotSlopes(knots: Float64Array, y: Float64Array): Float64Array {
  const h0 = at(knots, 1) - at(knots, 0);
  const m0 = (at(y, 1) - at(y, 0)) / h0;
  if (knots.length === 2) return Float64Array.of(m0, m0);
  const h1 = at(knots, 2) - at(knots, 1);
  const m1 = (at(y, 2) - at(y, 1)) / h1;
  const curvature = (m1 - m0) / (h0 + h1);
  return Float64Array.of(m0 - curvature * h0, m0 + curvature * h0, m1 + curvature * h1);
}

/**
 * Slopes s at four or more knots. With h_i the spacing and m_i the secant slope of segment i, continuity of the
 * second derivative at knot i reads
 *   h_i s_(i-1) + 2 (h_(i-1) + h_i) s_i + h_(i-1) s_(i+1) = 3 (h_i m_(i-1) + h_(i-1) m_i)
 * and not-a-knot at the start, combined with the row after it so that it stays tridiagonal,
 *   h_1 s_0 + (h_0 + h_1) s_1 = ((3 h_0 + 2 h_1) h_1 m_0 + h_0^2 m_1) / (h_0 + h_1)
 * and mirrored at the end. Every pivot of the elimination is positive, so it needs no exchange of rows.
 * The matrix depends on the knots only: it is factored once for all series.
 */
function notAKnotSolver(knots: Float64Array): (y: Float64Array) => Float64Array {
  const n = knots.length;
  const h = new Float64Array(n - 1);
  for (let i = 0; i < n - 1; i++) h[i] = at(knots, i + 1) - at(knots, i);
  const startSpan = at(h, 0) + at(h, 1);
  const endSpan = at(h, n - 3) + at(h, n - 2);
  const pivot = new Float64Array(n);
  /** Upper diagonal over the pivot of its row. */
  const ratio = new Float64Array(n);
  pivot[0] = at(h, 1);
  ratio[0] = startSpan / at(h, 1);
  for (let i = 1; i < n - 1; i++) {
    const p = 2 * (at(h, i - 1) + at(h, i)) - at(h, i) * at(ratio, i - 1);
    pivot[i] = p;
    ratio[i] = at(h, i - 1) / p;
  }
  pivot[n - 1] = at(h, n - 3) - endSpan * at(ratio, n - 2);

  return (y) => {
    const secant = (i: number): number => (at(y, i + 1) - at(y, i)) / at(h, i);
    const slopes = new Float64Array(n);
    const startRhs =
      ((at(h, 0) + 2 * startSpan) * at(h, 1) * secant(0) + at(h, 0) ** 2 * secant(1)) / startSpan;
    slopes[0] = startRhs / at(pivot, 0);
    for (let i = 1; i < n - 1; i++) {
      const rhs = 3 * (at(h, i) * secant(i - 1) + at(h, i - 1) * secant(i));
      slopes[i] = (rhs - at(h, i) * at(slopes, i - 1)) / at(pivot, i);
    }
    const endRhs =
      (at(h, n - 2) ** 2 * secant(n - 3) +
        (2 * endSpan + at(h, n - 2)) * at(h, n - 3) * secant(n - 2)) /
      endSpan;
    slopes[n - 1] = (endRhs - endSpan * at(slopes, n - 2)) / at(pivot, n - 1);
    for (let i = n - 2; i >= 0; i--) {
      slopes[i] = at(slopes, i) - at(ratio, i) * at(slopes, i + 1);
    }
    return slopes;
  };
}
