import { DataType, Type } from 'apache-arrow';
import type { Data, Table } from 'apache-arrow';
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
  return { name, pieces, length: pieces.reduce((sum, piece) => sum + piece.length, 0) };
}

function memberOf(owner: string, name: string, structs: readonly Data[]): ReadColumn {
  const pieces = structs.map((struct) => {
    const fields = DataType.isStruct(struct.type) ? struct.type.children : [];
    const child: Data | undefined = struct.children[fields.findIndex((f) => f.name === name)];
    if (child === undefined) throw corrupt(`${owner} has no column ${name}`);
    return child;
  });
  return readColumn(name, pieces);
}

/** A column of a table. Throws PART_CORRUPT when it is not there. */
export function tableColumn(table: Table, name: string): ReadColumn {
  // A file without rows is one batch whose nested columns have no members.
  const batches = table.batches.filter((batch) => batch.numRows > 0);
  if (!table.schema.names.includes(name)) throw corrupt(`the part has no column ${name}`);
  return memberOf(
    'the part',
    name,
    batches.map((batch): Data => batch.data),
  );
}

/** A column that was added to the schema later; undefined in a file from before. */
export function optionalColumn(table: Table, name: string): ReadColumn | undefined {
  return table.schema.names.includes(name) ? tableColumn(table, name) : undefined;
}

/** A member of a column of structs. Throws PART_CORRUPT when it is not there. */
export function structMember(structs: ReadColumn, name: string): ReadColumn {
  return memberOf(structs.name, name, structs.pieces);
}

/** A member that was added to a struct later; undefined in a file from before. */
export function optionalMember(structs: ReadColumn, name: string): ReadColumn | undefined {
  const type = structs.pieces[0]?.type;
  const isThere = DataType.isStruct(type) && type.children.some((field) => field.name === name);
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
  const slices = column.pieces.map((piece) => {
    const values: unknown = piece.values;
    if (!isRight(values)) throw corrupt(`column ${column.name} is ${Type[piece.typeId]}`);
    return values.subarray(0, piece.length);
  });
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

export function float32Values(column: ReadColumn): Float32Array {
  return joined(
    column,
    (values) => values instanceof Float32Array,
    (length) => new Float32Array(length),
  );
}

export function float64Values(column: ReadColumn): Float64Array {
  return joined(
    column,
    (values) => values instanceof Float64Array,
    (length) => new Float64Array(length),
  );
}

export function int32Values(column: ReadColumn): Int32Array {
  return joined(
    column,
    (values) => values instanceof Int32Array,
    (length) => new Int32Array(length),
  );
}

/** Values of an int64 column as numbers. */
export function int64Values(column: ReadColumn): Float64Array {
  const exact = joined(
    column,
    (values) => values instanceof BigInt64Array,
    (length) => new BigInt64Array(length),
  );
  return Float64Array.from(exact, Number);
}

/** For each row 1 when there is a value; undefined when no row is null. */
export function validityOf(column: ReadColumn): Uint8Array | undefined {
  if (column.pieces.every((piece) => piece.nullCount === 0)) return undefined;
  const valid = new Uint8Array(column.length);
  let at = 0;
  for (const piece of column.pieces) {
    for (let i = 0; i < piece.length; i += 1, at += 1) valid[at] = piece.getValid(i) ? 1 : 0;
  }
  return valid;
}

/** A null becomes NaN. */
export function nanWhereNull(values: Float64Array, valid: Uint8Array | undefined): Float64Array {
  return valid === undefined ? values : values.map((value, i) => (valid[i] === 1 ? value : NaN));
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
  return a.length === b.length && a.every((offset, i) => offset === b[i]);
}

const decoder = new TextDecoder();

function textsOfPiece(column: ReadColumn, piece: Data): (string | null)[] {
  const offsets = offsetsOf(column, piece);
  const values: unknown = piece.values;
  if (!(values instanceof Uint8Array)) throw corrupt(`column ${column.name} is no text`);
  const first = offsets[0] ?? 0;
  const bytes = values.subarray(first, offsets[piece.length] ?? 0);
  const whole = decoder.decode(bytes);
  // Where every character is one byte, cutting the whole text is many times faster than decoding each value.
  const isAscii = whole.length === bytes.length;
  return Array.from({ length: piece.length }, (_, i) => {
    if (piece.nullCount > 0 && !piece.getValid(i)) return null;
    const begin = (offsets[i] ?? 0) - first;
    const end = (offsets[i + 1] ?? 0) - first;
    return isAscii ? whole.slice(begin, end) : decoder.decode(bytes.subarray(begin, end));
  });
}

export function nullableTexts(column: ReadColumn): (string | null)[] {
  return column.pieces.flatMap((piece) => textsOfPiece(column, piece));
}

/** Throws PART_CORRUPT when a value is missing. */
export function requiredTexts(column: ReadColumn): string[] {
  return nullableTexts(column).map((text, row) => {
    if (text === null) throw corrupt(`column ${column.name}: row ${row} is null`);
    return text;
  });
}
