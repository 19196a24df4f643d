/**
 * A sum of doubles without rounding until it is read: the partials never overlap and add up to the exact sum
 * (Shewchuk 1997, as math.fsum of Python). So the result is the correctly rounded sum, the same in any order and
 * however the values were split between sums.
 */
export class ExactSum {
  /** Ascending in magnitude; the first `#count` are in use, two or three in practice. */
  readonly #partials: number[] = [];
  #count = 0;

  /** @param value finite; the sum must stay below 1.8e308 */
  add(value: number): void {
    const partials = this.#partials;
    let carry = value;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const partial = partials[i] ?? 0;
      const carryIsBigger = Math.abs(carry) >= Math.abs(partial);
      const big = carryIsBigger ? carry : partial;
      const small = carryIsBigger ? partial : carry;
      carry = big + small;
      const lost = small - (carry - big);
      if (lost !== 0) partials[kept++] = lost;
    }
    partials[kept] = carry;
    this.#count = kept + 1;
  }

  /** The exact sum, rounded once, half to even; 0 when nothing was added. */
  value(): number {
    const partials = this.#partials;
    let i = this.#count - 1;
    let high = partials[i] ?? 0;
    let low = 0;
    while (i > 0 && low === 0) {
      i--;
      const next = partials[i] ?? 0;
      const sum = high + next;
      low = next - (sum - high);
      high = sum;
    }
    // A remainder of exactly half a unit was rounded to even without seeing the smaller partials: they decide.
    const rest = partials[i - 1] ?? 0;
    if (i > 0 && Math.sign(low) === Math.sign(rest)) {
      const twice = low * 2;
      const nudged = high + twice;
      if (nudged - high === twice) return nudged;
    }
    return high;
  }
}
