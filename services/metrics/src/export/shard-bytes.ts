import type { TeacherRow } from '@drivesweep/contracts';
import { encodeTeacherShard } from '@drivesweep/parquet-io';
import type { TeacherShardOptions } from '@drivesweep/parquet-io';
import { tarEnd, tarEntry, webDatasetFiles } from '@drivesweep/teacher-export';
import type { FrameFile } from '@drivesweep/teacher-export';

export type RowGroups = AsyncIterable<readonly TeacherRow[]> | Iterable<readonly TeacherRow[]>;

/** The frames of some rows, which are all of one drive, in their order. */
export type FramesOfRows = (
  rows: readonly TeacherRow[],
) => Promise<readonly (readonly FrameFile[])[]>;

/** Rows as one Parquet file. */
export async function parquetBytes(
  groups: RowGroups,
  options: TeacherShardOptions,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeTeacherShard(groups, options)) pieces.push(piece);
  return joined(pieces);
}

/** Rows as one WebDataset tar. @param framesOf null for tars without frames */
export async function tarBytes(
  groups: RowGroups,
  options: TeacherShardOptions,
  framesOf: FramesOfRows | null,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const rows of groups) {
    const frames = framesOf === null ? [] : await framesOf(rows);
    rows.forEach((row, i) => {
      pieces.push(...webDatasetFiles(row, frames[i] ?? [], options).map(tarEntry));
    });
  }
  return joined([...pieces, tarEnd()]);
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
