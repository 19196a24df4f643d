import { DrivesweepError } from '@drivesweep/contracts';
import type { Policy, Shard } from '@drivesweep/contracts';
import type { EngineSweep } from '../protocol.ts';

/** Where the window at this position of the shard is told to go: its own text, else that of the sweep, else null. */
export function navigationAt(
  { navigation }: Pick<EngineSweep, 'navigation'>,
  shard: Pick<Shard, 'navigation'>,
  position: number,
): string | null {
  return shard.navigation?.[position] ?? navigation ?? null;
}

/** Throws SWEEP_FILE_INVALID when there is a text that the policy would not read. */
export function requireNavigationTaken(
  { ref, needs }: Pick<Policy, 'ref' | 'needs'>,
  sweep: Pick<EngineSweep, 'sweepId' | 'navigation'>,
  shard: Pick<Shard, 'navigation'>,
): void {
  if (needs.navigation ?? false) return;
  if (sweep.navigation === undefined && shard.navigation === undefined) return;
  throw new DrivesweepError(
    'SWEEP_FILE_INVALID',
    `sweep ${sweep.sweepId} has navigation texts; policy ${ref.name} takes none`,
  );
}
