import { DrivesweepError } from '@drivesweep/contracts';
import type { Candidate } from './candidate.ts';
import { isWindowKept, removeWindow } from './fate.ts';
import { FILTER_MEANINGS } from './filter-names.ts';
import type { Recipe } from './recipe.ts';
import { unitOf } from './seeded-hash.ts';
import { createTally } from './tally.ts';
import type { Tallies } from './tally.ts';

export interface Selection {
  /** Windows that are kept, in the order of the sweep. */
  readonly kept: readonly Candidate[];
  readonly tallies: Tallies;
}

/**
 * Applies the filters that look at all windows: near duplicates, cap per drive, balance. The fates of the candidates are
 * changed. Which windows a cap leaves depends on the recipe's seed and their ids, never on their order.
 * Errors: EXPORT_EMPTY naming the filter that removed the last window.
 */
export function selectWindows(candidates: readonly Candidate[], recipe: Recipe): Selection {
  removeNearDuplicates(candidates, recipe);
  capDrives(candidates, recipe);
  balanceClasses(candidates, recipe);
  const tally = createTally(recipe);
  for (const candidate of candidates) tally.add(candidate);
  const tallies = tally.result();
  if (tallies.keptWindows === 0) throw nothingLeft(tallies);
  return { kept: candidates.filter(({ fate }) => isWindowKept(fate)), tallies };
}

function removeNearDuplicates(candidates: readonly Candidate[], { filters }: Recipe): void {
  const rule = filters.near_duplicates;
  if (rule === undefined) return;
  const seen = new Map<string, number>();
  for (const { fate, duplicateKey } of candidates) {
    if (duplicateKey === null || !isWindowKept(fate)) continue;
    const before = seen.get(duplicateKey) ?? 0;
    seen.set(duplicateKey, before + 1);
    if (before >= rule.keep) removeWindow(fate, 'near_duplicates');
  }
}

function capDrives(candidates: readonly Candidate[], recipe: Recipe): void {
  const cap = recipe.filters.max_windows_per_drive;
  if (cap === undefined) return;
  for (const ofDrive of groupsBy(candidates, ({ driveId }) => driveId).values()) {
    for (const { fate } of beyond(ofDrive, cap, recipe.seed)) {
      removeWindow(fate, 'max_windows_per_drive');
    }
  }
}

function balanceClasses(candidates: readonly Candidate[], recipe: Recipe): void {
  const rule = recipe.filters.balance;
  if (rule === undefined) return;
  const classes = groupsBy(candidates, ({ balanceClass }) => balanceClass ?? '');
  const sizes = [...classes.values()].map((members) => members.length).sort((a, b) => a - b);
  // The lower of two middle ones, so that the cap is the size of a class that is there.
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  const cap = Math.floor(median * rule.at_most_times_median);
  for (const members of classes.values()) {
    for (const { fate } of beyond(members, cap, recipe.seed)) removeWindow(fate, 'balance');
  }
}

/** Windows that are still there, by something that they have in common. */
function groupsBy(
  candidates: readonly Candidate[],
  keyOf: (candidate: Candidate) => string,
): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    if (!isWindowKept(candidate.fate)) continue;
    const key = keyOf(candidate);
    const group = groups.get(key);
    if (group) group.push(candidate);
    else groups.set(key, [candidate]);
  }
  return groups;
}

/** All but `cap` of them, drawn by seed and window id. */
function beyond(members: readonly Candidate[], cap: number, seed: number): readonly Candidate[] {
  if (members.length <= cap) return [];
  return members
    .map((member) => ({ member, draw: unitOf(seed, member.windowId) }))
    .sort((a, b) => a.draw - b.draw || (a.member.windowId < b.member.windowId ? -1 : 1))
    .slice(cap)
    .map(({ member }) => member);
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
