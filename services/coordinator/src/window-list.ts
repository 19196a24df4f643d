import { DrivesweepError, navigationText } from '@drivesweep/contracts';
import { readTable } from '@drivesweep/parquet-io';

const COLUMNS = ['drive_id', 't0_us'] as const;
/** A list may have it. */
const NAVIGATION = 'navigation';

/** Drive -> its t0, ascending, each once, with where to go; null where the list says nothing about that. */
export type WindowList = ReadonlyMap<string, ReadonlyMap<number, string | null>>;

/** One row as it was found: values are still whatever the file holds. */
type Row = readonly [driveId: unknown, t0Us: unknown, navigation?: unknown];

/**
 * Reads a list of windows: CSV with a header, a JSON array of objects, or Parquet, each with columns `drive_id` and
 * `t0_us` (integer microseconds), and perhaps `navigation` (a text, or nothing); other columns do not matter. Rows that
 * say the same are one window.
 * @param name decides the format by its ending: .csv, .json or .parquet
 * @param sameDrive gives ids that mean the same drive the same name
 * Throws LIST_INVALID with row and column; rows count from 1, the header of a CSV file not included.
 */
export function parseWindowList(
  name: string,
  bytes: Uint8Array,
  sameDrive: (driveId: string) => string = (driveId) => driveId,
): WindowList {
  const drives = new Map<string, Map<number, string | null>>();
  rowsOf(name, bytes).forEach(([driveId, t0Us, navigation], index) => {
    const id = driveIdOf(driveId);
    if (id === undefined) throw mistake(name, index, 'drive_id', 'a drive id', driveId);
    const t0 = timeOf(t0Us);
    if (t0 === undefined) throw mistake(name, index, 't0_us', 'integer microseconds >= 0', t0Us);
    const text = textOf(navigation);
    if (text === undefined) {
      throw mistake(name, index, NAVIGATION, 'a text of at most 500 characters', navigation);
    }
    const windows = drives.get(sameDrive(id)) ?? new Map<number, string | null>();
    const before = windows.get(t0);
    if (before !== undefined && before !== text) {
      const expected = `what an earlier row says of this window, ${shown(before)}`;
      throw mistake(name, index, NAVIGATION, expected, text);
    }
    drives.set(sameDrive(id), windows.set(t0, text));
  });
  return new Map([...drives].map(([id, windows]) => [id, ascending(windows)]));
}

function ascending(windows: ReadonlyMap<number, string | null>): Map<number, string | null> {
  return new Map([...windows].sort(([a], [b]) => a - b));
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
  const textColumn = header.indexOf(NAVIGATION);
  return lines.slice(1).map((line) => {
    const cells = cellsOf(line);
    return [cells[driveColumn ?? 0], cells[t0Column ?? 1], cells[textColumn]];
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
    return [row['drive_id'], row['t0_us'], row[NAVIGATION]];
  });
}

function parquetRows(bytes: Uint8Array): Row[] {
  const table = readTable(bytes, COLUMNS, [NAVIGATION]);
  const [driveIds = [], t0s = [], texts = []] = [...COLUMNS, NAVIGATION].map((column) =>
    table.columns.get(column),
  );
  return driveIds.map((driveId, row): Row => [driveId, t0s[row], texts[row]]);
}

function driveIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
  const number = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Null when the row says nothing, undefined when it says what is not a text. */
function textOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value.trim() === '') return null;
  const text = navigationText.safeParse(value);
  return text.success ? text.data : undefined;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function mistake(name: string, index: number, column: string, expected: string, found: unknown) {
  const place = `${name}, row ${index + 1}, column ${column}`;
  return invalid(`${place}: expected ${expected}, found ${shown(found).slice(0, 100)}`);
}

function shown(found: unknown): string {
  if (found === undefined || found === null) return 'nothing';
  return typeof found === 'bigint' ? String(found) : JSON.stringify(found);
}

function invalid(message: string, cause?: unknown): DrivesweepError {
  return new DrivesweepError('LIST_INVALID', message, {
    hint: 'A list has the columns drive_id and t0_us, and perhaps navigation, as CSV, JSON or Parquet.',
    cause,
  });
}
