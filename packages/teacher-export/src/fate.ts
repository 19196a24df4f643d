import { FILTERS } from './filter-names.ts';
import type { FilterName } from './filter-names.ts';

/**
 * What became of the samples of a window: one byte each, 0 while it is kept, else 1 + the place in `FILTERS` of the
 * filter that removed it. A window is removed with its last sample. A window that was not answered has no samples, and
 * is removed by `answered`.
 */
export type Fate = Uint8Array;

const code = (filter: FilterName) => FILTERS.indexOf(filter) + 1;

export function newFate(samples: number): Fate {
  return new Uint8Array(samples);
}

export function isKept(fate: Fate, sample: number): boolean {
  return fate[sample] === 0;
}

export function isWindowKept(fate: Fate): boolean {
  return fate.includes(0);
}

export function keptSamples(fate: Fate): number[] {
  return Array.from(fate.keys()).filter((sample) => fate[sample] === 0);
}

/** Samples that were removed before stay with the filter that did it. */
export function removeSample(fate: Fate, sample: number, filter: FilterName): void {
  if (fate[sample] === 0) fate[sample] = code(filter);
}

/** The window as a whole, as the filters do that look at all windows. */
export function removeWindow(fate: Fate, filter: FilterName): void {
  for (let k = 0; k < fate.length; k++) removeSample(fate, k, filter);
}

/** How many samples a filter removed. */
export function samplesRemovedBy(fate: Fate, filter: FilterName): number {
  const wanted = code(filter);
  let count = 0;
  for (const found of fate) if (found === wanted) count++;
  return count;
}

/** The filter that removed the last sample; null while a sample is kept. Filters come in order, so it is the latest. */
export function windowRemovedBy(fate: Fate): FilterName | null {
  if (fate.length === 0) return 'answered';
  let latest = 0;
  for (const found of fate) {
    if (found === 0) return null;
    latest = Math.max(latest, found);
  }
  return FILTERS[latest - 1] ?? null;
}
