import { samplesRemovedBy, windowRemovedBy } from './fate.ts';
import type { Fate } from './fate.ts';
import { filtersOf } from './filter-names.ts';
import type { FilterName } from './filter-names.ts';
import type { Recipe } from './recipe.ts';

/** What one filter took away from one slice. */
export interface SliceTally {
  /** `all`, or `fact=value`. */
  readonly slice: string;
  /** Windows that came to this filter, and those that it removed. */
  readonly windowsBefore: number;
  readonly windowsRemoved: number;
  readonly samplesRemoved: number;
}

export interface FilterTally {
  readonly filter: FilterName;
  readonly slices: readonly SliceTally[];
}

export interface Tallies {
  readonly windows: number;
  readonly samples: number;
  readonly keptWindows: number;
  readonly keptSamples: number;
  readonly filters: readonly FilterTally[];
}

/** Counts what became of windows, filter by filter and slice by slice. */
export interface Tally {
  /** @param reported values of the recipe's `report_by`, in its order */
  add(fate: Fate, reported: readonly string[]): void;
  result(): Tallies;
}

/** Slices beyond this are counted under `all` only: a fact with a value per drive would fill the card. */
const MOST_VALUES = 24;

interface Counts {
  windows: number;
  windowsRemoved: Int32Array;
  samplesRemoved: Int32Array;
}

export function createTally(recipe: Recipe): Tally {
  const filters = filtersOf(recipe);
  const slices = new Map<string, Counts>();
  let [windows, samples, keptWindows, keptSamples] = [0, 0, 0, 0];

  const countsOf = (slice: string): Counts => {
    const known = slices.get(slice);
    if (known) return known;
    const made = {
      windows: 0,
      windowsRemoved: new Int32Array(filters.length),
      samplesRemoved: new Int32Array(filters.length),
    };
    slices.set(slice, made);
    return made;
  };

  return {
    add(fate, reported) {
      windows++;
      samples += fate.length;
      const removedBy = windowRemovedBy(fate);
      if (removedBy === null) keptWindows++;
      for (const found of fate) if (found === 0) keptSamples++;
      const taken = filters.map((filter) => samplesRemovedBy(fate, filter));
      const place = removedBy === null ? -1 : filters.indexOf(removedBy);
      const names = ['all', ...reported.map((value, i) => `${recipe.report_by[i] ?? ''}=${value}`)];
      for (const name of names) {
        const counts = countsOf(name);
        counts.windows++;
        if (place >= 0) counts.windowsRemoved[place] = (counts.windowsRemoved[place] ?? 0) + 1;
        taken.forEach((count, i) => {
          counts.samplesRemoved[i] = (counts.samplesRemoved[i] ?? 0) + count;
        });
      }
    },
    result: () => ({
      windows,
      samples,
      keptWindows,
      keptSamples,
      filters: filters.map((filter, i) => ({ filter, slices: tallyOf(slices, i, recipe) })),
    }),
  };
}

function tallyOf(slices: ReadonlyMap<string, Counts>, filter: number, { report_by }: Recipe) {
  const shown = [...slices.keys()].filter((slice) => slice === 'all' || isShown(slice));
  const order = (slice: string) => (slice === 'all' ? -1 : report_by.indexOf(factOf(slice)));
  return shown
    .sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    .map((slice): SliceTally => {
      const counts = slices.get(slice);
      const before = counts?.windowsRemoved.subarray(0, filter).reduce((a, b) => a + b, 0) ?? 0;
      return {
        slice,
        windowsBefore: (counts?.windows ?? 0) - before,
        windowsRemoved: counts?.windowsRemoved[filter] ?? 0,
        samplesRemoved: counts?.samplesRemoved[filter] ?? 0,
      };
    });

  function isShown(slice: string): boolean {
    const fact = factOf(slice);
    return [...slices.keys()].filter((other) => factOf(other) === fact).length <= MOST_VALUES;
  }
}

function factOf(slice: string): string {
  return slice.slice(0, Math.max(0, slice.indexOf('=')));
}
