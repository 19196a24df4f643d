import type { Address, LaneSeries } from '@drivesweep/kernels';
import { BLOCK_WINDOWS } from './block-memory.ts';
import type { BlockMemory } from './block-memory.ts';

/** Numbers of a column: three per window and its bucket, of a quarter of the size. */
const NUMBERS = 3 * BLOCK_WINDOWS + BLOCK_WINDOWS / 4;

/**
 * The values of one metric, one per window of a block, and what is worked out from them once for all the slices that they
 * are added to: a value is the sum of a multiple of 2^-20, a millionth, and of one of 2^-52. Adding the former is exact
 * while their sum stays below 2^33, adding the latter while it stays below 2.
 */
export class BlockColumn {
  /** The tail of the metric begins above this value; infinite when its card names none. */
  tailAbove = Infinity;
  /** Where the values go in slices other than that of all windows. */
  headlineColumn = -1;
  /** The largest multiple of 2^-20, without its sign. */
  largest = 0;
  readonly #memory: BlockMemory;
  readonly #numbers: LaneSeries;

  constructor(memory: BlockMemory) {
    this.#memory = memory;
    this.#numbers = memory.bench.series(NUMBERS / 2, 2);
  }

  get address(): Address {
    return this.#numbers.address;
  }

  /**
   * `BLOCK_WINDOWS` values, NaN where the metric does not apply, and behind them as many multiples of 2^-20. To be asked
   * for anew when memory may have grown.
   */
  get numbers(): Float64Array {
    return this.#numbers.values;
  }

  /** Takes `rows` values, the first at `from` and then every `stride` bytes. */
  fill(from: Address, stride: number, rows: number): void {
    const { bench, bins, ends } = this.#memory;
    this.largest = bench.kernels.splitColumn(from, stride, rows, bins, ends, this.address);
  }
}
