import { NotPlain } from './not-plain.ts';
import { THRIFT, ThriftReader } from './thrift-compact.ts';

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
  readonly root: SchemaNode;
  readonly groups: readonly RowGroup[];
  readonly metadata: ReadonlyMap<string, string>;
  /** The schema as it is stored. */
  readonly schema: Uint8Array<ArrayBuffer>;
}

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
  const leaves = countLeaves(footer.root);
  if (footer.groups.some(({ chunks }) => chunks.length !== leaves)) {
    throw new NotPlain('row groups without some columns');
  }
  return footer;
}

function countLeaves({ physical, children }: SchemaNode): number {
  if (physical !== undefined) return 1;
  return children.reduce((sum, child) => sum + countLeaves(child), 0);
}

function fileMetadata(bytes: Uint8Array, start: number): Footer {
  const reader = new ThriftReader(bytes, start);
  let schema = new Uint8Array();
  const elements: SchemaElement[] = [];
  const groups: RowGroup[] = [];
  const metadata = new Map<string, string>();
  let rows = 0;
  reader.struct(THRIFT.struct, (id, type) => {
    if (id === 2) {
      const from = reader.at;
      reader.list(type, (element) => elements.push(schemaElement(reader, element)));
      schema = new Uint8Array(bytes.subarray(from, reader.at));
    } else if (id === 3) rows = reader.integer(type);
    else if (id === 4) reader.list(type, (element) => groups.push(rowGroup(reader, element)));
    else if (id === 5) reader.list(type, (element) => metadata.set(...keyValue(reader, element)));
    else reader.skip(type);
  });
  if (groups.reduce((sum, group) => sum + group.rows, 0) !== rows) throw new NotPlain('rows');
  return { root: schemaTree(elements), groups, metadata, schema };
}

type SchemaElement = Omit<SchemaNode, 'children'> & { readonly members: number };

/** A tree from its nodes, each before its children. */
function schemaTree(elements: readonly SchemaElement[]): SchemaNode {
  let next = 0;
  const node = (depth: number): SchemaNode => {
    const element = elements[next++];
    if (element === undefined || depth > 16) throw new NotPlain('schema');
    const { members, ...field } = element;
    if ((field.physical === undefined) !== members > 0) throw new NotPlain('schema');
    const children: SchemaNode[] = [];
    for (let i = 0; i < members; i++) children.push(node(depth + 1));
    return { ...field, children };
  };
  const root = node(0);
  if (next !== elements.length) throw new NotPlain('schema');
  return root;
}

const texts = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(reader: ThriftReader, type: number): string {
  try {
    return texts.decode(reader.binary(type));
  } catch (thrown) {
    throw new NotPlain('a text of the footer', { cause: thrown });
  }
}

function schemaElement(reader: ThriftReader, type: number): SchemaElement {
  let physical: number | undefined;
  let repetition: number = REPETITION.required;
  let converted: number | undefined;
  let isAnnotated = false;
  let name = '';
  let members = 0;
  reader.struct(type, (id, field) => {
    if (id === 1) physical = reader.integer(field);
    else if (id === 3) repetition = reader.integer(field);
    else if (id === 4) name = text(reader, field);
    else if (id === 5) members = reader.integer(field);
    else if (id === 6) converted = reader.integer(field);
    else {
      isAnnotated ||= id === 10;
      reader.skip(field);
    }
  });
  return { name, physical, repetition, converted, isAnnotated, members };
}

function keyValue(reader: ThriftReader, type: number): [string, string] {
  let key = '';
  let value = '';
  reader.struct(type, (id, field) => {
    if (id === 1) key = text(reader, field);
    else if (id === 2) value = text(reader, field);
    else reader.skip(field);
  });
  return [key, value];
}

function rowGroup(reader: ThriftReader, type: number): RowGroup {
  const chunks: ColumnChunk[] = [];
  let rows = NaN;
  reader.struct(type, (id, field) => {
    if (id === 1) reader.list(field, (element) => chunks.push(columnChunk(reader, element)));
    else if (id === 3) rows = reader.integer(field);
    else reader.skip(field);
  });
  return { rows, chunks };
}

function columnChunk(reader: ThriftReader, type: number): ColumnChunk {
  let chunk: ColumnChunk | undefined;
  reader.struct(type, (id, field) => {
    if (id === 3) chunk = columnMetadata(reader, field);
    // Elsewhere, or encrypted.
    else if (id === 1 || id === 8 || id === 9) throw new NotPlain('a column chunk');
    else reader.skip(field);
  });
  if (chunk === undefined) throw new NotPlain('a column chunk');
  return chunk;
}

function columnMetadata(reader: ThriftReader, type: number): ColumnChunk {
  let [physical, codec, entries, bytes, offset] = [NaN, NaN, NaN, NaN, NaN];
  reader.struct(type, (id, field) => {
    if (id === 1) physical = reader.integer(field);
    else if (id === 4) codec = reader.integer(field);
    else if (id === 5) entries = reader.integer(field);
    else if (id === 7) bytes = reader.integer(field);
    else if (id === 9) offset = reader.integer(field);
    else if (id === 11) throw new NotPlain('a dictionary');
    else reader.skip(field);
  });
  return { physical, codec, entries, offset, bytes };
}
