/**
 * Logarithm, sine and cosine out of additions, multiplications and divisions alone. IEEE 754 says what those give, bit
 * by bit, and ECMAScript does not say it of `Math.log`, `Math.sin` and `Math.cos`: with them the same sweep could have
 * other noise on another version of Node.
 */

const TWO_POW_32 = 2 ** 32;
/** ln 2 in two parts; the first has 21 bits, so that any whole multiple below 2^32 of it is exact. */
const LN2_HIGH = 0.6931467056274414;
const LN2_LOW = 4.7493250390316726e-7;
/** 1/3, 1/5 ... of the series of atanh; below 2^-60 after the last for arguments up to 0.172. */
const ATANH = Array.from({ length: 11 }, (_, i) => 1 / (2 * i + 3));
/** Taylor coefficients in the square of the angle, after the first term; below 2^-58 after the last up to pi / 4. */
const SIN = taylor(3, 8);
const COS = taylor(2, 8);

/** ln((word + 1) / 2^32), for an unsigned word: 0 down to -22.2. Within 2 units in the last place. */
export function lnOfUnit(word: number): number {
  const whole = (word >>> 0) + 1;
  // whole = m * 2^e with m in [1/sqrt 2, sqrt 2), so that the series is short and nothing cancels near 1.
  let e = whole === TWO_POW_32 ? 32 : 31 - Math.clz32(whole);
  let m = whole / 2 ** e;
  if (m > Math.SQRT2) {
    m /= 2;
    e += 1;
  }
  const s = (m - 1) / (m + 1);
  const power = e - 32;
  const small = 2 * s * s * s * horner(ATANH, s * s) + power * LN2_LOW;
  return power * LN2_HIGH + (2 * s + small);
}

/** Cosine and sine of 2 pi word / 2^32. Each within 2 units in the last place of 1. */
export function unitCircle(word: number): readonly [cos: number, sin: number] {
  const turns = (4 * (word >>> 0)) / TWO_POW_32;
  const quarter = Math.floor(turns + 0.5);
  const angle = (turns - quarter) * (Math.PI / 2);
  const square = angle * angle;
  const sin = angle + angle * square * horner(SIN, square);
  const cos = 1 + square * horner(COS, square);
  switch (quarter % 4) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}

/** c0 + c1 x + c2 x^2 ... */
function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0);
  return sum;
}

/** -1/first!, 1/(first + 2)!, -1/(first + 4)! ... */
function taylor(first: number, terms: number): number[] {
  const found: number[] = [];
  let factorial = 1;
  for (let n = 2; found.length < terms; n++) {
    factorial *= n;
    if (n < first || (n - first) % 2 !== 0) continue;
    found.push((found.length % 2 === 0 ? -1 : 1) / factorial);
  }
  return found;
}
