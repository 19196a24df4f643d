import { DataType, Schema, Table, tableToIPC } from 'apache-arrow';
import type { Data, Field } from 'apache-arrow';
import type { ArrowColumn } from './arrow-data.ts';

/*
 * Columns as a stream of Arrow's IPC format with one batch of records, which is how they get into WebAssembly memory
 * (arrow.apache.org/docs/format/Columnar.html, "Serialization and Interprocess Communication"). Arrow's own writer
 * makes several copies in fresh memory, which V8 collects; here every buffer is copied once, into memory that is used
 * again. The metadata of a batch is a FlatBuffer of one shape, so it is laid out by hand.
 */

/** Makes streams of groups of the same columns. A stream holds until the next one is made. */
export type IpcStreams = (columns: readonly ArrowColumn[], rows: number) => Uint8Array;

export function createIpcStreams(): IpcStreams {
  let schema: Uint8Array | undefined;
  let memory = new Uint8Array();

  return (columns, rows) => {
    schema ??= schemaMessage(columns.map(({ field }) => field));
    const batch = batchOf(columns.map(({ data }) => data));
    const metadata = batchMetadata(batch, rows);
    const length = schema.length + PREFIX + metadata.length + batch.bodyLength + PREFIX;
    if (memory.length < length) memory = new Uint8Array(length + (length >> 2));
    memory.set(schema);
    let at = schema.length;
    writePrefix(memory, at, metadata.length);
    at += PREFIX;
    memory.set(metadata, at);
    at += metadata.length;
    for (const bytes of batch.buffers) {
      memory.set(bytes, at);
      memory.fill(0, at + bytes.length, at + padded(bytes.length));
      at += padded(bytes.length);
    }
    // The end of the stream is a message without metadata.
    writePrefix(memory, at, 0);
    return memory.subarray(0, length);
  };
}

/** Marker and length before the metadata of a message. */
const PREFIX = 8;

function writePrefix(memory: Uint8Array, at: number, metadataLength: number): void {
  const view = new DataView(memory.buffer, memory.byteOffset);
  view.setUint32(at, 0xff_ff_ff_ff, true);
  view.setUint32(at + 4, metadataLength, true);
}

const padded = (length: number) => (length + 7) & ~7;

/** The message that says what the columns are: what Arrow writes of no rows, without its end. */
function schemaMessage(fields: Field[]): Uint8Array {
  return tableToIPC(new Table(new Schema(fields)), 'stream').slice(0, -PREFIX);
}

interface Batch {
  /** Length and number of nulls of every column and member, parents before children. */
  readonly nodes: readonly (readonly [length: number, nulls: number])[];
  /** Memory of the same, each padded to eight bytes in the body. */
  readonly buffers: readonly Uint8Array[];
  readonly bodyLength: number;
}

function batchOf(columns: readonly Data[]): Batch {
  const nodes: [number, number][] = [];
  const buffers: Uint8Array[] = [];
  const add = (data: Data) => {
    nodes.push([data.length, data.nullCount]);
    buffers.push(data.nullCount > 0 ? bytesOf(data.nullBitmap) : NONE);
    if (DataType.isUtf8(data.type) || DataType.isBinary(data.type) || DataType.isList(data.type)) {
      buffers.push(bytesOf(data.valueOffsets));
    }
    if (!DataType.isList(data.type) && !DataType.isStruct(data.type)) {
      buffers.push(bytesOf(data.values));
    }
    data.children.forEach(add);
  };
  columns.forEach(add);
  const bodyLength = buffers.reduce((sum, { length }) => sum + padded(length), 0);
  return { nodes, buffers, bodyLength };
}

const NONE = new Uint8Array();

function bytesOf(values: unknown): Uint8Array {
  if (!ArrayBuffer.isView(values)) return NONE;
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/*
 * Where things stand in the metadata: two tables (Message.fbs: Message and RecordBatch), each behind the table of its
 * fields' places, then the vectors of nodes and buffers, which are pairs of int64. References count from where they stand.
 */
const MESSAGE_FIELDS = 4;
const MESSAGE = 16;
const BATCH_FIELDS = 40;
const BATCH = 52;
const VECTORS = 76;
const VERSION_V5 = 4;
const RECORD_BATCH = 3;

function batchMetadata({ nodes, buffers, bodyLength }: Batch, rows: number): Uint8Array {
  const nodesAt = VECTORS;
  const buffersAt = nodesAt + 8 + 16 * nodes.length;
  const bytes = new Uint8Array(padded(buffersAt + 4 + 16 * buffers.length));
  const view = new DataView(bytes.buffer);
  const int64 = (at: number, value: number) => view.setBigInt64(at, BigInt(value), true);
  const refer = (at: number, to: number) => view.setUint32(at, to - at, true);
  const fields = (at: number, size: number, places: readonly number[]) =>
    [4 + 2 * places.length, size, ...places].forEach((value, i) =>
      view.setUint16(at + 2 * i, value, true),
    );

  refer(0, MESSAGE);
  // Message: version, kind of header, header, length of the body.
  fields(MESSAGE_FIELDS, 24, [20, 22, 4, 8]);
  view.setInt32(MESSAGE, MESSAGE - MESSAGE_FIELDS, true);
  refer(MESSAGE + 4, BATCH);
  int64(MESSAGE + 8, bodyLength);
  view.setInt16(MESSAGE + 20, VERSION_V5, true);
  view.setUint8(MESSAGE + 22, RECORD_BATCH);
  // RecordBatch: rows, nodes, buffers.
  fields(BATCH_FIELDS, 20, [4, 12, 16]);
  view.setInt32(BATCH, BATCH - BATCH_FIELDS, true);
  int64(BATCH + 4, rows);
  refer(BATCH + 12, nodesAt);
  refer(BATCH + 16, buffersAt);

  view.setUint32(nodesAt, nodes.length, true);
  nodes.forEach(([length, nulls], i) => {
    int64(nodesAt + 4 + 16 * i, length);
    int64(nodesAt + 12 + 16 * i, nulls);
  });
  view.setUint32(buffersAt, buffers.length, true);
  let offset = 0;
  buffers.forEach(({ length }, i) => {
    int64(buffersAt + 4 + 16 * i, offset);
    int64(buffersAt + 12 + 16 * i, length);
    offset += padded(length);
  });
  return bytes;
}
