import { compareNaturally } from './natural-order.ts';
import type { SliceTotals } from './slice-totals.ts';

/**
 * The slices of all facts. A fact with too many values loses all of them, whichever came first: it is a name rather than
 * a property.
 */
export interface FactSlices {
  /** The slices that a window with these facts is in. */
  readonly slicesOf: (facts: Readonly<Record<string, string>>) => SliceTotals[];
  readonly all: () => SliceTotals[];
  /** `fact=value` and its slice, in natural order. */
  readonly named: () => [name: string, slice: SliceTotals][];
  /** Facts by name, each with its slices in no order. */
  readonly byFact: () => [fact: string, slices: SliceTotals[]][];
  readonly has: (fact: string) => boolean;
  /** Facts with too many values, by name. */
  readonly notSliced: () => string[];
}

export function createFactSlices(maxValues: number, createSlice: () => SliceTotals): FactSlices {
  /** fact -> value -> slice; null when the fact has too many values. */
  const facts = new Map<string, Map<string, SliceTotals> | null>();

  const sliceOf = (fact: string, value: string): SliceTotals | null => {
    const slices = facts.get(fact) ?? (facts.has(fact) ? null : new Map<string, SliceTotals>());
    if (slices === null) return null;
    const known = slices.get(value);
    if (known !== undefined) return known;
    if (slices.size >= maxValues) {
      facts.set(fact, null);
      return null;
    }
    const slice = createSlice();
    facts.set(fact, slices.set(value, slice));
    return slice;
  };
  const byName = (): [string, Map<string, SliceTotals>][] =>
    [...facts]
      .flatMap(([fact, slices]): [string, Map<string, SliceTotals>][] =>
        slices === null ? [] : [[fact, slices]],
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));

  return {
    slicesOf: (ofWindow) => {
      const slices: SliceTotals[] = [];
      for (const fact in ofWindow) {
        const slice = sliceOf(fact, ofWindow[fact] ?? '');
        if (slice !== null) slices.push(slice);
      }
      return slices;
    },
    all: () => byName().flatMap(([, slices]) => [...slices.values()]),
    named: () =>
      byName()
        .flatMap(([fact, slices]) =>
          [...slices].map(([value, slice]): [string, SliceTotals] => [`${fact}=${value}`, slice]),
        )
        .sort(([a], [b]) => compareNaturally(a, b)),
    byFact: () => byName().map(([fact, slices]) => [fact, [...slices.values()]]),
    has: (fact) => facts.has(fact),
    notSliced: () => [...facts].flatMap(([fact, slices]) => (slices === null ? [fact] : [])).sort(),
  };
}
