/** Columns that are added up at once. */
const LANES_SHIFT: usize = 6;

/**
 * What eight columns of `rows` values, side by side, add up to when every row is taken as often as its weight says:
 * `draws` times, each with `rows` weights of its own, 16-bit numbers. Writes eight sums per draw, each added up from the
 * first row to the last. Two draws at a time: what is loaded is used twice.
 */
export function drawSums(columns: usize, weights: usize, rows: i32, draws: i32, out: usize): void {
  const bytes = (<usize>rows) << 1;
  for (let draw = 0; draw < draws; draw += 2) {
    const p = weights + <usize>draw * bytes;
    // Of an odd number of draws the last one is worked out twice.
    const hasOther = draw + 1 < draws;
    const q = hasOther ? p + bytes : p;
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    for (let i: usize = 0, row = columns; i < bytes; i += 2, row += 1 << LANES_SHIFT) {
      const weight = f64x2.splat(<f64>(<i32>load<u16>(p + i)));
      const other = f64x2.splat(<f64>(<i32>load<u16>(q + i)));
      const first = v128.load(row);
      const second = v128.load(row, 16);
      const third = v128.load(row, 32);
      const fourth = v128.load(row, 48);
      a = f64x2.add(a, f64x2.mul(first, weight));
      b = f64x2.add(b, f64x2.mul(second, weight));
      c = f64x2.add(c, f64x2.mul(third, weight));
      d = f64x2.add(d, f64x2.mul(fourth, weight));
      e = f64x2.add(e, f64x2.mul(first, other));
      f = f64x2.add(f, f64x2.mul(second, other));
      g = f64x2.add(g, f64x2.mul(third, other));
      h = f64x2.add(h, f64x2.mul(fourth, other));
    }
    const to = out + ((<usize>draw) << LANES_SHIFT);
    storeEight(to, a, b, c, d);
    if (hasOther) storeEight(to + (1 << LANES_SHIFT), e, f, g, h);
  }
}

function storeEight(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}
