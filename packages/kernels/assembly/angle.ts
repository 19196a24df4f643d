const PI: f64 = 3.141592653589793;
const TWO_PI: f64 = 6.283185307179586;

/** The same directions in (-pi, pi], as `wrapAngle` of the geometry package; angles that are there already stay as they are. */
export function wrapped(rad: v128): v128 {
  const isThere = v128.and(f64x2.gt(rad, f64x2.splat(-PI)), f64x2.le(rad, f64x2.splat(PI)));
  if (i64x2.all_true(isThere)) return rad;
  const halfUp = f64x2.add(f64x2.div(rad, f64x2.splat(TWO_PI)), f64x2.splat(0.5));
  const near = f64x2.sub(rad, f64x2.mul(f64x2.splat(TWO_PI), f64x2.floor(halfUp)));
  const isLow = f64x2.le(near, f64x2.splat(-PI));
  const isHigh = f64x2.gt(near, f64x2.splat(PI));
  const lifted = v128.bitselect(f64x2.add(near, f64x2.splat(TWO_PI)), near, isLow);
  const turned = v128.bitselect(f64x2.sub(near, f64x2.splat(TWO_PI)), lifted, isHigh);
  return v128.bitselect(rad, turned, isThere);
}

/**
 * Adds multiples of 2 pi so that successive values of a series never differ by more than pi; the first value stays.
 * `out` may be another series or the same.
 */
export function unwrap(series: usize, out: usize, steps: i32, lanes: i32): void {
  const stride = (<usize>lanes) << 3;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let p = lane;
    let before = v128.load(series + p);
    let sum = before;
    for (let t = 0; t < steps; t++, p += stride) {
      const next = v128.load(series + p);
      sum = f64x2.add(sum, wrapped(f64x2.sub(next, before)));
      v128.store(out + p, sum);
      before = next;
    }
  }
}

/** Rates of change of angles: differences to the next one, wrapped, times `rateHz`; the last one stands twice. */
export function turnRates(series: usize, out: usize, steps: i32, lanes: i32, rateHz: f64): void {
  const stride = (<usize>lanes) << 3;
  const last = <usize>(steps - 1) * stride;
  const rate = f64x2.splat(rateHz);
  for (let i: usize = 0; i < last; i += 16) {
    const change = f64x2.sub(v128.load(series + i + stride), v128.load(series + i));
    v128.store(out + i, f64x2.mul(wrapped(change), rate));
  }
  for (let i = last; i < last + stride; i += 16) v128.store(out + i, v128.load(out + i - stride));
}
