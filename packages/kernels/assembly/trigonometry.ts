/**
 * Cosine and sine of many angles, two at a time. Quarter turns are taken off with pi / 2 in two parts; what is left goes
 * into the minimax polynomials of fdlibm (Sun Microsystems 1993: k_sin.c, k_cos.c, e_rem_pio2.c; constants from there).
 */

/** Beyond this a quarter turn in two parts is not exact enough; nothing that drives has such a heading. */
const LARGEST: f64 = 1e5;

/** In memory, from where one instruction gives a constant to both lanes; a literal would take three, every time. */
const CONSTANTS: usize = memory.data<f64>([
  // Quarter turns per radian; the first 33 bits of pi / 2, so that a multiple is exact; what is missing from them.
  6.36619772367581382433e-1,
  1.57079632673412561417, 6.07710050650619224932e-11,
  // sin x = x + S1 x^3 + S2 x^5 + ...
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4,
  2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
  // cos x = 1 - x^2 / 2 + C1 x^4 + C2 x^6 + ...
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11, 0.5, 1,
]);
const PER_QUARTER_TURN = 0;
const QUARTER_TURN = 8;
const QUARTER_TURN_REST = 16;
const S1 = 24;
const C1 = 72;
const HALF = 120;
const ONE = 128;

function constant(offset: usize): v128 {
  return v128.load64_splat(CONSTANTS + offset);
}

/** One step of Horner's rule. */
function step(value: v128, sum: v128, offset: usize): v128 {
  return f64x2.add(constant(offset), f64x2.mul(value, sum));
}

/** sin(x + rest) for |x| up to pi / 4. */
function sinNearZero(x: v128, rest: v128): v128 {
  const z = f64x2.mul(x, x);
  const cube = f64x2.mul(z, x);
  let r = step(z, constant(S1 + 40), S1 + 32);
  r = step(z, r, S1 + 24);
  r = step(z, r, S1 + 16);
  r = step(z, r, S1 + 8);
  const bend = f64x2.sub(f64x2.mul(constant(HALF), rest), f64x2.mul(cube, r));
  const bent = f64x2.sub(f64x2.mul(z, bend), rest);
  return f64x2.sub(x, f64x2.sub(bent, f64x2.mul(cube, constant(S1))));
}

/** cos(x + rest) for |x| up to pi / 4. What is taken off 1 first is exact, so that 1 - x^2 / 2 is not rounded twice. */
function cosNearZero(x: v128, rest: v128): v128 {
  const z = f64x2.mul(x, x);
  let r = step(z, constant(C1 + 40), C1 + 32);
  r = step(z, r, C1 + 24);
  r = step(z, r, C1 + 16);
  r = step(z, r, C1 + 8);
  r = f64x2.mul(z, step(z, r, C1));
  const tail = f64x2.sub(f64x2.mul(z, r), f64x2.mul(x, rest));
  const half = f64x2.mul(constant(HALF), z);
  const top = f64x2.sub(constant(ONE), half);
  const lost = f64x2.sub(f64x2.sub(constant(ONE), top), half);
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
    const turns = f64x2.nearest(f64x2.mul(angle, constant(PER_QUARTER_TURN)));
    const near = f64x2.sub(angle, f64x2.mul(turns, constant(QUARTER_TURN)));
    const rest = f64x2.mul(turns, constant(QUARTER_TURN_REST));
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
