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

type Lists = Nullable<ArrayLike<number>>;

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

export function float32ListColumn(name: string, lists: Lists, nullable: boolean): ArrowColumn {
  const offsets = offsetsOf(lists);
  const data = new Float32Array(offsets[lists.length] ?? 0);
  for (let i = 0; i < lists.length; i += 1) data.set(lists[i] ?? [], offsets[i]);
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
  return listColumn(name, lists, offsets, child, nullable);
}

export function int32ListColumn(name: string, lists: Lists, nullable: boolean): ArrowColumn {
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
