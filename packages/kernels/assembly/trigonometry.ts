/**
 * Cosine and sine of many angles, two at a time. Quarter turns are taken off with pi / 2 in two parts; what is left goes
 * into the minimax polynomials of fdlibm (Sun Microsystems 1993: k_sin.c, k_cos.c, e_rem_pio2.c; constants from there).
 */

/** Beyond this a quarter turn in two parts is not exact enough; nothing that drives has such a heading. */
const LARGEST: f64 = 1e5;

const PER_QUARTER_TURN: f64 = 6.36619772367581382433e-1;
/** The first 33 bits of pi / 2, so that a multiple of it is exact, and what is missing from it. */
const QUARTER_TURN: f64 = 1.57079632673412561417;
const QUARTER_TURN_REST: f64 = 6.07710050650619224932e-11;

const S1: f64 = -1.66666666666666324348e-1;
const S2: f64 = 8.33333333332248946124e-3;
const S3: f64 = -1.98412698298579493134e-4;
const S4: f64 = 2.75573137070700676789e-6;
const S5: f64 = -2.50507602534068634195e-8;
const S6: f64 = 1.58969099521155010221e-10;

const C1: f64 = 4.16666666666666019037e-2;
const C2: f64 = -1.38888888888741095749e-3;
const C3: f64 = 2.48015872894767294178e-5;
const C4: f64 = -2.75573143513906633035e-7;
const C5: f64 = 2.0875723212981748279e-9;
const C6: f64 = -1.13596475577881948265e-11;

function scaledSum(value: v128, factor: v128, add: f64): v128 {
  return f64x2.add(f64x2.splat(add), f64x2.mul(value, factor));
}

/** sin(x + rest) for |x| up to pi / 4. */
function sinNearZero(x: v128, rest: v128): v128 {
  const z = f64x2.mul(x, x);
  const cube = f64x2.mul(z, x);
  const r = scaledSum(z, scaledSum(z, scaledSum(z, scaledSum(z, f64x2.splat(S6), S5), S4), S3), S2);
  const bend = f64x2.sub(f64x2.mul(f64x2.splat(0.5), rest), f64x2.mul(cube, r));
  const correction = f64x2.sub(
    f64x2.sub(f64x2.mul(z, bend), rest),
    f64x2.mul(cube, f64x2.splat(S1)),
  );
  return f64x2.sub(x, correction);
}

/** cos(x + rest) for |x| up to pi / 4. What is taken off 1 first is exact, so that 1 - x^2 / 2 is not rounded twice. */
function cosNearZero(x: v128, rest: v128): v128 {
  const z = f64x2.mul(x, x);
  const r = f64x2.mul(
    z,
    scaledSum(
      z,
      scaledSum(z, scaledSum(z, scaledSum(z, scaledSum(z, f64x2.splat(C6), C5), C4), C3), C2),
      C1,
    ),
  );
  const tail = f64x2.sub(f64x2.mul(z, r), f64x2.mul(x, rest));
  const half = f64x2.mul(f64x2.splat(0.5), z);
  const top = f64x2.sub(f64x2.splat(1), half);
  const lost = f64x2.sub(f64x2.sub(f64x2.splat(1), top), half);
  return f64x2.add(top, f64x2.add(lost, tail));
}

/**
 * cos[i] and sin[i] of angles[i], radians, for an even number `n` of angles; each within 1 unit in the last place of 1.
 * @returns whether all angles were small enough (and numbers); if not, their results are of no use
 */
export function cosSin(angles: usize, cos: usize, sin: usize, n: i32): bool {
  const bytes = (<usize>n) << 3;
  let isSmall = i64x2.splat(-1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const angle = v128.load(angles + i);
    isSmall = v128.and(isSmall, f64x2.le(f64x2.abs(angle), f64x2.splat(LARGEST)));
    const turns = f64x2.nearest(f64x2.mul(angle, f64x2.splat(PER_QUARTER_TURN)));
    const near = f64x2.sub(angle, f64x2.mul(turns, f64x2.splat(QUARTER_TURN)));
    const rest = f64x2.mul(turns, f64x2.splat(QUARTER_TURN_REST));
    const x = f64x2.sub(near, rest);
    const xRest = f64x2.sub(f64x2.sub(near, x), rest);
    const s = sinNearZero(x, xRest);
    const c = cosNearZero(x, xRest);
    const quarter = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(turns));
    const isOdd = i64x2.eq(v128.and(quarter, i64x2.splat(1)), i64x2.splat(1));
    const sinSign = i64x2.shl(v128.and(quarter, i64x2.splat(2)), 62);
    const next = i64x2.add(quarter, i64x2.splat(1));
    const cosSign = i64x2.shl(v128.and(next, i64x2.splat(2)), 62);
    v128.store(sin + i, v128.xor(v128.bitselect(c, s, isOdd), sinSign));
    v128.store(cos + i, v128.xor(v128.bitselect(s, c, isOdd), cosSign));
  }
  return i64x2.all_true(isSmall);
}
