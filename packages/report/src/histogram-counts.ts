/** Counts of values in bins of equal width; bin `i` holds [(first + i) * width, (first + i + 1) * width). */
export interface HistogramCounts {
  readonly width: number;
  readonly first: number;
  readonly counts: readonly number[];
}

export interface HistogramBuilder {
  /** NaN is not counted. */
  add(value: number): void;
  /** Null when nothing was counted. */
  counts(): HistogramCounts | null;
}

const MAX_BINS = 256;
/** Far below any difference between two scores. */
const FINEST_WIDTH = 2 ** -16;

/**
 * Counts values of unknown range in at most `maxBins` bins: the widths are powers of two, and when the range grows
 * neighbouring bins become one. The bins at the end depend on the smallest and the largest value only, so the order
 * of the values does not show and memory does not grow with their number.
 */
export function createHistogram(maxBins: number = MAX_BINS): HistogramBuilder {
  let merged = 1;
  let bins = new Map<number, number>();
  let [low, high] = [Infinity, -Infinity];

  const coarsen = (): void => {
    const halved = new Map<number, number>();
    for (const [bin, count] of bins) {
      const to = Math.floor(bin / 2);
      halved.set(to, (halved.get(to) ?? 0) + count);
    }
    bins = halved;
    merged *= 2;
    low = Math.floor(low / 2);
    high = Math.floor(high / 2);
  };

  return {
    add(value) {
      if (!Number.isFinite(value)) return;
      // Through the finest bin, as those before it: division by a wide bin would lose the sign of the smallest numbers.
      // Adding 0 turns -0 into 0.
      const finest = Math.floor(value / FINEST_WIDTH) + 0;
      let bin = Math.floor(finest / merged);
      while (Math.max(high, bin) - Math.min(low, bin) >= maxBins) {
        coarsen();
        bin = Math.floor(finest / merged);
      }
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
      low = Math.min(low, bin);
      high = Math.max(high, bin);
    },
    counts() {
      if (bins.size === 0) return null;
      const length = high - low + 1;
      return {
        width: merged * FINEST_WIDTH,
        first: low,
        counts: Array.from({ length }, (_, i) => bins.get(low + i) ?? 0),
      };
    },
  };
}
