import { instantiate } from './kernels.ts';
import type { Address, Kernels } from './kernels.ts';

const PAGE_BYTES = 65_536;

/**
 * Memory in which the kernels work, and the kernels. Whoever prepares a computation makes one, takes from it what the
 * computation needs, and keeps it as long as the computation may be asked for; it is given back as a whole when nobody
 * holds it any more.
 */
export class Workbench {
  readonly kernels: Kernels = instantiate();
  #used: Address = this.kernels.heapBase.value;
  #stage: LaneSeries | undefined;

  /** Series of zeros. */
  series(steps: number, lanes: number): LaneSeries {
    const even = lanes + (lanes % 2);
    return new LaneSeries(this, this.#take(steps * even), steps, even);
  }

  /** Numbers on their way to a lane, end to end, until the next ones; NaN where there are less than `count`. */
  stage(numbers: Float64Array, count: number): Address {
    if (count > (this.#stage?.size ?? 0)) this.#stage = this.series(1, count);
    const stage = this.#stage;
    if (stage === undefined) return this.#used;
    const { values } = stage;
    if (numbers.length < count) values.fill(NaN);
    values.set(numbers.length > count ? numbers.subarray(0, count) : numbers);
    return stage.address;
  }

  /** Numbers that a computation does not change, such as weights; one after the other. */
  constants(values: ArrayLike<number>): Address {
    const address = this.#take(values.length);
    new Float64Array(this.kernels.memory.buffer, address, values.length).set(values);
    return address;
  }

  /**
   * Room for so many whole numbers of 16 bits, all 0.
   * @returns where, and a way to look at them, to be asked for anew whenever they are written
   */
  wholes(length: number): { readonly address: Address; readonly values: () => Uint16Array } {
    const address = this.#take(Math.ceil(length / 4));
    return { address, values: () => new Uint16Array(this.kernels.memory.buffer, address, length) };
  }

  /** Room for so many numbers, all 0. Memory that grows takes away the views of series: these make them anew. */
  #take(length: number): Address {
    const address = this.#used;
    // Two numbers at a time are loaded: series begin at multiples of both.
    this.#used += 16 * Math.ceil(length / 2);
    const { memory } = this.kernels;
    const missing = this.#used - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  }
}

/**
 * Equally long series of doubles, side by side: value t of lane k is number `t * lanes + k`, so that what is done to all
 * of them is done to two at a time. The number of lanes is made even; a lane too many has to hold numbers that harm no
 * computation, such as those of another lane.
 */
export class LaneSeries {
  /** Of the first value. */
  readonly address: Address;
  readonly steps: number;
  readonly lanes: number;
  /** How many values there are in all lanes. */
  readonly size: number;
  readonly #bench: Workbench;
  #values: Float64Array;

  constructor(bench: Workbench, address: Address, steps: number, lanes: number) {
    this.address = address;
    this.steps = steps;
    this.lanes = lanes;
    this.size = steps * lanes;
    this.#bench = bench;
    this.#values = new Float64Array(bench.kernels.memory.buffer, address, this.size);
  }

  /** All values, step by step; to be asked for anew in every computation. */
  get values(): Float64Array {
    // Views of a memory lose it when it grows.
    if (this.#values.length !== this.size) {
      this.#values = new Float64Array(this.#bench.kernels.memory.buffer, this.address, this.size);
    }
    return this.#values;
  }

  /** Copies the first values of `series`, as many as there are steps unless said otherwise, to a lane from step `first` on. */
  put(lane: number, series: Float64Array, first = 0, count = this.steps - first): void {
    const from = this.#bench.stage(series, count);
    const to = this.address + 8 * (first * this.lanes + lane);
    this.#bench.kernels.spread(from, to, count, this.lanes);
  }

  /** Copies a lane to `out`, from step `first` on, as many steps as `out` takes. */
  take(lane: number, out: Float64Array, first = 0): Float64Array {
    const { values, lanes } = this;
    for (let t = 0, i = first * lanes + lane; t < out.length; t++, i += lanes)
      out[t] = values[i] ?? NaN;
    return out;
  }
}
