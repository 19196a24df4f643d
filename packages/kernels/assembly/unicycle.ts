/**
 * The unicycle and the equations of its inverse, one path per lane; the geometry package says what they are and where
 * they come from. Matrices that all lanes share lie as those of one; those of lanes, and what `steps` rows behind them
 * are for, as `band.ts` says.
 */

/**
 * Matrix and right-hand side of the speeds after each step: `shared`, which all lanes have, and for every step
 * |v_i u_i + v_(i+1) u_(i+1) - dp_i perStep|^2, where u is the direction and `perStep` is 2 / h.
 * @param rhs holds the part of the right-hand side that does not depend on the path
 */
export function speedEquations(
  shared: usize,
  x: usize,
  y: usize,
  cos: usize,
  sin: usize,
  v0Mps: f64,
  perStep: f64,
  bands: usize,
  rhs: usize,
  steps: i32,
  lanes: i32,
): void {
  const stride = (<usize>lanes) << 3;
  const one = f64x2.splat(1);
  const scale = f64x2.splat(perStep);
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let xBefore = f64x2.splat(0);
    let yBefore = f64x2.splat(0);
    let cosBefore = one;
    let sinBefore = f64x2.splat(0);
    let entry = shared;
    let band = bands + lane;
    let at = lane;
    for (let i = 0; i < steps; i++) {
      const xNext = v128.load(x + at);
      const yNext = v128.load(y + at);
      const cosNext = v128.load(cos + at);
      const sinNext = v128.load(sin + at);
      const wantedX = f64x2.mul(f64x2.sub(xNext, xBefore), scale);
      const wantedY = f64x2.mul(f64x2.sub(yNext, yBefore), scale);
      const together = f64x2.add(f64x2.mul(cosBefore, cosNext), f64x2.mul(sinBefore, sinNext));
      let wanted = f64x2.add(f64x2.mul(cosNext, wantedX), f64x2.mul(sinNext, wantedY));
      v128.store(band, f64x2.add(v128.load64_splat(entry), one));
      let beside = v128.load64_splat(entry, 8);
      if (i == 0) {
        wanted = f64x2.sub(wanted, f64x2.mul(together, f64x2.splat(v0Mps)));
      } else {
        const above = band - 4 * stride;
        v128.store(above, f64x2.add(v128.load(above), one));
        beside = f64x2.add(beside, together);
        const before = rhs + at - stride;
        const left = f64x2.add(f64x2.mul(cosBefore, wantedX), f64x2.mul(sinBefore, wantedY));
        v128.store(before, f64x2.add(v128.load(before), left));
      }
      v128.store(band + stride, beside);
      v128.store(band + 2 * stride, v128.load64_splat(entry, 16));
      v128.store(band + 3 * stride, v128.load64_splat(entry, 24));
      v128.store(rhs + at, f64x2.add(v128.load(rhs + at), wanted));
      xBefore = xNext;
      yBefore = yNext;
      cosBefore = cosNext;
      sinBefore = sinNext;
      entry += 32;
      band += 4 * stride;
      at += stride;
    }
  }
}

/**
 * Matrix and right-hand side of the curvatures: `shared`, and for every step (s_t k_t - change of yaw)^2 with the way
 * s_t = h v_t + h^2 a_t / 2. `yaw` and `speed` have one value more, at t0.
 */
export function curvatureEquations(
  shared: usize,
  yaw: usize,
  speed: usize,
  accel: usize,
  stepS: f64,
  bands: usize,
  rhs: usize,
  steps: i32,
  lanes: i32,
): void {
  const stride = (<usize>lanes) << 3;
  const h = f64x2.splat(stepS);
  const hh = f64x2.splat(stepS * stepS);
  const two = f64x2.splat(2);
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let entry = shared;
    let band = bands + lane;
    let at = lane;
    for (let t = 0; t < steps; t++) {
      const pushed = f64x2.div(f64x2.mul(hh, v128.load(accel + at)), two);
      const travelled = f64x2.add(f64x2.mul(h, v128.load(speed + at)), pushed);
      const turned = f64x2.sub(v128.load(yaw + at + stride), v128.load(yaw + at));
      const square = f64x2.mul(travelled, travelled);
      v128.store(band, f64x2.add(v128.load64_splat(entry), square));
      v128.store(band + stride, v128.load64_splat(entry, 8));
      v128.store(band + 2 * stride, v128.load64_splat(entry, 16));
      v128.store(band + 3 * stride, v128.load64_splat(entry, 24));
      v128.store(rhs + at, f64x2.mul(travelled, turned));
      entry += 32;
      band += 4 * stride;
      at += stride;
    }
  }
}

/** Headings and speeds after each step of driving with the actions, from rest of heading and the speed at t0. */
export function driveHeadings(
  accel: usize,
  curvature: usize,
  v0Mps: f64,
  stepS: f64,
  yaw: usize,
  speed: usize,
  steps: i32,
  lanes: i32,
): void {
  const stride = (<usize>lanes) << 3;
  const h = f64x2.splat(stepS);
  const hh = f64x2.splat(stepS * stepS);
  const two = f64x2.splat(2);
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let v = f64x2.splat(v0Mps);
    let heading = f64x2.splat(0);
    let at = lane;
    for (let t = 0; t < steps; t++) {
      const a = v128.load(accel + at);
      const way = f64x2.add(f64x2.mul(h, v), f64x2.div(f64x2.mul(hh, a), two));
      heading = f64x2.add(heading, f64x2.mul(v128.load(curvature + at), way));
      v = f64x2.add(v, f64x2.mul(h, a));
      v128.store(yaw + at, heading);
      v128.store(speed + at, v);
      at += stride;
    }
  }
}

/** Where driving with these speeds and directions leads, step by step from the origin: the trapezoidal rule. */
export function drivePositions(
  speed: usize,
  cos: usize,
  sin: usize,
  v0Mps: f64,
  stepS: f64,
  x: usize,
  y: usize,
  steps: i32,
  lanes: i32,
): void {
  const stride = (<usize>lanes) << 3;
  const half = f64x2.splat(stepS / 2);
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let vx = f64x2.splat(v0Mps);
    let vy = f64x2.splat(0);
    let px = f64x2.splat(0);
    let py = f64x2.splat(0);
    let at = lane;
    for (let t = 0; t < steps; t++) {
      const v = v128.load(speed + at);
      const nextX = f64x2.mul(v, v128.load(cos + at));
      const nextY = f64x2.mul(v, v128.load(sin + at));
      px = f64x2.add(px, f64x2.mul(half, f64x2.add(vx, nextX)));
      py = f64x2.add(py, f64x2.mul(half, f64x2.add(vy, nextY)));
      v128.store(x + at, px);
      v128.store(y + at, py);
      vx = nextX;
      vy = nextY;
      at += stride;
    }
  }
}
