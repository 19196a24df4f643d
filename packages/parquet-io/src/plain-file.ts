import { Field, List, makeData, RecordBatch, Schema, Struct, Table } from 'apache-arrow';
import type { Data } from 'apache-arrow';
import { readColumnPages } from './column-pages.ts';
import type { KnownShapes } from './column-pages.ts';
import { columnTree } from './column-tree.ts';
import type { LeafColumn, ListColumn, TreeColumn } from './column-tree.ts';
import type { Shape } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';
import { readFooter } from './parquet-footer.ts';
import type { RowGroup } from './parquet-footer.ts';

/*
 * Reads files as our writer makes them: numbers and texts, structs and lists of them, in plain encoding, in pages of the
 * first version, with Snappy or without compression. parquet-wasm reads every file, but takes several times as long for
 * one part of 128 windows, copies between its memory and ours included. Other files, and damaged ones, are left to it.
 */

export interface PlainFile {
  readonly table: Table;
  readonly metadata: ReadonlyMap<string, string>;
  /** The schema as it is stored. */
  readonly schema: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the columns that `wants` takes, by the names of their leaves: `samples.list.element.x.list.element`.
 * Undefined when the file is not plain, and when it has no rows.
 */
export function readPlainFile(
  bytes: Uint8Array,
  wants: (leaf: string) => boolean,
): PlainFile | undefined {
  try {
    const { root, groups, ...declared } = readFooter(bytes);
    const columns = columnTree(root, wants);
    const batches = groups.map((group) => batchOf(bytes, group, columns));
    const [first] = batches;
    return first && { table: new Table(first.schema, batches), ...declared };
  } catch (thrown) {
    if (thrown instanceof NotPlain) return undefined;
    throw thrown;
  }
}

function batchOf(file: Uint8Array, group: RowGroup, columns: readonly TreeColumn[]): RecordBatch {
  const members = structOf(file, group, columns, 0, []).data;
  return new RecordBatch(new Schema(members.type.children), members);
}

/** A column, and how it lies in the rows. */
interface ReadData<T extends Data = Data> {
  readonly data: T;
  readonly shape: Shape;
}

/** @param depth how many lists are around the column */
function dataOf(
  file: Uint8Array,
  group: RowGroup,
  column: TreeColumn,
  depth: number,
  known: KnownShapes,
): ReadData {
  switch (column.kind) {
    case 'leaf':
      return leafOf(file, group, column, known);
    case 'list':
      return listOf(file, group, column, depth, known);
    case 'struct':
      return structOf(file, group, column.members, depth, known);
  }
}

function leafOf(
  file: Uint8Array,
  { rows, chunks }: RowGroup,
  { index, physical, levels, decode }: LeafColumn,
  known: KnownShapes,
): ReadData {
  const chunk = chunks[index];
  if (chunk?.physical !== physical) throw new NotPlain('a column of another type');
  const pages = readColumnPages(file, chunk, levels, known);
  if (pages.shape.rows !== rows) throw new NotPlain('a column of another length');
  return { data: decode(pages), shape: pages.shape };
}

function listOf(
  file: Uint8Array,
  group: RowGroup,
  { element }: ListColumn,
  depth: number,
  known: KnownShapes,
): ReadData {
  const { data: child, shape } = dataOf(file, group, element, depth + 1, known);
  const lists = shape.lists[depth];
  if (lists === undefined) throw new NotPlain('a list without its levels');
  const { offsets: valueOffsets, ...validity } = lists;
  const type = new List(new Field(element.name, child.type, element.isNullable));
  return { data: makeData({ type, child, valueOffsets, ...validity }), shape };
}

/** Members must lie alike in all lists around them. */
function structOf(
  file: Uint8Array,
  group: RowGroup,
  columns: readonly TreeColumn[],
  depth: number,
  known: KnownShapes,
): ReadData<Data<Struct>> {
  const members = columns.map((column) => dataOf(file, group, column, depth, known));
  const shape = members[0]?.shape;
  if (shape === undefined) throw new NotPlain('no columns');
  if (!members.every((member) => sameLists(member.shape, shape, depth))) {
    throw new NotPlain('members of structs that do not fit each other');
  }
  const fields = members.map(({ data }, i) => {
    const { name = '', isNullable = true } = columns[i] ?? {};
    return new Field(name, data.type, isNullable);
  });
  const length = shape.lists[depth - 1]?.offsets.at(-1) ?? group.rows;
  const children = members.map(({ data }) => data);
  const type = new Struct(fields);
  return { data: makeData({ type, length, nullCount: 0, children }), shape };
}

function sameLists(a: Shape, b: Shape, depth: number): boolean {
  for (let i = 0; i < depth; i++) {
    const [one, other] = [a.lists[i], b.lists[i]];
    if (one === other) continue;
    if (one === undefined || other === undefined) return false;
    if (!sameBytes(one.offsets, other.offsets)) return false;
    if (!sameBytes(one.nullBitmap ?? NONE, other.nullBitmap ?? NONE)) return false;
  }
  return true;
}

const NONE = new Uint8Array();

function sameBytes(a: Int32Array | Uint8Array, b: Int32Array | Uint8Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array | Uint8Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return a === b || Buffer.compare(bytes(a), bytes(b)) === 0;
}
