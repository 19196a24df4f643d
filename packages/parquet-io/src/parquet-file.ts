import { RecordBatch, Schema, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import type { Data, Struct } from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  ParquetFile,
  readParquet,
  readSchema,
  Table as WasmTable,
  writeParquet,
  WriterPropertiesBuilder,
} from 'parquet-wasm';
import type { WriterProperties } from 'parquet-wasm';
import { DrivesweepError } from '@drivesweep/contracts';
import { structOf } from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { blobOf } from './bytes-blob.ts';
import { readPlainFile } from './plain/plain-file.ts';
import type { PlainFile } from './plain/plain-file.ts';

/** Rows that come to JavaScript in one piece: most files are one. */
const READ_BATCH_ROWS = 32_768;
/** Rows per row group: what DuckDB reads in parallel, and what is held in memory while writing. */
const ROW_GROUP_ROWS = 32_768;

/**
 * Snappy without dictionaries: what every reader of Parquet knows, parquetjs-lite included. The switch must be the
 * global one; per column it does nothing for members of lists.
 */
export function writerProperties(metadata: ReadonlyMap<string, string>): WriterProperties {
  return new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setKeyValueMetadata(new Map(metadata))
    .build();
}

export function arrowTable(columns: readonly ArrowColumn[], rows: number): Table {
  const schema = new Schema(columns.map((column) => column.field));
  return new Table(schema, [new RecordBatch(schema, structOf(columns, rows))]);
}

/** Writes one table as one file. The same values and metadata give the same bytes, if there is one key at most. */
export function writeFile(
  columns: readonly ArrowColumn[],
  rows: number,
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  // Both arguments are consumed: their memory is freed inside, whether writing works or not.
  const table = WasmTable.fromIPCStream(tableToIPC(arrowTable(columns, rows), 'stream'));
  return writeParquet(table, writerProperties(metadata));
}

function unreadable(thrown: unknown): DrivesweepError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new DrivesweepError('PARQUET_UNREADABLE', `cannot be read as Parquet: ${reason}`, {
    cause: thrown,
  });
}

/**
 * Reads a whole file. (parquet-wasm 0.8 ignores the choice of columns when it reads from memory.)
 * Throws PARQUET_UNREADABLE.
 */
export function readFile(bytes: Uint8Array): Table {
  const options = { batchSize: READ_BATCH_ROWS };
  try {
    // intoIPCStream consumes the table in WebAssembly memory: nothing is left to free.
    return tableFromIPC(readParquet(bytes, options).intoIPCStream());
  } catch (thrown) {
    throw unreadable(thrown);
  }
}

/** The rows of a file, and what else it says. */
export interface FileRows {
  /** Structs of the columns, in the pieces in which they were read. */
  readonly pieces: readonly Data<Struct>[];
  /** Of the columns. */
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads a whole file. Throws PARQUET_UNREADABLE. */
export function readFileRows(bytes: Uint8Array): FileRows {
  const plain = readPlainFile(bytes);
  if (plain !== undefined) return rowsOfPlain(bytes, plain);
  const table = readFile(bytes);
  return rowsOfTable(table, table.schema.metadata);
}

/**
 * Reads some columns of a file, `samples.list.element.x` for a member of a list of structs. Columns that the file does
 * not have are left out. Throws PARQUET_UNREADABLE.
 */
export async function readFileColumns(
  bytes: Uint8Array,
  columns: readonly string[],
): Promise<FileRows> {
  const plain = readPlainFile(bytes, columns);
  return plain === undefined ? readAnyColumns(bytes, columns) : rowsOfPlain(bytes, plain);
}

/** The same of any file: half of the columns take half of the time. */
async function readAnyColumns(bytes: Uint8Array, columns: readonly string[]): Promise<FileRows> {
  try {
    const file = await ParquetFile.fromFile(blobOf(bytes));
    try {
      const { names, metadata } = tableFromIPC(file.schema().intoIPCStream()).schema;
      const known = columns.filter((column) => names.includes(column.split('.', 1)[0] ?? ''));
      const read = await file.read({ batchSize: READ_BATCH_ROWS, columns: known });
      return rowsOfTable(tableFromIPC(read.intoIPCStream()), metadata);
    } finally {
      file.free();
    }
  } catch (thrown) {
    throw unreadable(thrown);
  }
}

function rowsOfTable(table: Table, metadata: FileRows['metadata']): FileRows {
  // A file without rows is one batch whose nested columns have no members.
  const batches = table.batches.filter((batch) => batch.numRows > 0);
  return {
    pieces: batches.map(({ data }) => data),
    names: table.schema.names.map(String),
    metadata,
  };
}

function rowsOfPlain(bytes: Uint8Array, plain: PlainFile): FileRows {
  assertSchema(bytes, plain);
  const { groups: pieces, names, metadata } = plain;
  return { pieces, names, metadata };
}

/** What was last found sound: all parts of a sweep have the same schema. */
let soundSchema: PlainFile['schema'] | undefined;
let soundArrowSchema = '';

/**
 * A file holds its schema twice, Parquet's and, as text, Arrow's. Whether they are sound and fit each other parquet-wasm
 * knows: a damaged name must not pass for a column of which an older file knows nothing. Throws PARQUET_UNREADABLE.
 */
function assertSchema(bytes: Uint8Array, { schema, metadata }: PlainFile): void {
  const arrowSchema = metadata.get('ARROW:schema') ?? '';
  if (schema === soundSchema && arrowSchema === soundArrowSchema) return;
  readFileSchema(bytes);
  soundSchema = schema;
  soundArrowSchema = arrowSchema;
}

/** Reads only the footer: fields and metadata. Throws PARQUET_UNREADABLE. */
export function readFileSchema(bytes: Uint8Array): Schema {
  try {
    return tableFromIPC(readSchema(bytes).intoIPCStream()).schema;
  } catch (thrown) {
    throw unreadable(thrown);
  }
}
