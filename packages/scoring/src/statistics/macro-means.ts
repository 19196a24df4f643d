import { at } from '@drivesweep/geometry';
import { ExactSum } from './exact-sum.ts';
import type { ClusterTotals } from './bootstrap.ts';

/** The mean over the slices of a fact, each counting once: what the mean over windows hides when one slice is large. */
export interface MacroMean {
  readonly id: string;
  readonly fact: string;
  readonly mean: number;
  /** Slices that went in, and those that were left out because they hold too few windows. */
  readonly slices: number;
  readonly leftOut: number;
}

/** What one slice brings along. */
export interface SliceMean {
  /** Null when nothing was scored. */
  readonly mean: number | null;
  readonly n: number;
}

/**
 * The mean of the means of those slices that hold enough windows.
 * @returns null for fewer than two of them: the mean of one slice is that slice
 */
export function macroMean(
  id: string,
  fact: string,
  slices: readonly SliceMean[],
  minimumWindows: number,
): MacroMean | null {
  const means = slices.flatMap(({ mean, n }) =>
    mean !== null && n >= minimumWindows ? [mean] : [],
  );
  if (means.length < 2) return null;
  const sum = new ExactSum();
  for (const mean of means) sum.add(mean);
  const mean = sum.value() / means.length;
  return { id, fact, mean, slices: means.length, leftOut: slices.length - means.length };
}

/** The means of the drives that have any value. */
export function driveMeans({ sums, counts }: ClusterTotals): SliceMean[] {
  return Array.from(counts, (n, i) => ({ mean: n === 0 ? null : at(sums, i) / n, n }));
}
