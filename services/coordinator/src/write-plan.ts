import { DrivesweepError, encodePlanChunk, keys, sha256Hex } from '@drivesweep/contracts';
import type { DriveReader, PlanIndex, SweepSpec } from '@drivesweep/contracts';
import { planChunks, planDrives } from './plan-sweep.ts';
import type { PlanTally, WindowChoice } from './plan-sweep.ts';
import type { SweepStore } from './sweep-store.ts';

export interface WritePlanRequest {
  readonly spec: SweepSpec;
  readonly store: SweepStore;
  readonly reader: DriveReader;
  readonly choice: WindowChoice;
  readonly signal: AbortSignal;
}

/**
 * Plans a sweep and writes the plan, chunk by chunk and the index last: a plan without an index is made again.
 * Errors: SWEEP_EMPTY, DATASET_INVALID, STORE_*, the signal's reason.
 */
export async function writePlan(request: WritePlanRequest): Promise<PlanIndex> {
  const { spec, store, reader, choice, signal } = request;
  const tally: PlanTally = { drives: 0, drivesWithoutWindows: 0, windows: 0 };
  const chunks: PlanIndex['chunks'] = [];
  const drives = planDrives({
    entries: reader.listDrives(selectionOf(spec, choice)),
    choice,
    steps: spec,
    readSpan: (driveId) => {
      signal.throwIfAborted();
      return reader.readSpan(driveId);
    },
  });
  let firstShard = 0;
  for await (const shards of planChunks(drives, tally)) {
    signal.throwIfAborted();
    const bytes = encodePlanChunk(shards);
    const key = keys.planChunk(spec.sweepId, chunks.length);
    await store.objects.put(key, bytes);
    const windows = shards.reduce((sum, shard) => sum + shard.t0Us.length, 0);
    chunks.push({ key, sha256: sha256Hex(bytes), firstShard, shards: shards.length, windows });
    firstShard += shards.length;
  }
  signal.throwIfAborted();
  if (firstShard === 0) {
    throw new DrivesweepError('SWEEP_EMPTY', emptyMessage(tally), {
      hint: 'Choose other drives, or a shorter history_steps or horizon_steps.',
    });
  }
  return store.createPlanIndex({
    schema: 'plan/1',
    sweepId: spec.sweepId,
    ...tally,
    shards: firstShard,
    chunks,
  });
}

/** A list names its drives itself; a selection beside it narrows the list. */
export function selectionOf(spec: SweepSpec, choice: WindowChoice): SweepSpec['drives'] {
  if (choice.kind !== 'list') return spec.drives;
  const wanted = spec.drives.ids;
  const listed = [...choice.windowsByDrive.keys()].sort();
  return { ...spec.drives, ids: wanted ? listed.filter((id) => wanted.includes(id)) : listed };
}

function emptyMessage({ drives, drivesWithoutWindows }: PlanTally): string {
  if (drives === 0) return 'the sweep selects no drive';
  return `${drivesWithoutWindows} of ${drives} drives are too short for a single window`;
}
