/**
 * Systems with a symmetric positive definite matrix whose entries vanish more than three off the diagonal, one per lane.
 * Entry (i, j) with i - 3 <= j <= i is number `4 i + (i - j)`, as in `emptyBand` of the geometry package: three rows more
 * than the size, zeros where the matrix has none. In a band of lanes every entry is as wide as the lanes.
 */

/** Replaces matrices by their factors L and 1 / d, as `factorBand`. @returns false when one is not positive definite */
export function factorBands(bands: usize, size: i32, lanes: i32): bool {
  const stride = (<usize>lanes) << 3;
  let isDefinite = i64x2.splat(-1);
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let row = bands + lane;
    let above11 = f64x2.splat(0);
    let above12 = f64x2.splat(0);
    let above21 = f64x2.splat(0);
    let inverse1 = f64x2.splat(0);
    let inverse2 = f64x2.splat(0);
    let inverse3 = f64x2.splat(0);
    for (let i = 0; i < size; i++) {
      const second = row + stride;
      const third = second + stride;
      const fourth = third + stride;
      const u3 = v128.load(fourth);
      const u2 = f64x2.sub(v128.load(third), f64x2.mul(u3, above21));
      const u1 = f64x2.sub(
        f64x2.sub(v128.load(second), f64x2.mul(u3, above12)),
        f64x2.mul(u2, above11),
      );
      const l3 = f64x2.mul(u3, inverse3);
      const l2 = f64x2.mul(u2, inverse2);
      const l1 = f64x2.mul(u1, inverse1);
      const early = f64x2.sub(f64x2.sub(v128.load(row), f64x2.mul(l3, u3)), f64x2.mul(l2, u2));
      const pivot = f64x2.sub(early, f64x2.mul(l1, u1));
      isDefinite = v128.and(isDefinite, f64x2.gt(pivot, f64x2.splat(0)));
      inverse3 = inverse2;
      inverse2 = inverse1;
      inverse1 = f64x2.div(f64x2.splat(1), pivot);
      v128.store(row, inverse1);
      v128.store(second, l1);
      v128.store(third, l2);
      v128.store(fourth, l3);
      above21 = above11;
      above11 = l1;
      above12 = l2;
      row = fourth + stride;
    }
  }
  return i64x2.all_true(isDefinite);
}

/** Replaces right-hand sides by the solutions, with factors of their own per lane. */
export function solveBands(factors: usize, rhs: usize, size: i32, lanes: i32): void {
  const stride = (<usize>lanes) << 3;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let v1 = f64x2.splat(0);
    let v2 = f64x2.splat(0);
    let v3 = f64x2.splat(0);
    let f = factors + lane;
    let p = rhs + lane;
    for (let i = 0; i < size; i++) {
      const early = f64x2.sub(
        f64x2.sub(v128.load(p), f64x2.mul(v128.load(f + 3 * stride), v3)),
        f64x2.mul(v128.load(f + 2 * stride), v2),
      );
      v3 = v2;
      v2 = v1;
      v1 = f64x2.sub(early, f64x2.mul(v128.load(f + stride), v1));
      v128.store(p, v1);
      f += 4 * stride;
      p += stride;
    }
    v1 = f64x2.splat(0);
    v2 = f64x2.splat(0);
    v3 = f64x2.splat(0);
    for (let i = 0; i < size; i++) {
      f -= 4 * stride;
      p -= stride;
      const scaled = f64x2.mul(v128.load(p), v128.load(f));
      const early = f64x2.sub(
        f64x2.sub(scaled, f64x2.mul(v128.load(f + 15 * stride), v3)),
        f64x2.mul(v128.load(f + 10 * stride), v2),
      );
      v3 = v2;
      v2 = v1;
      v1 = f64x2.sub(early, f64x2.mul(v128.load(f + 5 * stride), v1));
      v128.store(p, v1);
    }
  }
}

/** `solveBands` where all lanes have the same factors, which lie as those of one. */
export function solveSharedBand(factors: usize, rhs: usize, size: i32, lanes: i32): void {
  const stride = (<usize>lanes) << 3;
  for (let lane: usize = 0; lane < stride; lane += 16) {
    let v1 = f64x2.splat(0);
    let v2 = f64x2.splat(0);
    let v3 = f64x2.splat(0);
    let f = factors;
    let p = rhs + lane;
    for (let i = 0; i < size; i++) {
      const early = f64x2.sub(
        f64x2.sub(v128.load(p), f64x2.mul(v128.load64_splat(f, 24), v3)),
        f64x2.mul(v128.load64_splat(f, 16), v2),
      );
      v3 = v2;
      v2 = v1;
      v1 = f64x2.sub(early, f64x2.mul(v128.load64_splat(f, 8), v1));
      v128.store(p, v1);
      f += 32;
      p += stride;
    }
    v1 = f64x2.splat(0);
    v2 = f64x2.splat(0);
    v3 = f64x2.splat(0);
    for (let i = 0; i < size; i++) {
      f -= 32;
      p -= stride;
      const scaled = f64x2.mul(v128.load(p), v128.load64_splat(f));
      const early = f64x2.sub(
        f64x2.sub(scaled, f64x2.mul(v128.load64_splat(f, 120), v3)),
        f64x2.mul(v128.load64_splat(f, 80), v2),
      );
      v3 = v2;
      v2 = v1;
      v1 = f64x2.sub(early, f64x2.mul(v128.load64_splat(f, 40), v1));
      v128.store(p, v1);
    }
  }
}
