import type { Lists } from '@drivesweep/contracts';
import { readLists, validityOf } from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';

export function optionalLists<T>(
  column: ReadColumn,
  valuesOf: (members: ReadColumn) => T,
): Lists<T> {
  const { offsets, members } = readLists(column);
  return { offsets, values: valuesOf(members), valid: validityOf(column) };
}

/** Lists that were not read: all null. */
export function noLists<T>({ length }: Pick<ReadColumn, 'length'>, values: T): Lists<T> {
  return { offsets: new Int32Array(length + 1), values, valid: new Uint8Array(length) };
}

/** List i as a view, not a copy; null when the list is. */
export function listAt<T extends { subarray(from: number, to: number): T }>(
  { offsets, values, valid }: Lists<T>,
  i: number,
): T | null {
  return valid?.[i] === 0 ? null : values.subarray(offsets[i] ?? 0, offsets[i + 1] ?? 0);
}
