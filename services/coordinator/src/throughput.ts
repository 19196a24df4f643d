const SPAN_MS = 30_000;
/** A rate over less than this says nothing. */
const LEAST_MS = 1_000;

/** How fast a counter grows, over the last half minute. Times are milliseconds of any clock that only goes forward. */
export class Throughput {
  readonly #points: { readonly atMs: number; readonly total: number }[] = [];

  /** Tells the counter's value; call it now and then, also while nothing happens. */
  observe(atMs: number, total: number): void {
    this.#points.push({ atMs, total });
    while (this.#points.length > 2 && atMs - (this.#points[1]?.atMs ?? atMs) >= SPAN_MS) {
      this.#points.shift();
    }
  }

  /** Per second; null until there is something to measure. */
  perSecond(): number | null {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return null;
    return ((last.total - first.total) * 1000) / (last.atMs - first.atMs);
  }
}
