/**
 * ZIP archives whose members are stored, not compressed, so that a reader can take a member with one range read.
 * PKWARE APPNOTE 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16; no zip64, no data descriptors. The same members give the
 * same bytes: every date is 1980-01-01.
 */

export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 46;
const END_RECORD = 22;
const DOS_DATE_1980_01_01 = 0x0021;
const UTF8_NAMES = 0x0800;
const VERSION = 20;

export function storeZip(members: readonly ZipMember[]): Uint8Array {
  const entries = members.map(({ name, bytes }) => ({
    name: new TextEncoder().encode(name),
    bytes,
    crc: crc32(bytes),
  }));
  const size = entries.reduce(
    (sum, { name, bytes }) => sum + LOCAL_HEADER + CENTRAL_HEADER + 2 * name.length + bytes.length,
    END_RECORD,
  );
  if (size > 0xffffffff || entries.length > 0xffff) {
    throw new RangeError(
      `${members.length} members of ${size} bytes need zip64; use smaller chunks`,
    );
  }
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let offset = 0;
  const starts = entries.map(({ name, bytes, crc }) => {
    const start = offset;
    view.setUint32(offset, 0x04034b50, true);
    writeCommon(view, offset + 4, crc, bytes.length, name.length);
    out.set(name, offset + LOCAL_HEADER);
    out.set(bytes, offset + LOCAL_HEADER + name.length);
    offset += LOCAL_HEADER + name.length + bytes.length;
    return start;
  });
  const directory = offset;
  entries.forEach(({ name, bytes, crc }, i) => {
    view.setUint32(offset, 0x02014b50, true);
    view.setUint16(offset + 4, VERSION, true);
    writeCommon(view, offset + 6, crc, bytes.length, name.length);
    view.setUint32(offset + 42, starts[i] ?? 0, true);
    out.set(name, offset + CENTRAL_HEADER);
    offset += CENTRAL_HEADER + name.length;
  });
  view.setUint32(offset, 0x06054b50, true);
  view.setUint16(offset + 8, entries.length, true);
  view.setUint16(offset + 10, entries.length, true);
  view.setUint32(offset + 12, offset - directory, true);
  view.setUint32(offset + 16, directory, true);
  return out;
}

/** The fields that the local and the central header share: from "version needed" to "extra field length". */
function writeCommon(view: DataView, at: number, crc: number, size: number, name: number): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 8, DOS_DATE_1980_01_01, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name, true);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** CRC-32 of ISO 3309, as ZIP and PNG use it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
