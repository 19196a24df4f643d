import type { ComparedMetric } from './comparison.ts';
import { PairedScores } from './paired-scores.ts';
import type { Side, SideOfWindow } from './paired-scores.ts';

/** For tests: windows with one or more values on each side. A text instead of values is the status of that side. */
export interface TestPair {
  readonly drive: string;
  readonly a: readonly (number | null)[] | 'error' | 'skipped' | 'missing';
  readonly b: TestPair['a'];
  readonly facts?: Readonly<Record<string, string>>;
}

export const ADE: ComparedMetric = { id: 'ade_first@6.4s', unit: 'm', better: 'lower' };
export const COMFORT: ComparedMetric = {
  id: 'comfortable_first@6.4s[nuplan]',
  unit: 'fraction',
  better: 'higher',
};
export const APD: ComparedMetric = { id: 'apd_6@6.4s', unit: 'm', better: 'neither' };

/** Side A first, then side B; window ids are the drive and the position in `pairs`. */
export function scoresOf(pairs: readonly TestPair[], metrics = 1): PairedScores {
  const scores = new PairedScores(metrics);
  for (const { side, window } of windowsOf(pairs)) scores.add(side, window);
  return scores;
}

export function windowsOf(
  pairs: readonly TestPair[],
): { readonly side: Side; readonly window: SideOfWindow }[] {
  return (['a', 'b'] as const).flatMap((side) =>
    pairs.map((pair, n) => {
      const said = pair[side];
      const [status, values] = typeof said === 'string' ? [said, []] : (['ok', said] as const);
      const { drive, facts = {} } = pair;
      return { side, window: { windowId: `${drive}@${n}`, driveId: drive, status, facts, values } };
    }),
  );
}

/** Drives `d0`, `d1` ... with as many windows each as there are values; B is A plus the drive's difference. */
export function drivesThatDiffer(
  differences: readonly number[],
  values: readonly number[] = [1, 2],
): TestPair[] {
  return differences.flatMap((difference, d) =>
    values.map((a) => ({ drive: `d${String(d).padStart(3, '0')}`, a: [a], b: [a + difference] })),
  );
}
