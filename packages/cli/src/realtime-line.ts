import type { RealtimeCounts } from '@drivesweep/contracts';

/**
 * How many windows the policy answered within 100 ms, in one line; null when the sweep does not say. It is about the
 * machines of this run, not about the policy alone, and not about a vehicle: services/gpu-worker/README.md.
 */
export function realtimeLine(counts: RealtimeCounts | undefined): string | null {
  const { one, many } = counts ?? {};
  const said = [part(one, 'that had a run for themselves'), part(many, 'that shared a run')].filter(
    (text) => text !== null,
  );
  return said.length === 0 ? null : `answered within 100 ms: ${said.join('; ')}`;
}

function part(counts: RealtimeCounts['one'] | undefined, which: string): string | null {
  if (counts === undefined || counts.inside + counts.outside === 0) return null;
  return `${counts.inside} of ${counts.inside + counts.outside} windows ${which}`;
}
