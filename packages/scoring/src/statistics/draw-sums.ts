import { Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';

/** Columns that the kernel adds up at once. */
const LANES = 8;

/**
 * What columns of numbers add up to when rows are drawn with replacement, draw by draw. Every sum is added up from the
 * first row to the last, each number times its weight, so that it is the same wherever the columns stand.
 */
export class DrawSums {
  readonly #bench = new Workbench();
  readonly #draws: number;
  readonly #columns: LaneSeries;
  readonly #sums: LaneSeries;
  readonly #weights: ReturnType<Workbench['wholes']>;
  #rows = 0;

  /** @param mostRows that a column may have */
  constructor(draws: number, mostRows: number) {
    this.#draws = draws;
    this.#columns = this.#bench.series(mostRows, LANES);
    this.#sums = this.#bench.series(draws, LANES);
    this.#weights = this.#bench.wholes(draws * mostRows);
  }

  /** Sets how often each draw takes each row; columns then have as many rows as there are weights in a draw. */
  weigh(weights: Iterable<Uint16Array>): void {
    const values = this.#weights.values();
    let used = 0;
    for (const ofDraw of weights) {
      values.set(ofDraw, used);
      used += ofDraw.length;
      this.#rows = ofDraw.length;
    }
  }

  /** @returns per column one sum per draw */
  of(columns: readonly Float64Array[]): Float64Array[] {
    const sums: Float64Array[] = [];
    for (let first = 0; first < columns.length; first += LANES) {
      const together = columns.slice(first, first + LANES);
      together.forEach((column, lane) => this.#columns.put(lane, column, 0, this.#rows));
      const [from, weights, to] = [this.#columns, this.#weights, this.#sums];
      const { kernels } = this.#bench;
      kernels.drawSums(from.address, weights.address, this.#rows, this.#draws, to.address);
      together.forEach((_, lane) => sums.push(to.take(lane, new Float64Array(this.#draws))));
    }
    return sums;
  }
}
