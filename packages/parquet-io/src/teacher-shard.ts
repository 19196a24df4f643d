import { Compression, EnabledStatistics, WriterPropertiesBuilder } from 'parquet-wasm';
import type { WriterProperties } from 'parquet-wasm';
import { canonicalJson, TEACHER_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { TeacherWindows } from '@drivesweep/contracts';
import { encodeGroups } from './parquet-stream.ts';
import { PROVENANCE_COLUMNS, teacherColumns } from './teacher-columns.ts';
import type { TeacherColumnsContext } from './teacher-columns.ts';

/** Windows that come in pieces. */
export type TeacherGroups = AsyncIterable<TeacherWindows> | Iterable<TeacherWindows>;

export interface TeacherShardOptions extends TeacherColumnsContext {
  readonly rowsPerGroup: number;
  /** Stored in the file, beside the version of the schema: what says which export it belongs to. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Texts of which there are few: a dictionary makes them small. Lists of numbers would only lose time by one. */
const REPEATED = ['drive_id', 'split', ...PROVENANCE_COLUMNS];

/**
 * Snappy, statistics and offsets per page, so that a viewer reads the pages that it shows and no whole row group.
 * One key of metadata: parquet-wasm writes several in a random order.
 */
function shardProperties({ rowsPerGroup, metadata }: TeacherShardOptions): WriterProperties {
  const written = canonicalJson({ ...metadata, schemaVersion: TEACHER_SCHEMA_VERSION });
  const builder = new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.Page)
    .setMaxRowGroupSize(rowsPerGroup)
    .setKeyValueMetadata(new Map([['drivesweep', written]]));
  return REPEATED.reduce(
    (made, name) => made.setColumnDictionaryEnabled(name, true),
    builder,
  ).build();
}

/**
 * Writes one shard of a teacher export, piece by piece, from at least one group of windows; it may have none. The same
 * groups and options give the same bytes.
 */
export function encodeTeacherShard(
  groups: TeacherGroups,
  options: TeacherShardOptions,
): AsyncGenerator<Uint8Array> {
  async function* columnGroups() {
    for await (const windows of groups) {
      yield { rows: windows.rows, columns: teacherColumns(windows, options) };
    }
  }
  return encodeGroups(columnGroups(), shardProperties(options));
}
