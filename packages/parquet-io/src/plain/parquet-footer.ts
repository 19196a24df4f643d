import { NotPlain } from './not-plain.ts';
import { ThriftReader } from './thrift-compact.ts';

/*
 * The footer of a Parquet file (parquet.thrift: FileMetaData and what is in it), as far as plain files need it.
 */

/** Numbers of parquet.thrift. */
export const PHYSICAL = { int32: 1, int64: 2, float: 4, double: 5, byteArray: 6 } as const;
export const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;
export const CONVERTED = { utf8: 0, list: 3 } as const;

/** A field of the file's schema, with those in it. */
export interface SchemaNode {
  readonly name: string;
  /** Undefined for a group. */
  readonly physical: number | undefined;
  readonly repetition: number;
  readonly converted: number | undefined;
  /** Whether the newer kind of annotation is there, too. */
  readonly isAnnotated: boolean;
  readonly children: readonly SchemaNode[];
}

/** Where the values of a leaf are, of one row group. */
export interface ColumnChunk {
  readonly physical: number;
  readonly codec: number;
  /** Values, nulls and empty lists. */
  readonly entries: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface RowGroup {
  readonly rows: number;
  /** One of each leaf of the schema, in its order. */
  readonly chunks: readonly ColumnChunk[];
}

export interface Footer {
  readonly schema: FileSchema;
  readonly groups: readonly RowGroup[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Files one after the other that have the same schema have the same object. */
export interface FileSchema {
  readonly root: SchemaNode;
  readonly leaves: number;
}

/** Deeper than any of our schemas. */
const MAX_DEPTH = 16;
const MAGIC = 0x31524150;
/** The length of the footer, and the four letters. */
const TAIL_BYTES = 8;

/** Throws NotPlain. */
export function readFooter(bytes: Uint8Array): Footer {
  const tail = bytes.length - TAIL_BYTES;
  if (tail < 0) throw new NotPlain('too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset + tail, TAIL_BYTES);
  const start = tail - view.getUint32(0, true);
  if (view.getUint32(4, true) !== MAGIC || start < 0) throw new NotPlain('no footer');
  const footer = fileMetadata(bytes.subarray(0, tail), start);
  for (const { chunks } of footer.groups) {
    if (chunks.length !== footer.schema.leaves)
      throw new NotPlain('row groups without some columns');
  }
  return footer;
}

function countLeaves({ physical, children }: SchemaNode): number {
  if (physical !== undefined) return 1;
  let leaves = 0;
  for (const child of children) leaves += countLeaves(child);
  return leaves;
}

function fileMetadata(bytes: Uint8Array, start: number): Footer {
  const reader = new ThriftReader(bytes, start);
  let schema: FileSchema | undefined;
  let groups: RowGroup[] = [];
  let metadata = new Map<string, string>();
  let rows = 0;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 2) schema = fileSchema(reader, bytes);
    else if (id === 3) rows = reader.integer();
    else if (id === 4) groups = rowGroups(reader);
    else if (id === 5) metadata = keyValues(reader);
    else reader.skip();
  }
  for (const group of groups) rows -= group.rows;
  if (rows !== 0 || schema === undefined) throw new NotPlain('a footer that does not add up');
  return { schema, groups, metadata };
}

/** The schema that was read last, and its bytes: all parts of a sweep have the same. */
let last: { readonly bytes: Uint8Array; readonly schema: FileSchema } | undefined;

function fileSchema(reader: ThriftReader, bytes: Uint8Array): FileSchema {
  const from = reader.at;
  if (last !== undefined) {
    const end = from + last.bytes.length;
    if (Buffer.compare(bytes.subarray(from, end), last.bytes) === 0) {
      reader.goTo(end);
      return last.schema;
    }
  }
  const root = schemaTree(schemaElements(reader));
  const schema = { root, leaves: countLeaves(root) };
  last = { bytes: new Uint8Array(bytes.subarray(from, reader.at)), schema };
  return schema;
}

type SchemaElement = Omit<SchemaNode, 'children'> & { readonly members: number };

/** A tree from its nodes, each before its children. */
function schemaTree(elements: readonly SchemaElement[]): SchemaNode {
  const cursor = { next: 0 };
  const root = schemaNode(elements, cursor, 0);
  if (cursor.next !== elements.length) throw new NotPlain('schema');
  return root;
}

function schemaNode(
  elements: readonly SchemaElement[],
  cursor: { next: number },
  depth: number,
): SchemaNode {
  const element = elements[cursor.next++];
  if (element === undefined || depth > MAX_DEPTH) throw new NotPlain('schema');
  const { members, ...field } = element;
  if ((field.physical === undefined) !== members > 0) throw new NotPlain('schema');
  const children: SchemaNode[] = [];
  for (let i = 0; i < members; i++) children.push(schemaNode(elements, cursor, depth + 1));
  return { ...field, children };
}

function schemaElements(reader: ThriftReader): SchemaElement[] {
  const elements: SchemaElement[] = [];
  for (let left = reader.structs(); left > 0; left--) elements.push(schemaElement(reader));
  return elements;
}

function schemaElement(reader: ThriftReader): SchemaElement {
  let physical: number | undefined;
  let repetition: number = REPETITION.required;
  let converted: number | undefined;
  let isAnnotated = false;
  let name = '';
  let members = 0;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) physical = reader.integer();
    else if (id === 3) repetition = reader.integer();
    else if (id === 4) name = text(reader);
    else if (id === 5) members = reader.integer();
    else if (id === 6) converted = reader.integer();
    else {
      isAnnotated ||= id === 10;
      reader.skip();
    }
  }
  return { name, physical, repetition, converted, isAnnotated, members };
}

const texts = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(reader: ThriftReader): string {
  try {
    return texts.decode(reader.binary());
  } catch (thrown) {
    throw new NotPlain('a text of the footer', { cause: thrown });
  }
}

function keyValues(reader: ThriftReader): Map<string, string> {
  const values = new Map<string, string>();
  for (let left = reader.structs(); left > 0; left--) {
    let key = '';
    let value = '';
    for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
      if (id === 1) key = text(reader);
      else if (id === 2) value = text(reader);
      else reader.skip();
    }
    values.set(key, value);
  }
  return values;
}

function rowGroups(reader: ThriftReader): RowGroup[] {
  const groups: RowGroup[] = [];
  for (let left = reader.structs(); left > 0; left--) {
    let chunks: ColumnChunk[] = [];
    let rows = NaN;
    for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
      if (id === 1) chunks = columnChunks(reader);
      else if (id === 3) rows = reader.integer();
      else reader.skip();
    }
    groups.push({ rows, chunks });
  }
  return groups;
}

function columnChunks(reader: ThriftReader): ColumnChunk[] {
  const chunks: ColumnChunk[] = [];
  for (let left = reader.structs(); left > 0; left--) {
    let chunk: ColumnChunk | undefined;
    for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
      if (id === 3) chunk = columnMetadata(reader);
      // Elsewhere, or encrypted.
      else if (id === 1 || id === 8 || id === 9) throw new NotPlain('a column chunk');
      else reader.skip();
    }
    if (chunk === undefined) throw new NotPlain('a column chunk');
    chunks.push(chunk);
  }
  return chunks;
}

function columnMetadata(reader: ThriftReader): ColumnChunk {
  reader.struct();
  let physical = NaN;
  let codec = NaN;
  let entries = NaN;
  let bytes = NaN;
  let offset = NaN;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) physical = reader.integer();
    else if (id === 4) codec = reader.integer();
    else if (id === 5) entries = reader.integer();
    else if (id === 7) bytes = reader.integer();
    else if (id === 9) offset = reader.integer();
    else if (id === 11) throw new NotPlain('a dictionary');
    else reader.skip();
  }
  return { physical, codec, entries, offset, bytes };
}
