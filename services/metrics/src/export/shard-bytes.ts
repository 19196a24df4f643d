import type { TeacherRow } from '@drivesweep/contracts';
import { encodeTeacherShard } from '@drivesweep/parquet-io';
import type { TeacherGroups, TeacherShardOptions } from '@drivesweep/parquet-io';
import { tarEnd, tarEntry, teacherRows, webDatasetFiles } from '@drivesweep/teacher-export';
import type { FrameFile } from '@drivesweep/teacher-export';

/** The frames of some rows, which are all of one drive, in their order. */
export type FramesOfRows = (
  rows: readonly TeacherRow[],
) => Promise<readonly (readonly FrameFile[])[]>;

/** Windows as one Parquet file. */
export async function parquetBytes(
  groups: TeacherGroups,
  options: TeacherShardOptions,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeTeacherShard(groups, options)) pieces.push(piece);
  return joined(pieces);
}

/** Windows as one WebDataset tar. @param framesOf null for tars without frames */
export async function tarBytes(
  groups: TeacherGroups,
  options: TeacherShardOptions,
  framesOf: FramesOfRows | null,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const windows of groups) {
    for (const rows of byDrive(teacherRows(windows))) {
      const frames = framesOf === null ? [] : await framesOf(rows);
      rows.forEach((row, i) => {
        pieces.push(...webDatasetFiles(row, frames[i] ?? [], options).map(tarEntry));
      });
    }
  }
  return joined([...pieces, tarEnd()]);
}

/** Cut where the drive changes. */
function byDrive(rows: readonly TeacherRow[]): TeacherRow[][] {
  const groups: TeacherRow[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0]?.driveId === row.driveId) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
