/**
 * Filters every lane of a series with a moving window. `weights` holds rows of `window` numbers: one for each of the
 * first `window / 2` values, which look at the first window of the series; one for those in the middle, which look from
 * `first` values before them on; and one for each of the last `window / 2`, which look at the last window.
 */
export function filter(
  weights: usize,
  window: i32,
  first: i32,
  series: usize,
  out: usize,
  steps: i32,
  lanes: i32,
): void {
  const stride = (<usize>lanes) << 3;
  const row = (<usize>window) << 3;
  const half = window >> 1;
  const middle = weights + <usize>half * row;
  const lastWindow = series + <usize>(steps - window) * stride;
  for (let i = 0; i < half; i++) {
    const early = weights + <usize>i * row;
    weigh(early, window, series, out + <usize>i * stride, stride, stride);
    const late = middle + row + <usize>i * row;
    weigh(late, window, lastWindow, out + <usize>(steps - half + i) * stride, stride, stride);
  }
  const from = series + <usize>(half - first) * stride;
  const bytes = <usize>(steps - 2 * half) * stride;
  const to = out + <usize>half * stride;
  if (window == 5) weighFive(middle, from, to, bytes, stride);
  else weigh(middle, window, from, to, bytes, stride);
}

/** `bytes` of sums, the window moving on with them. */
function weigh(
  weights: usize,
  window: i32,
  series: usize,
  out: usize,
  bytes: usize,
  stride: usize,
): void {
  const end = weights + ((<usize>window) << 3);
  for (let i: usize = 0; i < bytes; i += 16) {
    let sum = f64x2.splat(0);
    let at = series + i;
    for (let w = weights; w < end; w += 8, at += stride) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(w), v128.load(at)));
    }
    v128.store(out + i, sum);
  }
}

/** The same for the window that most filters have, with its weights at hand. */
function weighFive(weights: usize, series: usize, out: usize, bytes: usize, stride: usize): void {
  const a = v128.load64_splat(weights);
  const b = v128.load64_splat(weights, 8);
  const c = v128.load64_splat(weights, 16);
  const d = v128.load64_splat(weights, 24);
  const e = v128.load64_splat(weights, 32);
  for (let i: usize = 0; i < bytes; i += 16) {
    let at = series + i;
    let sum = f64x2.mul(a, v128.load(at));
    sum = f64x2.add(sum, f64x2.mul(b, v128.load((at += stride))));
    sum = f64x2.add(sum, f64x2.mul(c, v128.load((at += stride))));
    sum = f64x2.add(sum, f64x2.mul(d, v128.load((at += stride))));
    sum = f64x2.add(sum, f64x2.mul(e, v128.load(at + stride)));
    v128.store(out + i, sum);
  }
}
