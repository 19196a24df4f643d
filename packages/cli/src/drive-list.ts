import { DrivesweepError } from '@drivesweep/contracts';
import { readTable } from '@drivesweep/parquet-io';
import { jsonOf } from './json-text.ts';

/** Columns that hold ids of drives, in our files and in those that others publish. */
const COLUMNS = ['drive_id', 'clip_id', 'key', 'scene_id'];
/** How the closed-loop scenes of AlpaSim call the drive that they were made from. */
const SCENE_PREFIX = /^clipgt-/;

/**
 * The drive ids of a list: `.txt` with one per line, `.csv` with a header, `.json` (an array of texts or of objects) or
 * `.parquet`, the latter three with a column drive_id, clip_id, key or scene_id. Errors: LIST_INVALID.
 */
export function readDriveList(name: string, bytes: Uint8Array): string[] {
  const ids = idsOf(name, bytes).map((id) => id.trim().replace(SCENE_PREFIX, ''));
  return [...new Set(ids.filter((id) => id !== ''))].sort();
}

function idsOf(name: string, bytes: Uint8Array): string[] {
  const text = () => new TextDecoder().decode(bytes);
  switch (/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '') {
    case 'txt':
      return text().split(/\r?\n/);
    case 'csv':
      return ofCsv(name, text());
    case 'json':
      return ofJson(name, jsonOf(bytes));
    case 'parquet':
      return ofParquet(name, bytes);
    default:
      throw invalid(name, 'expected a file that ends in .txt, .csv, .json or .parquet');
  }
}

function ofCsv(name: string, text: string): string[] {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = header.split(',').map((cell) => cell.trim());
  const column = names.findIndex((cell) => COLUMNS.includes(cell));
  if (column < 0) throw noColumn(name, names);
  return lines.map((line) => line.split(',')[column] ?? '');
}

function ofJson(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw invalid(name, 'expected an array');
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item;
    const members = Object.entries(typeof item === 'object' && item !== null ? item : {});
    const found: unknown = members.find(([key]) => COLUMNS.includes(key))?.[1];
    if (typeof found === 'string') return found;
    throw noColumn(
      name,
      members.map(([key]) => key),
    );
  });
}

function ofParquet(name: string, bytes: Uint8Array): string[] {
  for (const column of COLUMNS) {
    const values = columnOf(bytes, column);
    if (values) return values.map((value) => (typeof value === 'string' ? value : ''));
  }
  throw noColumn(name, []);
}

/** Only the wanted column is read: the others may be of types that nobody needs here. */
function columnOf(bytes: Uint8Array, column: string) {
  try {
    return readTable(bytes, [column]).columns.get(column);
  } catch {
    return undefined;
  }
}

function noColumn(name: string, found: readonly string[]): DrivesweepError {
  const there = found.length > 0 ? ` (found ${found.join(', ')})` : '';
  return invalid(name, `no column ${COLUMNS.join(', ')}${there}`);
}

function invalid(name: string, fault: string): DrivesweepError {
  return new DrivesweepError('LIST_INVALID', `${name}: ${fault}`);
}
