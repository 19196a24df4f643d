import { Workbench } from '@drivesweep/kernels';
import type { Address } from '@drivesweep/kernels';
import { BUCKET_TABLES } from './quantile-buckets.ts';

/**
 * Windows that wait to be added up together: one value for each of a thousand columns misses the cache at every one, many
 * values for a column miss it once. The kernels that add them have room for as many, and rows fit a byte.
 */
export const BLOCK_WINDOWS = 256;

/** Where the kernels add up the windows of one summary: what all its slices share. */
export class BlockMemory {
  readonly bench = new Workbench();
  /** Tables of the buckets of quantiles. */
  readonly bins: Address;
  readonly ends: Address = this.bench.constants(BUCKET_TABLES.ends);
  /** A list of rows of a block, a byte each. */
  readonly rows: Address = this.bench.wholes(BLOCK_WINDOWS / 2).address;
  /** Buckets that were found in these rows, 16 bits each. */
  readonly found: Address = this.bench.wholes(BLOCK_WINDOWS).address;
  #found = new Int16Array();

  constructor() {
    const bins = this.bench.wholes(BUCKET_TABLES.bins.length);
    bins.values().set(BUCKET_TABLES.bins);
    this.bins = bins.address;
  }

  /** @param rows the first `count` become the list */
  listRows(rows: Uint8Array, count: number): void {
    const list = new Uint8Array(this.bench.kernels.memory.buffer, this.rows, BLOCK_WINDOWS);
    for (let i = 0; i < count; i++) list[i] = rows[i] ?? 0;
  }

  foundBuckets(): Int16Array {
    // Memory that grows takes its views away.
    if (this.#found.length === 0) {
      this.#found = new Int16Array(this.bench.kernels.memory.buffer, this.found, BLOCK_WINDOWS);
    }
    return this.#found;
  }
}
