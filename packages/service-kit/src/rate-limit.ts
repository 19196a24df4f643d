/** Addresses that are remembered; the one that was quiet longest is forgotten first. */
const MOST_ADDRESSES = 10_000;
/** Seconds' worth of requests that may come at once. */
const BURST_S = 2;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket per address: `perS` tokens come back each second, up to two seconds' worth. Bounded in memory: an
 * address that is forgotten starts with a full bucket.
 */
export class RateLimit {
  readonly #perS: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perS: number) {
    this.#perS = perS;
  }

  /** Takes a token. @returns 0, or in how many seconds there will be one. */
  take(address: string, nowMs: number): number {
    const full = this.#perS * BURST_S;
    const known = this.#buckets.get(address) ?? { tokens: full, atMs: nowMs };
    const back = (Math.max(0, nowMs - known.atMs) / 1000) * this.#perS;
    const tokens = Math.min(full, known.tokens + back);
    const allowed = tokens >= 1;
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    this.#forget();
    return allowed ? 0 : (1 - tokens) / this.#perS;
  }

  #forget(): void {
    if (this.#buckets.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
