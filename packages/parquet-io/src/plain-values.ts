import { isAscii, isUtf8 } from 'node:buffer';
import { Float32, Float64, Int32, Int64, makeData, Utf8 } from 'apache-arrow';
import type { Data } from 'apache-arrow';
import type { ColumnPages } from './column-pages.ts';
import { NotPlain } from './not-plain.ts';
import { CONVERTED, PHYSICAL } from './parquet-footer.ts';
import type { SchemaNode } from './parquet-footer.ts';

/** Makes a column in Arrow's layout of its values in Parquet's plain encoding. Throws NotPlain. */
export type PlainDecoder = (pages: ColumnPages) => Data;

/** The decoder of a leaf: numbers without an annotation, and texts. Throws NotPlain for what is neither. */
export function plainDecoder({ physical, converted, isAnnotated }: SchemaNode): PlainDecoder {
  if (physical === PHYSICAL.byteArray && converted === CONVERTED.utf8) return textData;
  const decoder = NUMBERS.get(physical);
  if (decoder === undefined || converted !== undefined || isAnnotated) {
    throw new NotPlain('a type of column');
  }
  return decoder;
}

/** Numbers lie in files and in Arrow alike as they do in the memory of machines with the little end first. */
const NUMBERS = new Map<number | undefined, PlainDecoder>([
  [PHYSICAL.int32, int32Data],
  [PHYSICAL.int64, int64Data],
  [PHYSICAL.float, float32Data],
  [PHYSICAL.double, float64Data],
]);

function int32Data(pages: ColumnPages): Data {
  const data = new Int32Array(fixedBytes(pages, 4));
  return makeData({ type: new Int32(), data, ...pages.shape.leaf });
}

function int64Data(pages: ColumnPages): Data {
  const data = new BigInt64Array(fixedBytes(pages, 8));
  return makeData({ type: new Int64(), data, ...pages.shape.leaf });
}

function float32Data(pages: ColumnPages): Data {
  const data = new Float32Array(fixedBytes(pages, 4));
  return makeData({ type: new Float32(), data, ...pages.shape.leaf });
}

function float64Data(pages: ColumnPages): Data {
  const data = new Float64Array(fixedBytes(pages, 8));
  return makeData({ type: new Float64(), data, ...pages.shape.leaf });
}

/** Values of `width` bytes end to end, 0 where there is none. */
function fixedBytes({ shape, pages }: ColumnPages, width: number): ArrayBuffer {
  for (const { bytes, count } of pages) {
    if (bytes.length !== count * width) throw new NotPlain('values of another length');
  }
  const [only] = pages;
  if (only !== undefined && pages.length === 1 && shape.nulls.length === 0)
    return only.bytes.buffer;
  const dense = Buffer.concat(pages.map(({ bytes }) => bytes));
  const spread = new Uint8Array(shape.leaf.length * width);
  let slot = 0;
  let at = 0;
  const copyUntil = (end: number) => {
    const from = at;
    at += (end - slot) * width;
    spread.set(dense.subarray(from, at), slot * width);
    slot = end + 1;
  };
  for (const missing of shape.nulls) copyUntil(missing);
  copyUntil(shape.leaf.length);
  return spread.buffer;
}

const LENGTH_BYTES = 4;
/** Below this many bytes a loop is quicker than a call that copies. */
const SHORT = 24;

function textData({ shape, pages }: ColumnPages): Data {
  const { leaf, nulls } = shape;
  const lengths = pages.reduce((sum, { count }) => sum + count * LENGTH_BYTES, 0);
  const total = pages.reduce((sum, { bytes }) => sum + bytes.length, 0) - lengths;
  if (total < 0) throw new NotPlain('texts without their lengths');
  const data = new Uint8Array(total);
  const valueOffsets = new Int32Array(leaf.length + 1);
  let slot = 0;
  let nextNull = 0;
  let to = 0;
  const skipNulls = () => {
    for (; nulls[nextNull] === slot; nextNull++) valueOffsets[++slot] = to;
  };
  for (const { bytes, count } of pages) {
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (let i = 0; i < count; i++) {
      skipNulls();
      if (at + LENGTH_BYTES > bytes.length) throw new NotPlain('a text beyond its page');
      const length = view.getUint32(at, true);
      at += LENGTH_BYTES;
      if (at + length > bytes.length || to + length > total) {
        throw new NotPlain('a text beyond its page');
      }
      if (length < SHORT) for (let j = 0; j < length; j++) data[to + j] = bytes[at + j] ?? 0;
      else data.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
      valueOffsets[++slot] = to;
    }
    if (at !== bytes.length) throw new NotPlain('bytes after the texts');
  }
  skipNulls();
  if (!isAscii(data)) assertTexts(data, valueOffsets);
  return makeData({ type: new Utf8(), data, valueOffsets, ...leaf });
}

/** Each text must be UTF-8 by itself: all of them together are, and no character is cut. */
function assertTexts(data: Uint8Array, offsets: Int32Array): void {
  const isCut = (offset: number) => ((data[offset] ?? 0) & 0xc0) === 0x80;
  if (!isUtf8(data) || offsets.some(isCut)) throw new NotPlain('a text that is not UTF-8');
}
