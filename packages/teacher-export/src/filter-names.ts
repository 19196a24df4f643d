import type { Recipe } from './recipe.ts';

/**
 * Every filter, in the order in which they are applied and reported. The first eight look at one window at a time;
 * the last three look at all windows that are left.
 */
export const FILTERS = [
  'answered',
  'not_excluded',
  'complete',
  'feasible',
  'error_to_recorded',
  'no_chain_breaks',
  'agreement',
  'best',
  'near_duplicates',
  'max_windows_per_drive',
  'balance',
] as const;
export type FilterName = (typeof FILTERS)[number];

/** What each takes away, for the card. */
export const FILTER_MEANINGS: Readonly<Record<FilterName, string>> = {
  answered: 'windows that the sweep did not answer',
  not_excluded: 'windows of drives on the lists of the recipe, or on public evaluation lists',
  complete: 'samples without a field that the recipe requires, or cut off before their end',
  feasible: 'samples with an acceleration or curvature out of bounds at any step',
  error_to_recorded: 'samples too far from the recorded future',
  no_chain_breaks: 'samples whose trace says what the time before t0 cannot hold',
  agreement: 'samples whose plan does not do what their trace says',
  best: 'samples that are not among the best of their window',
  near_duplicates: 'windows that say and do nearly the same as another that is kept',
  max_windows_per_drive: 'windows of drives that have too many',
  balance: 'windows of classes that are too common',
};

/** The filters of a recipe: the first two always, the others when they are named. */
export function filtersOf({ filters }: Recipe): readonly FilterName[] {
  const named: Readonly<Record<string, unknown>> = filters;
  return FILTERS.filter(
    (name) => name === 'answered' || name === 'not_excluded' || named[name] !== undefined,
  );
}
