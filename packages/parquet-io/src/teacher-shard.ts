import { Compression, EnabledStatistics, WriterPropertiesBuilder } from 'parquet-wasm';
import type { WriterProperties } from 'parquet-wasm';
import { canonicalJson, TEACHER_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { TeacherRow } from '@drivesweep/contracts';
import { encodeStream } from './parquet-stream.ts';
import type { RowGroups } from './parquet-stream.ts';
import { PROVENANCE_COLUMNS, teacherColumns } from './teacher-columns.ts';
import type { TeacherColumnsContext } from './teacher-columns.ts';

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

/** Writes one shard of a teacher export, piece by piece. The same rows and options give the same bytes. */
export function encodeTeacherShard(
  groups: RowGroups<TeacherRow>,
  options: TeacherShardOptions,
): AsyncGenerator<Uint8Array> {
  const columns = (rows: readonly TeacherRow[]) => teacherColumns(rows, options);
  return encodeStream(groups, columns, shardProperties(options));
}
