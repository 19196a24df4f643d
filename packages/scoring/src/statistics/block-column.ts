import { at } from '@drivesweep/geometry';
import { bucketOf } from './quantile-buckets.ts';

/**
 * Windows that wait to be added up together: one value for each of a thousand columns misses the cache at every one, many
 * values for a column miss it once. Rows must fit a byte.
 */
export const BLOCK_WINDOWS = 256;

/** The values of one metric, one per window of a block, worked out once for all the slices that they are added to. */
export interface BlockColumn {
  /** NaN where the metric does not apply; the other arrays then say nothing. */
  readonly values: Float64Array;
  /** The value, rounded to the grid of cluster sums. */
  readonly onGrid: Float64Array;
  /** What the rounding took away, to 2^-52. */
  readonly rest: Float64Array;
  /** The bucket of the value in a `QuantileSketch`. */
  readonly buckets: Int16Array;
  /** The tail of the metric begins above this value; infinite when its card names none. */
  tailAbove: number;
  /** Where the values go in slices other than that of all windows. */
  headlineColumn: number;
}

/** Sums of clusters are kept in multiples of 2^-20, a millionth: adding such numbers is exact while the sum stays below 2^33. */
const GRID = 2 ** 20;
/** Adding multiples of 2^-52 is exact while the sum stays below 2. */
const REST_GRID = 2 ** 52;

export function createBlockColumn(): BlockColumn {
  return {
    values: new Float64Array(BLOCK_WINDOWS),
    onGrid: new Float64Array(BLOCK_WINDOWS),
    rest: new Float64Array(BLOCK_WINDOWS),
    buckets: new Int16Array(BLOCK_WINDOWS),
    tailAbove: Infinity,
    headlineColumn: -1,
  };
}

/** Fills a column with `rows` values, the first at `from` and then every `stride`-th. */
export function fillColumn(
  { values, onGrid, rest, buckets }: BlockColumn,
  windows: Float64Array,
  from: number,
  stride: number,
  rows: number,
): void {
  for (let row = 0, i = from; row < rows; row++, i += stride) {
    const value = at(windows, i);
    const rounded = Math.round(value * GRID) / GRID;
    values[row] = value;
    onGrid[row] = rounded;
    rest[row] = Math.round((value - rounded) * REST_GRID) / REST_GRID;
    buckets[row] = bucketOf(value);
  }
}
