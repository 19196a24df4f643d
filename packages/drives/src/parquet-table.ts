import { DrivesweepError } from '@drivesweep/contracts';
import type { ErrorCode } from '@drivesweep/contracts';
import { parquetMetadata, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { auditParquet } from './parquet-audit.ts';

/** Where a table comes from, and what it means when it cannot be read. */
export interface TableSource {
  readonly what: string;
  /** DATASET_INVALID for an index of the dataset, DRIVE_UNREADABLE for a file of one drive. */
  readonly code: Extract<ErrorCode, 'DATASET_INVALID' | 'DRIVE_UNREADABLE'>;
}

/** Columns of one Parquet file in memory. Each accessor throws the source's code when the column is missing or of another kind. */
export class ParquetTable {
  readonly rows: number;
  /** Top-level columns that the file has and that were read. */
  readonly columns: readonly string[];
  readonly #values: ReadonlyMap<string, readonly unknown[]>;
  readonly #source: TableSource;

  constructor(source: TableSource, rows: number, values: ReadonlyMap<string, readonly unknown[]>) {
    this.#source = source;
    this.rows = rows;
    this.columns = [...values.keys()];
    this.#values = values;
  }

  has(column: string): boolean {
    return this.#values.has(column);
  }

  /** The values as they come: numbers, bigints, strings, booleans, lists, structs; null or undefined where there is none. */
  raw(column: string): readonly unknown[] {
    const values = this.#values.get(column);
    if (!values) throw this.#error(`no column ${column}; it has ${this.columns.join(', ')}`);
    return values;
  }

  /** Numbers; NaN where there is none. 64-bit integers that a double cannot hold are refused. */
  numbers(column: string): Float64Array {
    const values = this.raw(column);
    return Float64Array.from({ length: this.rows }, (_, row) => {
      const value = values[row];
      if (typeof value === 'number') return value;
      if (value === null || value === undefined) return NaN;
      if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
      throw this.#error(`${column} is not a number that a double can hold at row ${row}`);
    });
  }

  strings(column: string): (string | null)[] {
    return this.raw(column).map((value, row) => {
      if (typeof value === 'string') return value;
      if (value === null || value === undefined) return null;
      throw this.#error(`${column} is not text at row ${row}`);
    });
  }

  booleans(column: string): (boolean | null)[] {
    return this.raw(column).map((value, row) => {
      if (typeof value === 'boolean') return value;
      if (value === null || value === undefined) return null;
      throw this.#error(`${column} is not true or false at row ${row}`);
    });
  }

  #error(problem: string): DrivesweepError {
    return new DrivesweepError(this.#source.code, `${this.#source.what}: ${problem}`);
  }
}

/**
 * Reads a Parquet file: all columns, or those of `wanted` that it has. Timestamps of any unit come as microseconds.
 *
 * @throws the source's code when the file is damaged, or claims more rows than any file of a dataset has
 */
export async function readParquetTable(
  bytes: Uint8Array,
  source: TableSource,
  wanted?: readonly string[],
): Promise<ParquetTable> {
  // hyparquet takes an ArrayBuffer of exactly the file.
  const file = new Uint8Array(bytes).buffer;
  try {
    const metadata = parquetMetadata(file, PARSING);
    const rows = Number(metadata.num_rows);
    const present = parquetSchema(metadata).children.map((child) => child.element.name);
    const columns = wanted ? present.filter((name) => wanted.includes(name)) : present;
    auditParquet(file, metadata, columns);
    const options = { file, metadata, columns, compressors, useOffsetIndex: false, ...PARSING };
    const scan = await parquetScan(options);
    const values = new Map<string, readonly unknown[]>();
    // One column after the other: of reads side by side, the second to fail would have nobody to hear it.
    for (const name of columns) {
      const column: unknown[] = [];
      for (const range of scan.ranges) {
        const part: ArrayLike<unknown> = await scan.readColumn({ column: name, ...range });
        for (let row = 0; row < part.length; row++) column.push(part[row]);
      }
      if (column.length !== rows) throw new Error(`column ${name} does not have ${rows} values`);
      values.set(name, column);
    }
    return new ParquetTable(source, rows, values);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError(source.code, `${source.what}: ${problem}`, { cause });
  }
}

/** Timestamps in microseconds, whatever their unit in the file. */
const PARSING = {
  geoparquet: false,
  parsers: {
    timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
    timestampFromMicroseconds: (micros: bigint) => micros,
    timestampFromNanoseconds: (nanos: bigint) => nanos / 1000n,
  },
};
