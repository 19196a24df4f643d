import {
  Binary,
  Bool,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  Struct,
  Utf8,
} from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import type { Lists } from '@drivesweep/contracts';

/** One column, or one member of a struct: its declaration and its values in Arrow's memory layout. */
export interface ArrowColumn {
  readonly field: Field;
  readonly data: Data;
}

interface Validity {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}

/** One bit per value, least significant first; no bitmap where nothing is null. */
function validityOf(values: { readonly length: number; readonly [i: number]: unknown }): Validity {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] === null) nullCount += 1;
    else bitmap[i >> 3] = (bitmap[i >> 3] ?? 0) | (1 << (i & 7));
  }
  const length = values.length;
  return nullCount === 0 ? { length, nullCount } : { length, nullCount, nullBitmap: bitmap };
}

function columnOf<T extends DataType>(name: string, data: Data<T>, nullable: boolean): ArrowColumn {
  return { field: new Field(name, data.type, nullable), data };
}

type Nullable<T> = ArrayLike<T | null>;

export function int32Column(
  name: string,
  values: Nullable<number>,
  nullable: boolean,
): ArrowColumn {
  const data = Int32Array.from(values, (value) => value ?? 0);
  return columnOf(name, makeData({ type: new Int32(), data, ...validityOf(values) }), nullable);
}

/** Values are safe integers. */
export function int64Column(
  name: string,
  values: Nullable<number>,
  nullable: boolean,
): ArrowColumn {
  const data = BigInt64Array.from({ length: values.length }, (_, i) => BigInt(values[i] ?? 0));
  return columnOf(name, makeData({ type: new Int64(), data, ...validityOf(values) }), nullable);
}

export function float64Column(
  name: string,
  values: Nullable<number>,
  nullable: boolean,
): ArrowColumn {
  const data = Float64Array.from(values, (value) => value ?? 0);
  return columnOf(name, makeData({ type: new Float64(), data, ...validityOf(values) }), nullable);
}

export function booleanColumn(
  name: string,
  values: Nullable<boolean>,
  nullable: boolean,
): ArrowColumn {
  const data = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] === true) data[i >> 3] = (data[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return columnOf(name, makeData({ type: new Bool(), data, ...validityOf(values) }), nullable);
}

const encoder = new TextEncoder();

export function stringColumn(
  name: string,
  values: Nullable<string>,
  nullable: boolean,
): ArrowColumn {
  const valueOffsets = new Int32Array(values.length + 1);
  let units = 0;
  for (let i = 0; i < values.length; i += 1) units += values[i]?.length ?? 0;
  // A UTF-16 unit becomes at most three bytes.
  const scratch = new Uint8Array(units * 3);
  let end = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? '';
    if (value !== '') end += encoder.encodeInto(value, scratch.subarray(end)).written;
    valueOffsets[i + 1] = end;
  }
  const data = scratch.subarray(0, end);
  const validity = validityOf(values);
  return columnOf(name, makeData({ type: new Utf8(), valueOffsets, data, ...validity }), nullable);
}

export function binaryColumn(
  name: string,
  values: Nullable<Uint8Array>,
  nullable: boolean,
): ArrowColumn {
  const valueOffsets = offsetsOf(values);
  const data = new Uint8Array(valueOffsets[values.length] ?? 0);
  for (let i = 0; i < values.length; i += 1) data.set(values[i] ?? [], valueOffsets[i]);
  const validity = validityOf(values);
  return columnOf(
    name,
    makeData({ type: new Binary(), valueOffsets, data, ...validity }),
    nullable,
  );
}

/** Where each list starts and ends when all are laid end to end; a null list is empty. */
function offsetsOf(lists: Nullable<ArrayLike<unknown>>): Int32Array {
  const offsets = new Int32Array(lists.length + 1);
  let end = 0;
  for (let i = 0; i < lists.length; i += 1) {
    end += lists[i]?.length ?? 0;
    offsets[i + 1] = end;
  }
  return offsets;
}

type NumberLists = Nullable<ArrayLike<number>>;

/** Readers know the member of a list under this name (parquet-format, LogicalTypes.md, Lists). */
const ELEMENT = 'element';

function listColumn(
  name: string,
  lists: Nullable<ArrayLike<unknown>>,
  valueOffsets: Int32Array,
  child: Data,
  nullable: boolean,
): ArrowColumn {
  const type = new List(new Field(ELEMENT, child.type, false));
  return columnOf(name, makeData({ type, valueOffsets, child, ...validityOf(lists) }), nullable);
}

export function float32ListColumn(
  name: string,
  lists: NumberLists,
  nullable: boolean,
): ArrowColumn {
  const offsets = offsetsOf(lists);
  const data = new Float32Array(offsets[lists.length] ?? 0);
  for (let i = 0; i < lists.length; i += 1) data.set(lists[i] ?? [], offsets[i]);
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
  return listColumn(name, lists, offsets, child, nullable);
}

export function int32ListColumn(name: string, lists: NumberLists, nullable: boolean): ArrowColumn {
  const offsets = offsetsOf(lists);
  const data = new Int32Array(offsets[lists.length] ?? 0);
  for (let i = 0; i < lists.length; i += 1) data.set(lists[i] ?? [], offsets[i]);
  const child = makeData({ type: new Int32(), length: data.length, nullCount: 0, data });
  return listColumn(name, lists, offsets, child, nullable);
}

export function structOf(members: readonly ArrowColumn[], length: number): Data<Struct> {
  return makeData({
    type: new Struct(members.map((member) => member.field)),
    length,
    nullCount: 0,
    children: members.map((member) => member.data),
  });
}

/** One struct per row. */
export function structColumn(
  name: string,
  members: readonly ArrowColumn[],
  length: number,
): ArrowColumn {
  return columnOf(name, structOf(members, length), false);
}

/** Lists of structs: `members` hold the structs of all lists end to end. */
export function structListColumn(
  name: string,
  lists: Nullable<ArrayLike<unknown>>,
  members: readonly ArrowColumn[],
  nullable: boolean,
): ArrowColumn {
  const offsets = offsetsOf(lists);
  return listColumn(name, lists, offsets, structOf(members, offsets[lists.length] ?? 0), nullable);
}

/** One bit per value, from one byte per value; undefined when nothing is null. */
function validityFrom(valid: Uint8Array | undefined, length: number): Validity {
  if (valid === undefined) return { length, nullCount: 0 };
  const nullBitmap = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let i = 0; i < length; i += 1) {
    if (valid[i] === 0) nullCount += 1;
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return { length, nullCount, nullBitmap };
}

/** A column of lists that lie end to end already: nothing is copied. */
export function listsColumn(
  name: string,
  { offsets, values, valid }: Lists<Float32Array | Int32Array>,
  nullable: boolean,
): ArrowColumn {
  const shape = { length: values.length, nullCount: 0 };
  const child =
    values instanceof Float32Array
      ? makeData({ type: new Float32(), ...shape, data: values })
      : makeData({ type: new Int32(), ...shape, data: values });
  const type = new List(new Field(ELEMENT, child.type, false));
  const validity = validityFrom(valid, offsets.length - 1);
  return columnOf(name, makeData({ type, valueOffsets: offsets, child, ...validity }), nullable);
}

/** A column of texts that lie end to end in UTF-8 already: nothing is copied. */
export function textsColumn(
  name: string,
  { offsets, values, valid }: Lists<Uint8Array>,
  nullable: boolean,
): ArrowColumn {
  const validity = validityFrom(valid, offsets.length - 1);
  const data = makeData({ type: new Utf8(), valueOffsets: offsets, data: values, ...validity });
  return columnOf(name, data, nullable);
}

/** A column of the same text, or of none, in every row. */
export function sameTextColumn(
  name: string,
  text: string | null,
  length: number,
  nullable: boolean,
): ArrowColumn {
  const one = encoder.encode(text ?? '');
  const values = new Uint8Array(one.length * length);
  for (let i = 0; i < length; i += 1) values.set(one, i * one.length);
  const offsets = Int32Array.from({ length: length + 1 }, (_, i) => i * one.length);
  const valid = text === null ? new Uint8Array(length) : undefined;
  return textsColumn(name, { offsets, values, valid }, nullable);
}

/** A column of doubles that are there already: nothing is copied. */
export function doublesColumn(
  name: string,
  values: Float64Array,
  valid: Uint8Array | undefined,
  nullable: boolean,
): ArrowColumn {
  const data = makeData({
    type: new Float64(),
    data: values,
    ...validityFrom(valid, values.length),
  });
  return columnOf(name, data, nullable);
}

/** Lists of structs whose places are known: list i is [offsets[i], offsets[i + 1]) of `members`. */
export function structsColumn(
  name: string,
  offsets: Int32Array,
  members: readonly ArrowColumn[],
): ArrowColumn {
  const child = structOf(members, offsets.at(-1) ?? 0);
  const type = new List(new Field(ELEMENT, child.type, false));
  const shape = { length: offsets.length - 1, nullCount: 0 };
  return columnOf(name, makeData({ type, valueOffsets: offsets, child, ...shape }), false);
}

type MakeColumn<T> = (name: string, values: Nullable<T>, nullable: boolean) => ArrowColumn;

/** Makes columns of the same rows, each from what it takes of one row. */
export function columnsOf<Row>(rows: readonly Row[]) {
  return {
    required: <T>(make: MakeColumn<T>, name: string, get: (row: Row) => T): ArrowColumn =>
      make(name, rows.map(get), false),
    nullable: <T>(make: MakeColumn<T>, name: string, get: (row: Row) => T | null): ArrowColumn =>
      make(name, rows.map(get), true),
  };
}
