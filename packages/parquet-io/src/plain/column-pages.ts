import { LevelRuns } from './level-runs.ts';
import { sameLevels, ShapeBuilder } from './nested-shape.ts';
import type { LeafLevels, Shape } from './nested-shape.ts';
import { NotPlain } from './not-plain.ts';
import type { ColumnChunk } from './parquet-footer.ts';
import { unsnap } from './snappy.ts';
import { ThriftReader } from './thrift-compact.ts';

/** Numbers of parquet.thrift. */
const DATA_PAGE = 0;
const PLAIN = 0;
const RLE = 3;
const UNCOMPRESSED = 0;
const SNAPPY = 1;

/** Our writer ends a page at a megabyte. A damaged number must not take all memory, and what is unpacked into stays. */
const MAX_PAGE_BYTES = 2 ** 24;
const MAX_PAGE_ENTRIES = 2 ** 22;

/** One column of one row group: how its values lie in the rows, and its values, page after page. */
export interface ColumnPages {
  readonly shape: Shape;
  readonly pages: readonly PlainValues[];
}

/** Values in plain encoding: nulls are none. */
export interface PlainValues {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/**
 * Shapes of columns of a row group that were read before. Lists that belong together, as the axes of a path, have the
 * same levels, byte for byte: putting them together once is enough.
 */
export type KnownShapes = {
  readonly levels: LeafLevels;
  readonly entries: number;
  readonly bytes: Uint8Array;
  readonly shape: Shape;
}[];

/** Throws NotPlain. */
export function readColumnPages(
  file: Uint8Array,
  chunk: ColumnChunk,
  levels: LeafLevels,
  known: KnownShapes,
): ColumnPages {
  const headers = pageHeaders(file, chunk);
  if (headers.length === 1 && headers[0] !== undefined) {
    const page = splitPage(unpack(file, headers[0], chunk.codec), levels);
    const shape = shapeOfPage(page, levels, chunk.entries, known);
    return { shape, pages: [valuesOf(page, shape.leaf.length - shape.leaf.nullCount)] };
  }
  const builder = new ShapeBuilder(levels);
  const pages: PlainValues[] = [];
  for (const header of headers) {
    const page = splitPage(unpack(file, header, chunk.codec), levels);
    pages.push(valuesOf(page, addLevels(builder, page, levels, header.entries)));
  }
  return { shape: builder.finish(), pages };
}

/** A copy: what was unpacked is overwritten by the next page. */
function valuesOf({ values }: Page, count: number): PlainValues {
  return { bytes: new Uint8Array(values), count };
}

function shapeOfPage(page: Page, levels: LeafLevels, entries: number, known: KnownShapes): Shape {
  for (const one of known) {
    const isSame = one.entries === entries && sameLevels(one.levels, levels);
    if (isSame && Buffer.compare(one.bytes, page.levels) === 0) return one.shape;
  }
  const builder = new ShapeBuilder(levels);
  addLevels(builder, page, levels, entries);
  const shape = builder.finish();
  known.push({ levels, entries, bytes: new Uint8Array(page.levels), shape });
  return shape;
}

interface PageHeader {
  readonly entries: number;
  readonly unpacked: number;
  readonly packed: number;
  /** Where the page is, after its header. */
  readonly from: number;
}

function pageHeaders(file: Uint8Array, { offset, bytes, entries }: ColumnChunk): PageHeader[] {
  const end = offset + bytes;
  if (!(offset >= 0 && bytes >= 0 && end <= file.length)) throw new NotPlain('a column outside');
  const headers: PageHeader[] = [];
  let seen = 0;
  for (let at = offset; seen < entries;) {
    const header = pageHeader(file, at);
    headers.push(header);
    at = header.from + header.packed;
    seen += header.entries;
    if (at > end) throw new NotPlain('a page beyond its column');
  }
  if (seen !== entries) throw new NotPlain('pages of another length than their column');
  return headers;
}

function pageHeader(file: Uint8Array, at: number): PageHeader {
  const reader = new ThriftReader(file, at);
  let kind = NaN;
  let unpacked = NaN;
  let packed = NaN;
  let entries = NaN;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) kind = reader.integer();
    else if (id === 2) unpacked = reader.integer();
    else if (id === 3) packed = reader.integer();
    else if (id === 4) throw new NotPlain('a checksum');
    else if (id === 5) entries = dataPageHeader(reader);
    else reader.skip();
  }
  const isSound =
    isBetween(1, entries, MAX_PAGE_ENTRIES) &&
    isBetween(0, unpacked, MAX_PAGE_BYTES) &&
    isBetween(0, packed, MAX_PAGE_BYTES);
  if (kind !== DATA_PAGE || !isSound) throw new NotPlain('a page of another kind');
  return { entries, unpacked, packed, from: reader.at };
}

function isBetween(low: number, value: number, high: number): boolean {
  return value >= low && value <= high;
}

/** The number of entries. */
function dataPageHeader(reader: ThriftReader): number {
  reader.struct();
  let entries = NaN;
  let encodings = 0;
  for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
    if (id === 1) entries = reader.integer();
    else if (id > 4) reader.skip();
    else if (reader.integer() === (id === 2 ? PLAIN : RLE)) encodings += 1;
  }
  // Of the values and of both kinds of levels.
  if (encodings !== 3) throw new NotPlain('an encoding');
  return entries;
}

let scratch = new Uint8Array();

/** Memory that the next page overwrites: values are taken out of it at once. */
function room(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(length);
  return scratch.subarray(0, length);
}

function unpack(file: Uint8Array, page: PageHeader, codec: number): Uint8Array {
  const bytes = file.subarray(page.from, page.from + page.packed);
  if (codec === SNAPPY) return unsnap(bytes, page.unpacked, room);
  if (codec === UNCOMPRESSED && page.packed === page.unpacked) return bytes;
  throw new NotPlain('a codec');
}

interface Page {
  /** Both kinds of levels, as they are stored. */
  readonly levels: Uint8Array;
  readonly repetition: Section;
  readonly definition: Section;
  readonly values: Uint8Array;
}

/** [from, end) of the bytes of levels. */
interface Section {
  readonly from: number;
  readonly end: number;
}

/** Levels are there where there can be more than one, each kind after its length. */
function splitPage(bytes: Uint8Array, levels: LeafLevels): Page {
  const repetition = sectionOf(bytes, 0, levels.lists.length);
  const definition = sectionOf(bytes, repetition.end, levels.present);
  const { end } = definition;
  return { levels: bytes.subarray(0, end), repetition, definition, values: bytes.subarray(end) };
}

const LENGTH_BYTES = 4;

function sectionOf(bytes: Uint8Array, at: number, highest: number): Section {
  if (highest === 0) return { from: at, end: at };
  const from = at + LENGTH_BYTES;
  if (from > bytes.length) throw new NotPlain('levels beyond their page');
  const end =
    from + new DataView(bytes.buffer, bytes.byteOffset + at, LENGTH_BYTES).getUint32(0, true);
  if (end > bytes.length) throw new NotPlain('levels beyond their page');
  return { from, end };
}

/** The number of values in the page. */
function addLevels(builder: ShapeBuilder, page: Page, levels: LeafLevels, entries: number): number {
  const repetition = runsOf(page.levels, page.repetition, levels.lists.length);
  return builder.add(repetition, runsOf(page.levels, page.definition, levels.present), entries);
}

function runsOf(bytes: Uint8Array, { from, end }: Section, highest: number): LevelRuns {
  return new LevelRuns(bytes, from, end, 32 - Math.clz32(highest));
}
