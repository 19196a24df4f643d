import { DrivesweepError } from '@drivesweep/contracts';
import type { Candidate } from './candidate.ts';
import { isWindowKept, removeWindow } from './fate.ts';
import type { Fate } from './fate.ts';
import { FILTER_MEANINGS } from './filter-names.ts';
import type { FilterName } from './filter-names.ts';
import type { Recipe } from './recipe.ts';
import { createTally } from './tally.ts';
import type { Tallies } from './tally.ts';

export interface Selection {
  /** Windows that are kept, in the order of the sweep. */
  readonly kept: readonly Candidate[];
  readonly tallies: Tallies;
}

/**
 * Applies the filters that look at all windows: near duplicates, cap per drive, balance. Which windows a cap leaves
 * depends on the recipe's seed and their ids, never on their order.
 * Errors: EXPORT_EMPTY naming the filter that removed the last window.
 */
export function selectWindows(candidates: readonly Candidate[], recipe: Recipe): Selection {
  const removed = new Map<Candidate, FilterName>();
  const left = () => candidates.filter((one) => isWindowKept(one.fate) && !removed.has(one));
  const remove = (filter: FilterName, windows: readonly Candidate[]) => {
    for (const window of windows) removed.set(window, filter);
  };
  remove('near_duplicates', nearDuplicates(left(), recipe));
  remove('max_windows_per_drive', beyondDriveCaps(left(), recipe));
  remove('balance', beyondClassCaps(left(), recipe));
  const tally = createTally(recipe);
  for (const candidate of candidates) {
    tally.add(fateAfter(candidate.fate, removed.get(candidate)), candidate.reported);
  }
  const tallies = tally.result();
  if (tallies.keptWindows === 0) throw nothingLeft(tallies);
  return { kept: left(), tallies };
}

function fateAfter(fate: Fate, filter: FilterName | undefined): Fate {
  if (filter === undefined) return fate;
  const after = Uint8Array.from(fate);
  removeWindow(after, filter);
  return after;
}

function nearDuplicates(windows: readonly Candidate[], { filters }: Recipe): readonly Candidate[] {
  const rule = filters.near_duplicates;
  if (rule === undefined) return [];
  const seen = new Map<string, number>();
  return windows.filter(({ duplicateKey }) => {
    if (duplicateKey === null) return false;
    const before = seen.get(duplicateKey) ?? 0;
    seen.set(duplicateKey, before + 1);
    return before >= rule.keep;
  });
}

function beyondDriveCaps(windows: readonly Candidate[], { filters }: Recipe): readonly Candidate[] {
  const cap = filters.max_windows_per_drive;
  if (cap === undefined) return [];
  return groupsBy(windows, ({ driveId }) => driveId).flatMap((ofDrive) => beyond(ofDrive, cap));
}

function beyondClassCaps(windows: readonly Candidate[], { filters }: Recipe): readonly Candidate[] {
  const rule = filters.balance;
  if (rule === undefined) return [];
  const classes = groupsBy(windows, ({ balanceClass }) => balanceClass ?? '');
  const sizes = classes.map((members) => members.length).sort((a, b) => a - b);
  // The lower of two middle ones, so that the cap is the size of a class that is there.
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  const cap = Math.floor(median * rule.at_most_times_median);
  return classes.flatMap((members) => beyond(members, cap));
}

function groupsBy(
  windows: readonly Candidate[],
  keyOf: (window: Candidate) => string,
): readonly (readonly Candidate[])[] {
  const groups = new Map<string, Candidate[]>();
  for (const window of windows) {
    const key = keyOf(window);
    const group = groups.get(key);
    if (group) group.push(window);
    else groups.set(key, [window]);
  }
  return [...groups.values()];
}

/** All but the `cap` with the lowest draws. */
function beyond(members: readonly Candidate[], cap: number): readonly Candidate[] {
  if (members.length <= cap) return [];
  return [...members]
    .sort((a, b) => a.draw - b.draw || a.entry - b.entry || a.row - b.row)
    .slice(cap);
}

function nothingLeft({ windows, filters }: Tallies): DrivesweepError {
  const lines = filters.flatMap(({ filter, slices }) => {
    const all = slices[0];
    return all === undefined || all.windowsRemoved === 0
      ? []
      : [`  ${filter} removed ${all.windowsRemoved} of ${all.windowsBefore} windows`];
  });
  const last = filters.filter(({ slices }) => (slices[0]?.windowsRemoved ?? 0) > 0).at(-1);
  const meaning =
    last === undefined ? '' : `: ${last.filter} takes ${FILTER_MEANINGS[last.filter]}`;
  return new DrivesweepError(
    'EXPORT_EMPTY',
    `nothing is left of ${windows} windows\n${lines.join('\n')}`,
    { hint: `loosen the last filter${meaning}; nothing was written` },
  );
}
