/**
 * A column holds up to 256 values, one per window of a block, and what has been worked out from each: the values, their
 * multiples of 2^-20, what is left of them in multiples of 2^-52 (doubles all three), and their buckets (16 bits each).
 */
const ROOM: usize = 256;
const ON_GRID = ROOM << 3;
const REST = ROOM << 4;
const BUCKETS = 3 * (ROOM << 3);

const GRID: f64 = 1048576;
const REST_GRID: f64 = 4503599627370496;

/** Octaves from 2^-30 to 2^40, cut into 256 bins each by the first bits of the mantissa. */
const FIRST_BIN: i32 = (1023 - 30) << 8;
const BINS: i32 = 70 << 8;
const LAST_BUCKET: i32 = 70 * 70 + 1;

/**
 * Fills a column with `rows` values that lie `stride` bytes apart; NaN is no value. `bins` holds the bucket in which each
 * bin begins (16 bits), `ends` the smallest value that is beyond each bucket.
 * Returns the largest multiple of 2^-20 without its sign.
 */
export function splitColumn(
  values: usize,
  stride: i32,
  rows: i32,
  bins: usize,
  ends: usize,
  column: usize,
): f64 {
  let largest: f64 = 0;
  const end = column + ((<usize>rows) << 3);
  let buckets = column + BUCKETS;
  for (let to = column; to < end; to += 8, values += stride, buckets += 2) {
    const value = load<f64>(values);
    const onGrid = round(value * GRID) / GRID;
    store<f64>(to, value);
    store<f64>(to + ON_GRID, onGrid);
    store<f64>(to + REST, round((value - onGrid) * REST_GRID) / REST_GRID);
    store<i16>(buckets, <i16>bucketOf(value, bins, ends));
    const magnitude = abs<f64>(onGrid);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** To the nearest whole number, halves up. */
function round(value: f64): f64 {
  const above = ceil<f64>(value);
  return above - 0.5 > value ? above - 1 : above;
}

function bucketOf(value: f64, bins: usize, ends: usize): i32 {
  const magnitude = abs<f64>(value);
  const bin = <i32>(reinterpret<u64>(magnitude) >> 44) - FIRST_BIN;
  if (bin < 0) return 0;
  let bucket = LAST_BUCKET;
  if (bin < BINS) {
    bucket = <i32>load<i16>(bins + ((<usize>bin) << 1));
    bucket += <i32>(magnitude >= load<f64>(ends + ((<usize>bucket) << 3)));
  }
  return value < 0 ? -bucket : bucket;
}

/** Of columns with a larger multiple of 2^-20 the larger ones are left out of the sum: in 256 others nothing is rounded. */
const MOST: f64 = 4194304;
/** Sums on the grids below twice these are exact. */
const MOST_ON_GRID: f64 = 2147483648;
const MOST_REST: f64 = 0.5;

/**
 * Adds `count` rows of a column, listed in bytes, to the totals at `totals`: number, smallest, largest, number above
 * `tail`, sum of multiples of 2^-20 without signs, sum of those below 2^22 with signs, sum of what is left. Writes the
 * buckets of rows that have a value to `found`.
 * Returns how many those are; the complement of it, which is negative, when one of the last two sums has to be moved.
 */
export function addRows(
  column: usize,
  rows: usize,
  count: i32,
  tail: f64,
  totals: usize,
  found: usize,
): i32 {
  let min = load<f64>(totals, 8);
  let max = load<f64>(totals, 16);
  let above: i32 = 0;
  let absolute = load<f64>(totals, 32);
  let onGrid = load<f64>(totals, 40);
  let rest = load<f64>(totals, 48);
  let n: i32 = 0;
  for (const end = rows + count; rows < end; rows++) {
    const row = <usize>load<u8>(rows);
    const at = column + (row << 3);
    const value = load<f64>(at);
    if (value != value) continue;
    const multiple = load<f64>(at, ON_GRID);
    const magnitude = abs<f64>(multiple);
    if (value < min) min = value;
    if (value > max) max = value;
    above += <i32>(value > tail);
    absolute += magnitude;
    if (magnitude < MOST) onGrid += multiple;
    rest += load<f64>(at, REST);
    store<i16>(found + ((<usize>n) << 1), load<i16>(column + (row << 1), BUCKETS));
    n++;
  }
  store<f64>(totals, load<f64>(totals) + <f64>n);
  store<f64>(totals, min, 8);
  store<f64>(totals, max, 16);
  store<f64>(totals, load<f64>(totals, 24) + <f64>above, 24);
  store<f64>(totals, absolute, 32);
  store<f64>(totals, onGrid, 40);
  store<f64>(totals, rest, 48);
  const hasToMove = abs<f64>(onGrid) >= MOST_ON_GRID || abs<f64>(rest) >= MOST_REST;
  return hasToMove ? ~n : n;
}
