import { DrivesweepError } from '@drivesweep/contracts';
import type { DriveEntry, DriveSelection, ObjectStore } from '@drivesweep/contracts';
import { getIfThere } from './optional-object.ts';
import { readParquetTable } from './parquet-table.ts';
import type { ParquetTable } from './parquet-table.ts';

export const CLIP_INDEX_KEY = 'clip_index.parquet';

/** One line of clip_index.parquet. */
export interface IndexedDrive {
  readonly driveId: string;
  readonly valid: boolean;
  readonly chunk: number;
  readonly split: string | null;
}

export type DriveIndex = ReadonlyMap<string, IndexedDrive>;

/**
 * Reads clip_index.parquet: clip_id, chunk, and where they are there clip_is_valid and split.
 *
 * @throws DATASET_INVALID when it is missing, damaged, or names a drive twice
 */
export async function readDriveIndex(store: ObjectStore): Promise<DriveIndex> {
  const bytes = await getIfThere(store, CLIP_INDEX_KEY);
  if (!bytes) {
    throw new DrivesweepError('DATASET_INVALID', `${store.uri} has no ${CLIP_INDEX_KEY}`, {
      hint:
        'The layout physicalai-av expects features.csv, clip_index.parquet, labels/ and camera/ ' +
        'at the root of the dataset.',
    });
  }
  const table = await readParquetTable(bytes, { what: CLIP_INDEX_KEY, code: 'DATASET_INVALID' });
  const ids = driveIdsOf(table);
  const chunks = table.numbers('chunk');
  const valid = table.has('clip_is_valid') ? table.booleans('clip_is_valid') : [];
  const splits = table.has('split') ? table.strings('split') : [];

  const index = new Map<string, IndexedDrive>();
  for (const [row, driveId] of ids.entries()) {
    const chunk = chunks[row];
    if (driveId === null || chunk === undefined || !Number.isInteger(chunk) || index.has(driveId)) {
      const problem = `row ${row} has no id, no chunk, or an id that was there before`;
      throw new DrivesweepError('DATASET_INVALID', `${CLIP_INDEX_KEY}: ${problem}`);
    }
    const split = splits[row] ?? null;
    index.set(driveId, { driveId, valid: valid[row] ?? true, chunk, split });
  }
  return index;
}

/** Where a table has its drive ids: pandas writes its index under its name, or under a stand-in when it has none. */
export const ID_COLUMNS = ['clip_id', '__index_level_0__'] as const;

export function driveIdsOf(table: ParquetTable): (string | null)[] {
  return table.strings(ID_COLUMNS.find((column) => table.has(column)) ?? ID_COLUMNS[0]);
}

/** The selected drives: by chunk, then id; ids that the dataset does not have come last. */
export function selectDrives(index: DriveIndex, selection: DriveSelection): DriveEntry[] {
  const asked = selection.ids && new Set(selection.ids);
  const splits = selection.split && new Set(selection.split);
  const known = [...index.values()]
    .filter((drive) => !asked || asked.has(drive.driveId))
    .filter((drive) => !splits || (drive.split !== null && splits.has(drive.split)))
    .sort((a, b) => a.chunk - b.chunk || (a.driveId < b.driveId ? -1 : 1))
    .map(({ driveId, split, valid, chunk }) => ({
      driveId,
      split,
      valid,
      chunk: String(chunk).padStart(4, '0'),
    }));
  const unknown = [...(asked ?? [])].filter((driveId) => !index.has(driveId)).sort();
  return [...known, ...unknown.map(absentDrive)].slice(0, selection.limit ?? undefined);
}

/** The entry of an id that was asked for and is not in the dataset: its windows become errors, they do not disappear. */
export function absentDrive(driveId: string): DriveEntry {
  return { driveId, split: null, valid: true, chunk: null };
}
