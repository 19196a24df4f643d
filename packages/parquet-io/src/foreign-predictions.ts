import type { Table, Vector } from 'apache-arrow';
import { DrivesweepError } from '@drivesweep/contracts';
import { readFile } from './parquet-file.ts';

/** A row of predictions as it is written, whatever wrote it: plain numbers, texts, lists and objects by column name. */
export type ForeignRow = Readonly<Record<string, unknown>>;

export interface ForeignPredictions {
  readonly rows: number;
  /** The step of a part of ours, microseconds; null where the file does not say. */
  readonly stepUs: number | null;
  row(index: number): ForeignRow;
}

const REQUIRED = [
  'window_id',
  ...['x', 'y', 'yaw'].flatMap((axis) => [`history_${axis}`, `future_${axis}`]),
  'samples',
];

/**
 * Reads a file with the columns of our prediction parts, also when pyarrow, DuckDB or pandas wrote it: lists of float
 * or double, with or without our metadata, columns in any order, further columns ignored by who reads the rows.
 * @throws PARQUET_UNREADABLE for damaged bytes or a column that must be there
 */
export function readForeignPredictions(bytes: Uint8Array): ForeignPredictions {
  const table = readFile(bytes);
  const missing = REQUIRED.filter((name) => !table.schema.names.includes(name));
  if (missing.length > 0) {
    throw new DrivesweepError('PARQUET_UNREADABLE', `no column ${missing.join(', ')}`, {
      hint: 'docs/data-contract.md lists the columns of predictions',
    });
  }
  return {
    rows: table.numRows,
    stepUs: stepOf(table),
    row: (index) =>
      Object.fromEntries(
        table.schema.names.map((name) => [name, plain(table.getChild(name)?.get(index))]),
      ),
  };
}

function stepOf(table: Table): number | null {
  const text = table.schema.metadata.get('drivesweep');
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    const step = typeof value === 'object' && value !== null && 'stepUs' in value && value.stepUs;
    return typeof step === 'number' ? step : null;
  } catch {
    return null;
  }
}

/** Lists as arrays, structs as objects, int64 as numbers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (isVector(value)) return Array.from(value, plain);
  if (value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Vectors of several copies of arrow's module are told by what they have, not by their class. */
function isVector(value: object): value is Vector {
  return Symbol.iterator in value && 'getChildAt' in value;
}
