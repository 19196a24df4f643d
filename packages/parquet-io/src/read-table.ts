import { DataType } from 'apache-arrow';
import type { Vector } from 'apache-arrow';
import { DrivesweepError } from '@drivesweep/contracts';
import { readFile, readFileSchema } from './parquet-file.ts';

/** Integers that a number cannot hold exactly stay bigint. */
export type TableValue = number | bigint | string | boolean | Uint8Array | null;

export interface ReadTable {
  readonly rows: number;
  /** By name, in the order asked for, else that of the file. */
  readonly columns: ReadonlyMap<string, readonly TableValue[]>;
}

function plain(value: unknown, column: string): TableValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (value instanceof Uint8Array) return value;
  throw new DrivesweepError('PARQUET_UNREADABLE', `column ${column} is not flat`);
}

function isFlat(type: unknown): boolean {
  if (DataType.isDictionary(type)) return isFlat(type.dictionary);
  return (
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isBool(type) ||
    DataType.isNull(type) ||
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isUtf8View(type) ||
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type) ||
    DataType.isBinaryView(type)
  );
}

function valuesOf(vector: Vector, column: string): TableValue[] {
  if (!isFlat(vector.type)) {
    throw new DrivesweepError(
      'PARQUET_UNREADABLE',
      `column ${column} has type ${String(vector.type)}, expected numbers, text, booleans or bytes`,
    );
  }
  return Array.from({ length: vector.length }, (_, row) => plain(vector.get(row), column));
}

/**
 * Reads a flat table, whoever wrote it: pyarrow, DuckDB, pandas; any codec, with dictionaries or without. With
 * `columns` only these are returned, and each must be there; those of `optional` too, where they are there.
 * Throws PARQUET_UNREADABLE for damaged bytes, a missing column, or a column that is nested or a time.
 */
export function readTable(
  bytes: Uint8Array,
  columns?: readonly string[],
  optional: readonly string[] = [],
): ReadTable {
  const names = readFileSchema(bytes).fields.map((field) => field.name);
  const missing = columns?.filter((column) => !names.includes(column)) ?? [];
  if (missing.length > 0) {
    throw new DrivesweepError(
      'PARQUET_UNREADABLE',
      `no column ${missing.join(', ')}; the file has ${names.join(', ')}`,
    );
  }
  const table = readFile(bytes);
  const read = new Map<string, TableValue[]>();
  const wanted = columns && [...columns, ...optional.filter((name) => names.includes(name))];
  for (const name of wanted ?? names) {
    const vector = table.getChild(name);
    if (vector !== null) read.set(name, valuesOf(vector, name));
  }
  return { rows: table.numRows, columns: read };
}
