import type { InferParameters, Policy } from '@drivesweep/contracts';

/*
 * How many windows a policy is given at a time, after its device ran out of memory.
 *
 *   WHOLE        batches of up to maxBatch, as the policy says
 *      | n > 1 windows ran out -> LIMITED(floor(n / 2)); the same windows are asked again, in order
 *   LIMITED(m)   batches of up to m
 *      | n > 1 windows ran out -> LIMITED(min(m, floor(n / 2))); again
 *      | 1 window ran out      -> LIMITED(m); that window's row is an error with POLICY_OUT_OF_MEMORY
 *
 * A limit never grows: it is forgotten with the worker process, and an engine that is started anew is told the limits.
 */

/** Limits by key: what is sent from one engine to the next. */
export type KnownLimits = Readonly<Record<string, number>>;

/** What a limit is for. How much memory a window takes depends on the policy and on the number of samples. */
export function limitKey(
  { ref }: Pick<Policy, 'ref'>,
  { samples }: Pick<InferParameters, 'samples'>,
): string {
  return `${ref.bundleSha256} ${samples}`;
}

export class BatchLimits {
  readonly #limits = new Map<string, number>();

  /** Infinity while this policy never ran out. */
  of(key: string): number {
    return this.#limits.get(key) ?? Infinity;
  }

  /** `windows` (2 or more) were too many at a time. Returns how many are allowed from now on. */
  halve(key: string, windows: number): number {
    const limit = Math.min(this.of(key), Math.max(1, Math.floor(windows / 2)));
    this.#limits.set(key, limit);
    return limit;
  }

  /** Takes over what another engine found out; the lower limit stands. */
  learn(known: KnownLimits): void {
    for (const [key, limit] of Object.entries(known)) {
      this.#limits.set(key, Math.min(this.of(key), limit));
    }
  }

  known(): KnownLimits {
    return Object.fromEntries(this.#limits);
  }

  /** The lowest of all; null when there is none. */
  get lowest(): number | null {
    return this.#limits.size === 0 ? null : Math.min(...this.#limits.values());
  }
}
