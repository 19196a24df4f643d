import { DataType, Type } from 'apache-arrow';
import type { Data, Field } from 'apache-arrow';
import { DrivesweepError } from '@drivesweep/contracts';

/**
 * The values of one column of a file, in the pieces in which they were read. (Arrow's `offset` of a piece is for its
 * validity bits only: its other buffers are cut already.)
 */
export interface ReadColumn {
  readonly name: string;
  readonly pieces: readonly Data[];
  readonly length: number;
}

export function corrupt(message: string): DrivesweepError {
  return new DrivesweepError('PART_CORRUPT', message);
}

function readColumn(name: string, pieces: readonly Data[]): ReadColumn {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return { name, pieces, length };
}

function memberOf(owner: string, name: string, structs: readonly Data[]): ReadColumn {
  const pieces: Data[] = [];
  for (const { type, children } of structs) {
    const child = children[memberIndex(type, name)];
    if (child === undefined) throw corrupt(`${owner} has no column ${name}`);
    pieces.push(child);
  }
  return readColumn(name, pieces);
}

/** -1 when the struct has no such member. */
function memberIndex(type: DataType, name: string): number {
  if (!DataType.isStruct(type)) return -1;
  const fields: readonly Field[] = type.children;
  for (let i = 0; i < fields.length; i++) if (fields[i]?.name === name) return i;
  return -1;
}

/** The rows of a part: structs of its columns, which have names even where there are no rows. */
export interface ReadRows extends ReadColumn {
  readonly names: readonly string[];
}

export function readRows(pieces: readonly Data[], names: readonly string[]): ReadRows {
  return { ...readColumn('the part', pieces), names };
}

/** A column of a part. Throws PART_CORRUPT when it is not there. */
export function partColumn(rows: ReadRows, name: string): ReadColumn {
  if (!rows.names.includes(name)) throw corrupt(`${rows.name} has no column ${name}`);
  return structMember(rows, name);
}

/** A column that was added to the schema later; undefined in a file from before. */
export function optionalColumn(rows: ReadRows, name: string): ReadColumn | undefined {
  return rows.names.includes(name) ? structMember(rows, name) : undefined;
}

/** A member of a column of structs. Throws PART_CORRUPT when it is not there. */
export function structMember(structs: ReadColumn, name: string): ReadColumn {
  return memberOf(structs.name, name, structs.pieces);
}

/** A member that was added to a struct later; undefined in a file from before. */
export function optionalMember(structs: ReadColumn, name: string): ReadColumn | undefined {
  const [piece] = structs.pieces;
  const isThere = piece !== undefined && memberIndex(piece.type, name) >= 0;
  return isThere ? structMember(structs, name) : undefined;
}

interface NumberArray<T> {
  readonly length: number;
  subarray(begin: number, end: number): T;
  set(values: T, offset: number): void;
}

/** The values end to end; without a copy when they are in one piece. A value that is null has any number. */
function joined<T extends NumberArray<T>>(
  column: ReadColumn,
  isRight: (values: unknown) => values is T,
  make: (length: number) => T,
): T {
  const slices: T[] = [];
  for (const piece of column.pieces) {
    const values: unknown = piece.values;
    if (!isRight(values)) throw corrupt(`column ${column.name} is ${Type[piece.typeId]}`);
    slices.push(values.length === piece.length ? values : values.subarray(0, piece.length));
  }
  const [first] = slices;
  if (slices.length === 1 && first !== undefined) return first;
  const all = make(column.length);
  let at = 0;
  for (const slice of slices) {
    all.set(slice, at);
    at += slice.length;
  }
  return all;
}

const isFloat32Array = (values: unknown) => values instanceof Float32Array;
const makeFloat32Array = (length: number) => new Float32Array(length);
const isFloat64Array = (values: unknown) => values instanceof Float64Array;
const makeFloat64Array = (length: number) => new Float64Array(length);
const isInt32Array = (values: unknown) => values instanceof Int32Array;
const makeInt32Array = (length: number) => new Int32Array(length);
const isBigInt64Array = (values: unknown) => values instanceof BigInt64Array;
const makeBigInt64Array = (length: number) => new BigInt64Array(length);

export function float32Values(column: ReadColumn): Float32Array {
  return joined(column, isFloat32Array, makeFloat32Array);
}

export function float64Values(column: ReadColumn): Float64Array {
  return joined(column, isFloat64Array, makeFloat64Array);
}

export function int32Values(column: ReadColumn): Int32Array {
  return joined(column, isInt32Array, makeInt32Array);
}

/** Values of an int64 column as numbers. */
export function int64Values(column: ReadColumn): Float64Array {
  const exact = joined(column, isBigInt64Array, makeBigInt64Array);
  const values = new Float64Array(exact.length);
  for (let i = 0; i < exact.length; i++) values[i] = Number(exact[i]);
  return values;
}

/** For each row 1 when there is a value; undefined when no row is null. */
export function validityOf(column: ReadColumn): Uint8Array | undefined {
  if (!hasNulls(column)) return undefined;
  const valid = new Uint8Array(column.length);
  let at = 0;
  for (const piece of column.pieces) {
    for (let i = 0; i < piece.length; i += 1, at += 1) valid[at] = piece.getValid(i) ? 1 : 0;
  }
  return valid;
}

function hasNulls({ pieces }: ReadColumn): boolean {
  for (const { nullCount } of pieces) if (nullCount > 0) return true;
  return false;
}

/** A null becomes NaN. */
export function nanWhereNull(values: Float64Array, valid: Uint8Array | undefined): Float64Array {
  if (valid === undefined) return values;
  const numbers = new Float64Array(values);
  for (let i = 0; i < numbers.length; i++) if (valid[i] === 0) numbers[i] = NaN;
  return numbers;
}

/** Lists laid end to end: list i is [offsets[i], offsets[i + 1]) of `members`; a null list is empty. */
interface ReadLists {
  readonly offsets: Int32Array;
  readonly members: ReadColumn;
}

function offsetsOf(column: ReadColumn, piece: Data): Int32Array {
  const offsets: unknown = piece.valueOffsets;
  if (offsets instanceof Int32Array) {
    return offsets.subarray(0, piece.length + 1);
  }
  throw corrupt(`column ${column.name} is ${Type[piece.typeId]}, expected a list or text`);
}

/** Throws PART_CORRUPT when the column is not made of lists. */
export function readLists(column: ReadColumn): ReadLists {
  const offsets = new Int32Array(column.length + 1);
  const members: Data[] = [];
  let row = 0;
  let end = 0;
  for (const piece of column.pieces) {
    const own = offsetsOf(column, piece);
    const child: Data | undefined = piece.children[0];
    if (child === undefined) throw corrupt(`column ${column.name} is ${Type[piece.typeId]}`);
    const first = own[0] ?? 0;
    const last = own[piece.length] ?? 0;
    for (let i = 1; i <= piece.length; i += 1) offsets[row + i] = end + (own[i] ?? 0) - first;
    members.push(first === 0 && last === child.length ? child : child.slice(first, last - first));
    row += piece.length;
    end += last - first;
  }
  return { offsets, members: readColumn(`${column.name}.element`, members) };
}

/** Whether lists that belong together are of equal length, each to each. */
export function sameOffsets(a: Int32Array, b: Int32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const decoder = new TextDecoder();

function pushTexts(texts: (string | null)[], column: ReadColumn, piece: Data): void {
  const offsets = offsetsOf(column, piece);
  const values: unknown = piece.values;
  if (!(values instanceof Uint8Array)) throw corrupt(`column ${column.name} is no text`);
  const first = offsets[0] ?? 0;
  const bytes = values.subarray(first, offsets[piece.length] ?? 0);
  const whole = decoder.decode(bytes);
  // Where every character is one byte, cutting the whole text is many times faster than decoding each value.
  const isAscii = whole.length === bytes.length;
  for (let i = 0; i < piece.length; i++) {
    if (piece.nullCount > 0 && !piece.getValid(i)) {
      texts.push(null);
      continue;
    }
    const begin = (offsets[i] ?? 0) - first;
    const end = (offsets[i + 1] ?? 0) - first;
    texts.push(isAscii ? whole.slice(begin, end) : decoder.decode(bytes.subarray(begin, end)));
  }
}

export function nullableTexts(column: ReadColumn): (string | null)[] {
  const texts: (string | null)[] = [];
  for (const piece of column.pieces) pushTexts(texts, column, piece);
  return texts;
}

/** Throws PART_CORRUPT when a value is missing. */
export function requiredTexts(column: ReadColumn): string[] {
  const texts = nullableTexts(column);
  if (isWithoutNull(texts)) return texts;
  throw corrupt(`column ${column.name}: row ${texts.indexOf(null)} is null`);
}

function isWithoutNull(texts: (string | null)[]): texts is string[] {
  return !texts.includes(null);
}
