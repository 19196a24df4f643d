/**
 * Series of equal length side by side: value t of lane k lies at `8 (t * lanes + k)`, and the number of lanes is even.
 * Pointers are bytes; no output overlaps an input unless that is said.
 */

/** Spreads `count` values over a lane: `out` is where its first value lies. */
export function spread(values: usize, out: usize, count: i32, lanes: i32): void {
  const stride = (<usize>lanes) << 3;
  const end = values + ((<usize>count) << 3);
  for (let from = values, to = out; from < end; from += 8, to += stride) {
    store<f64>(to, load<f64>(from));
  }
}

/** Rates of change: differences to the next value times `rateHz`; the last one stands twice. */
export function rates(series: usize, out: usize, steps: i32, lanes: i32, rateHz: f64): void {
  const stride = (<usize>lanes) << 3;
  const last = <usize>(steps - 1) * stride;
  const rate = f64x2.splat(rateHz);
  for (let i: usize = 0; i < last; i += 16) {
    const change = f64x2.sub(v128.load(series + i + stride), v128.load(series + i));
    v128.store(out + i, f64x2.mul(change, rate));
  }
  for (let i = last; i < last + stride; i += 16) v128.store(out + i, v128.load(out + i - stride));
}

/** Differences of `steps + 1` values to the next one, divided by `stepS`: `steps` values. */
export function slopes(series: usize, out: usize, steps: i32, lanes: i32, stepS: f64): void {
  const stride = (<usize>lanes) << 3;
  const bytes = <usize>steps * stride;
  const divisor = f64x2.splat(stepS);
  for (let i: usize = 0; i < bytes; i += 16) {
    const change = f64x2.sub(v128.load(series + i + stride), v128.load(series + i));
    v128.store(out + i, f64x2.div(change, divisor));
  }
}

/** The parts of `n` vectors along a heading. */
export function along(x: usize, y: usize, cos: usize, sin: usize, out: usize, n: i32): void {
  const bytes = (<usize>n) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    const ahead = f64x2.mul(v128.load(x + i), v128.load(cos + i));
    v128.store(out + i, f64x2.add(ahead, f64x2.mul(v128.load(y + i), v128.load(sin + i))));
  }
}

/** The parts of `n` vectors across a heading, to the left. */
export function across(x: usize, y: usize, cos: usize, sin: usize, out: usize, n: i32): void {
  const bytes = (<usize>n) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    const left = f64x2.mul(v128.load(y + i), v128.load(cos + i));
    v128.store(out + i, f64x2.sub(left, f64x2.mul(v128.load(x + i), v128.load(sin + i))));
  }
}

/** The lengths of `n` vectors. */
export function lengths(x: usize, y: usize, out: usize, n: i32): void {
  const bytes = (<usize>n) << 3;
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, length(v128.load(x + i), v128.load(y + i)));
  }
}

function length(dx: v128, dy: v128): v128 {
  return f64x2.sqrt(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)));
}

/** Adding and taking away this leaves a double of up to 2^51 rounded to a whole number, halves to even. */
const ROUNDER: f64 = 6755399441055744;

/** Rounds `n` values to multiples of 1 / `perUnit`, in place. */
export function roundTo(values: usize, n: i32, perUnit: f64): void {
  const bytes = (<usize>n) << 3;
  const scale = f64x2.splat(perUnit);
  const rounder = f64x2.splat(ROUNDER);
  for (let i: usize = 0; i < bytes; i += 16) {
    const whole = f64x2.sub(f64x2.add(f64x2.mul(v128.load(values + i), scale), rounder), rounder);
    v128.store(values + i, f64x2.div(whole, scale));
  }
}

/** Per lane, 1 when every value lies strictly between `low` and `high`, else 0. */
export function areBetween(
  series: usize,
  steps: i32,
  lanes: i32,
  low: f64,
  high: f64,
  out: usize,
): void {
  const stride = (<usize>lanes) << 3;
  const bytes = <usize>steps * stride;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let isBetween = i64x2.splat(-1);
    for (let i = lane; i < bytes; i += stride) {
      const value = v128.load(series + i);
      isBetween = v128.and(isBetween, f64x2.gt(value, f64x2.splat(low)));
      isBetween = v128.and(isBetween, f64x2.lt(value, f64x2.splat(high)));
    }
    v128.store(out + lane, v128.and(isBetween, f64x2.splat(1)));
  }
}

/** Per lane, how many values are beyond `bound` on either side. */
export function countBeyond(series: usize, steps: i32, lanes: i32, bound: f64, out: usize): void {
  const stride = (<usize>lanes) << 3;
  const bytes = <usize>steps * stride;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let count = f64x2.splat(0);
    for (let i = lane; i < bytes; i += stride) {
      const isBeyond = f64x2.gt(f64x2.abs(v128.load(series + i)), f64x2.splat(bound));
      count = f64x2.add(count, v128.and(isBeyond, f64x2.splat(1)));
    }
    v128.store(out + lane, count);
  }
}

/** Per lane, the largest |a b| of the steps from `first` on; 0 when there is none. */
export function largestProduct(
  a: usize,
  b: usize,
  first: i32,
  steps: i32,
  lanes: i32,
  out: usize,
): void {
  const stride = (<usize>lanes) << 3;
  const bytes = <usize>steps * stride;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let largest = f64x2.splat(0);
    for (let i = <usize>first * stride + lane; i < bytes; i += stride) {
      const product = f64x2.abs(f64x2.mul(v128.load(a + i), v128.load(b + i)));
      largest = f64x2.pmax(largest, product);
    }
    v128.store(out + lane, largest);
  }
}

/** Per lane, the mean distance of points (x, y) from points (u, v). */
export function meanDistances(
  x: usize,
  y: usize,
  u: usize,
  v: usize,
  steps: i32,
  lanes: i32,
  out: usize,
): void {
  const stride = (<usize>lanes) << 3;
  const bytes = <usize>steps * stride;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let sum = f64x2.splat(0);
    for (let i = lane; i < bytes; i += stride) {
      const dx = f64x2.sub(v128.load(x + i), v128.load(u + i));
      const dy = f64x2.sub(v128.load(y + i), v128.load(v + i));
      sum = f64x2.add(sum, length(dx, dy));
    }
    v128.store(out + lane, f64x2.div(sum, f64x2.splat(steps)));
  }
}
