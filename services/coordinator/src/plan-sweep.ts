import {
  asDrivesweepError,
  DrivesweepError,
  gridT0Us,
  SHARDS_PER_CHUNK,
  shardsOfDrive,
} from '@drivesweep/contracts';
import type { DriveEntry, DriveSpan, DriveWindows, Shard, SweepSpec } from '@drivesweep/contracts';
import { mapInOrder } from './bounded.ts';
import type { WindowList } from './window-list.ts';

/** Drives whose span is read at the same time. */
const DRIVES_AT_ONCE = 8;

/** Which t0 each drive is asked at. */
export type WindowChoice =
  /** A grid over the recorded span, which has to be read. */
  | { readonly kind: 'grid'; readonly everyUs: number }
  /** The same times for each drive. */
  | { readonly kind: 'at'; readonly atUs: readonly number[] }
  /** Times of its own for each drive. */
  | { readonly kind: 'list'; readonly windowsByDrive: WindowList };

export interface PlanRequest {
  readonly entries: AsyncIterable<DriveEntry>;
  readonly choice: WindowChoice;
  readonly steps: Pick<SweepSpec, 'historySteps' | 'horizonSteps' | 'stepUs'>;
  /** Called for a grid only. */
  readonly readSpan: (driveId: string) => Promise<DriveSpan>;
}

/**
 * The windows of each drive, in the order of the drives. Every drive is there: one that cannot be read is one window
 * without a t0 and an error, one that the dataset marks as invalid is skipped, one that is too short for the grid has
 * no windows. Throws what `readSpan` throws when it is not the drive that is at fault.
 */
export function planDrives(request: PlanRequest): AsyncIterable<DriveWindows> {
  return mapInOrder(request.entries, DRIVES_AT_ONCE, (entry) => windowsOf(entry, request));
}

async function windowsOf(entry: DriveEntry, request: PlanRequest): Promise<DriveWindows> {
  const { driveId } = entry;
  const { choice } = request;
  if (!entry.valid) {
    const named = choice.kind === 'grid' ? { t0Us: [null] } : namedWindows(driveId, choice);
    const message = `the dataset marks drive ${driveId} as not valid`;
    const verdict = { status: 'skipped', code: 'DRIVE_MARKED_INVALID', message } as const;
    return { driveId, ...named, verdict };
  }
  if (choice.kind !== 'grid') return { driveId, ...namedWindows(driveId, choice), verdict: null };
  try {
    const span = await request.readSpan(driveId);
    const rule = { ...request.steps, everyUs: choice.everyUs };
    return { driveId, t0Us: gridT0Us(span, rule), verdict: null };
  } catch (thrown) {
    const error = asDrivesweepError(thrown);
    if (error.kind !== 'window') throw thrown;
    const verdict = { status: 'error', code: error.code, message: error.message } as const;
    return { driveId, t0Us: [null], verdict };
  }
}

function namedWindows(
  driveId: string,
  choice: Exclude<WindowChoice, { kind: 'grid' }>,
): Pick<DriveWindows, 't0Us' | 'navigation'> {
  if (choice.kind === 'at') return { t0Us: choice.atUs };
  const windows = [...(choice.windowsByDrive.get(driveId) ?? [])];
  const texts = windows.flatMap(([t0, text]) => (text === null ? [] : [[t0, text] as const]));
  const t0Us = windows.map(([t0]) => t0);
  return texts.length === 0 ? { t0Us } : { t0Us, navigation: new Map(texts) };
}

/** What became of the drives, filled in while shards are made. */
export interface PlanTally {
  drives: number;
  drivesWithoutWindows: number;
  windows: number;
}

/** Cuts drives into shards, in chunks of SHARDS_PER_CHUNK; only one chunk is in memory. */
export async function* planChunks(
  drives: AsyncIterable<DriveWindows>,
  tally: PlanTally,
): AsyncIterable<Shard[]> {
  const seen = new Set<string>();
  let chunk: Shard[] = [];
  let index = 0;
  for await (const drive of drives) {
    if (seen.has(drive.driveId)) {
      throw new DrivesweepError('DATASET_INVALID', `drive ${drive.driveId} is listed twice`);
    }
    seen.add(drive.driveId);
    tally.drives += 1;
    if (drive.t0Us.length === 0) tally.drivesWithoutWindows += 1;
    for (const shard of shardsOfDrive(drive, index)) {
      index += 1;
      tally.windows += shard.t0Us.length;
      chunk.push(shard);
      if (chunk.length < SHARDS_PER_CHUNK) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
