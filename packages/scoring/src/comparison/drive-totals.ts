import { at } from '@drivesweep/geometry';
import { ExactSum } from '../statistics/exact-sum.ts';
import type { PairedScores } from './paired-scores.ts';

/** The pairs of one metric, added up by drive. Sums are exact until they are read: the order of the pairs is nothing. */
export interface DriveTotals {
  /** One entry per drive with a pair, by drive id. */
  readonly counts: Float64Array;
  /** Sums of B - A. */
  readonly sums: Float64Array;
  readonly windows: number;
  /** Null when there is no pair: nothing is averaged over nothing. */
  readonly means: { readonly a: number; readonly b: number; readonly difference: number } | null;
}

/** @param rows those of `scores` that are pairs of this metric */
export function totalsByDrive(
  scores: PairedScores,
  metric: number,
  rows: Iterable<number>,
): DriveTotals {
  const drives = new Map<string, { count: number; sum: ExactSum }>();
  const [sumA, sumB, sum] = [new ExactSum(), new ExactSum(), new ExactSum()];
  let windows = 0;
  for (const row of rows) {
    const [a, b] = [scores.value('a', row, metric), scores.value('b', row, metric)];
    const driveId = scores.driveId(row);
    const drive = drives.get(driveId) ?? { count: 0, sum: new ExactSum() };
    drives.set(driveId, drive);
    drive.count++;
    windows++;
    sumA.add(a);
    sumB.add(b);
    // Two exact additions instead of one difference that is rounded.
    for (const one of [drive.sum, sum]) {
      one.add(b);
      one.add(-a);
    }
  }
  const byId = [...drives].sort(([c], [d]) => (c < d ? -1 : 1)).map(([, drive]) => drive);
  return {
    counts: Float64Array.from(byId, (drive) => drive.count),
    sums: Float64Array.from(byId, (drive) => drive.sum.value()),
    windows,
    means:
      windows === 0
        ? null
        : {
            a: sumA.value() / windows,
            b: sumB.value() / windows,
            difference: sum.value() / windows,
          },
  };
}

/** Quantile of ascending values, linear between neighbours (type 7 of Hyndman and Fan 1996). */
export function quantile(ascending: Float64Array, share: number): number {
  const place = (ascending.length - 1) * share;
  const below = Math.floor(place);
  const low = at(ascending, below);
  const high = at(ascending, Math.min(below + 1, ascending.length - 1));
  return low + (high - low) * (place - below);
}
