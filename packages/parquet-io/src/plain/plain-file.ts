import { makeData } from 'apache-arrow';
import type { Data, Struct } from 'apache-arrow';
import { readColumnPages } from './column-pages.ts';
import type { KnownShapes } from './column-pages.ts';
import { columnTree } from './column-tree.ts';
import type { LeafColumn, ListColumn, StructColumn, TreeColumn } from './column-tree.ts';
import type { Shape } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';
import { readFooter } from './parquet-footer.ts';
import type { FileSchema, RowGroup } from './parquet-footer.ts';

/*
 * Reads files as our writer makes them: numbers and texts, structs and lists of them, in plain encoding, in pages of the
 * first version, with Snappy or without compression. parquet-wasm reads every file, but takes several times as long for
 * one part of 128 windows, copies between its memory and ours included. Other files, and damaged ones, are left to it.
 */

export interface PlainFile {
  /** The rows of each row group, as structs of the columns. */
  readonly groups: readonly Data<Struct>[];
  /** Of the columns. */
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Of the whole file. */
  readonly schema: FileSchema;
}

/**
 * Reads the columns that are named, `samples.list.element.x` for a member of a list of structs; all without names.
 * Undefined when the file is not plain, and when it has none of the columns.
 */
export function readPlainFile(
  bytes: Uint8Array,
  columns?: readonly string[],
): PlainFile | undefined {
  try {
    const footer = readFooter(bytes);
    const { rows, names } = wantedOf(footer.schema, columns);
    const groups: Data<Struct>[] = [];
    for (const group of footer.groups) groups.push(new GroupReader(bytes, group).read(rows));
    return { groups, names, metadata: footer.metadata, schema: footer.schema };
  } catch (thrown) {
    if (thrown instanceof NotPlain) return undefined;
    throw thrown;
  }
}

interface Wanted {
  readonly schema: FileSchema;
  readonly columns: readonly string[] | undefined;
  readonly rows: StructColumn;
  readonly names: readonly string[];
}

/** What was read last: all parts of a sweep have the same schema. */
let last: Wanted | undefined;

function wantedOf(schema: FileSchema, columns: readonly string[] | undefined): Wanted {
  if (last?.schema === schema && sameNames(last.columns, columns)) return last;
  const rows = columnTree(schema.root, (leaf) => columns?.some((name) => isIn(leaf, name)) ?? true);
  last = { schema, columns, rows, names: rows.type.children.map(({ name }) => name) };
  return last;
}

function isIn(leaf: string, column: string): boolean {
  return leaf === column || leaf.startsWith(`${column}.`);
}

function sameNames(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || a?.join() === b?.join();
}

/** A column, and how it lies in the rows. */
interface ReadData {
  readonly data: Data;
  readonly shape: Shape;
}

/** Reads the columns of one row group. */
class GroupReader {
  readonly #file: Uint8Array;
  readonly #group: RowGroup;
  readonly #known: KnownShapes = [];

  constructor(file: Uint8Array, group: RowGroup) {
    this.#file = file;
    this.#group = group;
  }

  /** Throws NotPlain. */
  read(rows: StructColumn): Data<Struct> {
    return this.#struct(rows, 0).data;
  }

  /** @param depth how many lists are around the column */
  #column(column: TreeColumn, depth: number): ReadData {
    switch (column.kind) {
      case 'leaf':
        return this.#leaf(column);
      case 'list':
        return this.#list(column, depth);
      case 'struct':
        return this.#struct(column, depth);
    }
  }

  #leaf({ index, physical, levels, decode }: LeafColumn): ReadData {
    const chunk = this.#group.chunks[index];
    if (chunk?.physical !== physical) throw new NotPlain('a column of another type');
    const pages = readColumnPages(this.#file, chunk, levels, this.#known);
    if (pages.shape.rows !== this.#group.rows) throw new NotPlain('a column of another length');
    return { data: decode(pages), shape: pages.shape };
  }

  #list({ type, element }: ListColumn, depth: number): ReadData {
    const { data: child, shape } = this.#column(element, depth + 1);
    const lists = shape.lists[depth];
    if (lists === undefined) throw new NotPlain('a list without its levels');
    const { offsets: valueOffsets, ...validity } = lists;
    return { data: makeData({ type, child, valueOffsets, ...validity }), shape };
  }

  /** Members must lie alike in all lists around them. */
  #struct({ type, members }: StructColumn, depth: number): ReadData & { data: Data<Struct> } {
    const children: Data[] = [];
    let shape: Shape | undefined;
    for (const member of members) {
      const read = this.#column(member, depth);
      shape ??= read.shape;
      if (!sameLists(read.shape, shape, depth)) throw new NotPlain('members that do not fit');
      children.push(read.data);
    }
    if (shape === undefined) throw new NotPlain('a struct without members');
    const length = shape.lists[depth - 1]?.offsets.at(-1) ?? this.#group.rows;
    return { data: makeData({ type, length, nullCount: 0, children }), shape };
  }
}

function sameLists(a: Shape, b: Shape, depth: number): boolean {
  for (let i = 0; i < depth; i++) {
    const one = a.lists[i];
    const other = b.lists[i];
    if (one === other) continue;
    if (one === undefined || other === undefined) return false;
    if (!sameBytes(one.offsets, other.offsets)) return false;
    if (!sameBytes(one.nullBitmap ?? NONE, other.nullBitmap ?? NONE)) return false;
  }
  return true;
}

const NONE = new Uint8Array();

function sameBytes(a: Int32Array | Uint8Array, b: Int32Array | Uint8Array): boolean {
  return a === b || Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
