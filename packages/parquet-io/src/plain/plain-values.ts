import { isAscii, isUtf8 } from 'node:buffer';
import { Float32, Float64, Int32, Int64, makeData, Utf8 } from 'apache-arrow';
import type { Data, DataType } from 'apache-arrow';
import type { ColumnPages, PlainValues } from './column-pages.ts';
import { NotPlain } from './not-plain.ts';
import { CONVERTED, PHYSICAL } from './parquet-footer.ts';
import type { SchemaNode } from './parquet-footer.ts';

/** How the values of a leaf are made, in Arrow's layout, of their plain encoding in Parquet. */
export interface PlainDecoder {
  readonly type: DataType;
  /** Throws NotPlain. */
  readonly decode: (pages: ColumnPages) => Data;
}

/** The decoder of a leaf: numbers without an annotation, and texts. Throws NotPlain for what is neither. */
export function plainDecoder({ physical, converted, isAnnotated }: SchemaNode): PlainDecoder {
  if (physical === PHYSICAL.byteArray && converted === CONVERTED.utf8) {
    return { type: UTF8, decode: textData };
  }
  const decoder = NUMBERS.get(physical);
  if (decoder === undefined || converted !== undefined || isAnnotated) {
    throw new NotPlain('a type of column');
  }
  return decoder;
}

const UTF8 = new Utf8();
const INT32 = new Int32();
const INT64 = new Int64();
const FLOAT32 = new Float32();
const FLOAT64 = new Float64();

/** Numbers lie in files and in Arrow alike as they do in the memory of machines with the little end first. */
const NUMBERS = new Map<number | undefined, PlainDecoder>([
  [PHYSICAL.int32, { type: INT32, decode: int32Data }],
  [PHYSICAL.int64, { type: INT64, decode: int64Data }],
  [PHYSICAL.float, { type: FLOAT32, decode: float32Data }],
  [PHYSICAL.double, { type: FLOAT64, decode: float64Data }],
]);

function int32Data(pages: ColumnPages): Data {
  const data = new Int32Array(fixedBytes(pages, INT32.bitWidth / 8));
  return makeData({ type: INT32, data, ...pages.shape.leaf });
}

function int64Data(pages: ColumnPages): Data {
  const data = new BigInt64Array(fixedBytes(pages, INT64.bitWidth / 8));
  return makeData({ type: INT64, data, ...pages.shape.leaf });
}

function float32Data(pages: ColumnPages): Data {
  const data = new Float32Array(fixedBytes(pages, Float32Array.BYTES_PER_ELEMENT));
  return makeData({ type: FLOAT32, data, ...pages.shape.leaf });
}

function float64Data(pages: ColumnPages): Data {
  const data = new Float64Array(fixedBytes(pages, Float64Array.BYTES_PER_ELEMENT));
  return makeData({ type: FLOAT64, data, ...pages.shape.leaf });
}

/** Values of `width` bytes end to end, 0 where there is none. */
function fixedBytes({ shape, pages }: ColumnPages, width: number): ArrayBuffer {
  for (const { bytes, count } of pages) {
    if (bytes.length !== count * width) throw new NotPlain('values of another length');
  }
  const [only] = pages;
  if (only !== undefined && pages.length === 1 && shape.nulls.length === 0)
    return only.bytes.buffer;
  const dense = only?.bytes.length === shape.leaf.length * width ? only.bytes : endToEnd(pages);
  if (shape.nulls.length === 0) return dense.buffer;
  const spread = new Uint8Array(shape.leaf.length * width);
  let at = 0;
  let slot = 0;
  for (const missing of shape.nulls) {
    const bytes = (missing - slot) * width;
    spread.set(dense.subarray(at, at + bytes), slot * width);
    at += bytes;
    slot = missing + 1;
  }
  spread.set(dense.subarray(at), slot * width);
  return spread.buffer;
}

function endToEnd(pages: readonly PlainValues[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const { bytes } of pages) length += bytes.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const { bytes } of pages) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

const LENGTH_BYTES = 4;
/** Below this many bytes a loop is quicker than a call that copies. */
const SHORT = 24;

function textData({ shape, pages }: ColumnPages): Data {
  const { leaf, nulls } = shape;
  let total = 0;
  for (const { bytes, count } of pages) total += bytes.length - count * LENGTH_BYTES;
  if (total < 0) throw new NotPlain('texts without their lengths');
  const data = new Uint8Array(total);
  const valueOffsets = new Int32Array(leaf.length + 1);
  let slot = 0;
  let nextNull = 0;
  let to = 0;
  for (const { bytes, count } of pages) {
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (let i = 0; i < count; i++) {
      for (; nulls[nextNull] === slot; nextNull++) valueOffsets[++slot] = to;
      const from = at + LENGTH_BYTES;
      const length = from > bytes.length ? Infinity : view.getUint32(at, true);
      at = from + length;
      if (at > bytes.length || to + length > total) throw new NotPlain('a text beyond its page');
      if (length < SHORT) for (let j = 0; j < length; j++) data[to + j] = bytes[from + j] ?? 0;
      else data.set(bytes.subarray(from, at), to);
      to += length;
      valueOffsets[++slot] = to;
    }
    if (at !== bytes.length) throw new NotPlain('bytes after the texts');
  }
  valueOffsets.fill(to, slot + 1);
  if (!isAscii(data)) assertTexts(data, valueOffsets);
  return makeData({ type: UTF8, data, valueOffsets, ...leaf });
}

/** Each text must be UTF-8 by itself: all of them together are, and no character is cut. */
function assertTexts(data: Uint8Array, offsets: Int32Array): void {
  const isCut = (offset: number) => ((data[offset] ?? 0) & 0xc0) === 0x80;
  if (!isUtf8(data) || offsets.some(isCut)) throw new NotPlain('a text that is not UTF-8');
}
