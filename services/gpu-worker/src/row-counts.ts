import type { Commit, PredictionRow } from '@drivesweep/contracts';

/** What a commit says about its rows. */
export function countRows(
  expected: number,
  rows: readonly PredictionRow[],
): Pick<Commit, 'rows' | 'errors'> {
  const counts = { expected, ok: 0, error: 0, skipped: 0 };
  const errors: Record<string, number> = {};
  for (const row of rows) {
    counts[row.status] += 1;
    if (row.status !== 'ok') errors[row.code] = (errors[row.code] ?? 0) + 1;
  }
  return { rows: counts, errors };
}
