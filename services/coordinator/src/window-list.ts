import { DrivesweepError } from '@drivesweep/contracts';
import { readTable } from '@drivesweep/parquet-io';

const COLUMNS = ['drive_id', 't0_us'] as const;

/** Drive -> its t0, ascending, each once. */
export type WindowList = ReadonlyMap<string, readonly number[]>;

/** One row as it was found: values are still whatever the file holds. */
type Row = readonly [driveId: unknown, t0Us: unknown];

/**
 * Reads a list of windows: CSV with a header, a JSON array of objects, or Parquet, each with columns `drive_id` and
 * `t0_us` (integer microseconds); other columns do not matter. Rows that say the same are one window.
 * @param name decides the format by its ending: .csv, .json or .parquet
 * Throws LIST_INVALID with row and column; rows count from 1, the header of a CSV file not included.
 */
export function parseWindowList(name: string, bytes: Uint8Array): WindowList {
  const times = new Map<string, Set<number>>();
  rowsOf(name, bytes).forEach(([driveId, t0Us], index) => {
    const id = driveIdOf(driveId);
    if (id === undefined) throw mistake(name, index, 'drive_id', 'a drive id', driveId);
    const t0 = timeOf(t0Us);
    if (t0 === undefined) throw mistake(name, index, 't0_us', 'integer microseconds >= 0', t0Us);
    const known = times.get(id);
    if (known) known.add(t0);
    else times.set(id, new Set([t0]));
  });
  return new Map([...times].map(([id, t0s]) => [id, [...t0s].sort((a, b) => a - b)]));
}

function rowsOf(name: string, bytes: Uint8Array): Row[] {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  try {
    if (ending === 'csv') return csvRows(name, decode(bytes));
    if (ending === 'json') return jsonRows(name, decode(bytes));
    if (ending === 'parquet') return parquetRows(bytes);
  } catch (cause) {
    if (cause instanceof DrivesweepError && cause.code === 'LIST_INVALID') throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${name} cannot be read: ${why}`, cause);
  }
  throw invalid(`${name}: expected a file that ends in .csv, .json or .parquet`);
}

function csvRows(name: string, text: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const header = cellsOf(lines[0] ?? '');
  const [driveColumn, t0Column] = COLUMNS.map((column) => {
    const position = header.indexOf(column);
    if (position >= 0) return position;
    throw invalid(`${name}: no column ${column} in the header (found ${header.join(', ')})`);
  });
  return lines.slice(1).map((line) => {
    const cells = cellsOf(line);
    return [cells[driveColumn ?? 0], cells[t0Column ?? 1]];
  });
}

/** Cells of one line: plain, or in double quotes with "" for a quote (RFC 4180). No line breaks inside a cell. */
function cellsOf(line: string): string[] {
  const cells = `,${line.replace(/^\uFEFF/, '')}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...cells].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain ?? '').trim(),
  );
}

function jsonRows(name: string, text: string): Row[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value)) {
    throw invalid(`${name}: expected an array of {"drive_id": ..., "t0_us": ...}`);
  }
  return value.map((item: unknown): Row => {
    const row: Record<string, unknown> =
      typeof item === 'object' && item !== null ? { ...item } : {};
    return [row['drive_id'], row['t0_us']];
  });
}

function parquetRows(bytes: Uint8Array): Row[] {
  const table = readTable(bytes, COLUMNS);
  const [driveIds = [], t0s = []] = COLUMNS.map((column) => table.columns.get(column));
  return driveIds.map((driveId, row): Row => [driveId, t0s[row]]);
}

function driveIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
  const number = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function mistake(name: string, index: number, column: string, expected: string, found: unknown) {
  const shown = found === undefined ? 'nothing' : textOf(found);
  const place = `${name}, row ${index + 1}, column ${column}`;
  return invalid(`${place}: expected ${expected}, found ${shown.slice(0, 100)}`);
}

function textOf(found: unknown): string {
  return typeof found === 'bigint' ? String(found) : JSON.stringify(found);
}

function invalid(message: string, cause?: unknown): DrivesweepError {
  return new DrivesweepError('LIST_INVALID', message, {
    hint: 'A list has the columns drive_id and t0_us, as CSV, JSON or Parquet.',
    cause,
  });
}
