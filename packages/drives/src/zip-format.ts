/**
 * The records of a ZIP archive, as PKWARE's APPNOTE.TXT 6.3.10 defines them (its section numbers in brackets).
 * Pure: bytes in, records out; ZipDamage when the bytes are not what the note says.
 */

/** What is wrong with the bytes; whoever knows the archive's key turns it into a DrivesweepError. */
export class ZipDamage extends Error {
  override readonly name = 'ZipDamage';
}

/** Compression methods that this reader knows [4.4.5]. */
export const STORE = 0;
export const DEFLATE = 8;

/** Fixed part of a local file header [4.3.7]. */
export const LOCAL_HEADER_BYTES = 30;

const END_BYTES = 22;
const ZIP64_LOCATOR_BYTES = 20;
export const ZIP64_END_BYTES = 56;

/** Where the central directory lies, in bytes from the start of the archive. */
export interface DirectoryRange {
  readonly offset: number;
  readonly bytes: number;
  readonly members: number;
}

export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Of the local header. */
  readonly headerOffset: number;
  /** Length of name and extra field in the central directory: a first guess at those of the local header. */
  readonly nameAndExtraBytes: number;
}

/**
 * Finds the end record [4.3.16] in the last bytes of an archive of `archiveBytes`.
 * Where it points to a zip64 end record [4.3.14], the answer is the place of that.
 */
export function findEnd(
  tail: Uint8Array,
  archiveBytes: number,
): { readonly range: DirectoryRange } | { readonly zip64EndOffset: number } {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    // The signature may also stand inside the comment: the record must end where the archive ends.
    if (at + END_BYTES + view.getUint16(at + 20, true) !== tail.length) continue;
    const locator = at - ZIP64_LOCATOR_BYTES;
    if (locator >= 0 && view.getUint32(locator, true) === 0x07064b50) {
      return { zip64EndOffset: offset64(view, locator + 8, 'zip64 end record') };
    }
    if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 6, true) !== 0) {
      throw new ZipDamage('it is one volume of several');
    }
    return {
      range: {
        members: view.getUint16(at + 10, true),
        bytes: view.getUint32(at + 12, true),
        offset: view.getUint32(at + 16, true),
      },
    };
  }
  throw new ZipDamage(`no end record in its last ${tail.length} of ${archiveBytes} bytes`);
}

/** Reads the fixed part of a zip64 end record [4.3.14]. */
export function parseZip64End(record: Uint8Array): DirectoryRange {
  const view = viewOf(record);
  if (record.length < ZIP64_END_BYTES || view.getUint32(0, true) !== 0x06064b50) {
    throw new ZipDamage('no zip64 end record where its locator points');
  }
  return {
    members: offset64(view, 32, 'number of members'),
    bytes: offset64(view, 40, 'size of the directory'),
    offset: offset64(view, 48, 'offset of the directory'),
  };
}

/** Reads all headers of the central directory [4.3.12]. Of two members of one name the last counts, as in Python. */
export function parseDirectory(bytes: Uint8Array, members: number): Map<string, ZipMember> {
  const view = viewOf(bytes);
  const found = new Map<string, ZipMember>();
  let at = 0;
  for (let index = 0; index < members; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
      throw new ZipDamage(`its directory breaks off at member ${index} of ${members}`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const extraAt = at + 46 + nameBytes;
    const next = extraAt + extraBytes + view.getUint16(at + 32, true);
    if (next > bytes.length) {
      throw new ZipDamage(`its directory breaks off at member ${index} of ${members}`);
    }
    const name = new TextDecoder().decode(bytes.subarray(at + 46, extraAt));
    const sizes = wideSizes(view, at, extraAt, extraBytes);
    found.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      crc32: view.getUint32(at + 16, true),
      ...sizes,
      nameAndExtraBytes: nameBytes + extraBytes,
    });
    at = next;
  }
  if (at !== bytes.length) throw new ZipDamage(`its directory holds more than ${members} members`);
  return found;
}

/** Length of a member's local header, name and extra field included: they may differ from the directory's. */
export function localHeaderBytes(header: Uint8Array, name: string): number {
  const view = viewOf(header);
  if (header.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== 0x04034b50) {
    throw new ZipDamage(`no local header of ${name} where the directory points`);
  }
  return LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

/** Sizes and offset of a member; those that are all ones stand in the zip64 extra field, in this order [4.5.3]. */
function wideSizes(view: DataView, at: number, extraAt: number, extraBytes: number) {
  let wideAt = zip64ExtraAt(view, extraAt, extraBytes);
  const take = (narrow: number): number => {
    if (narrow !== 0xffffffff || wideAt === null) return narrow;
    if (wideAt.at + 8 > wideAt.end) throw new ZipDamage('a zip64 extra field is too short');
    const wide = offset64(view, wideAt.at, 'size or offset');
    wideAt = { at: wideAt.at + 8, end: wideAt.end };
    return wide;
  };
  const bytes = take(view.getUint32(at + 24, true));
  const compressedBytes = take(view.getUint32(at + 20, true));
  const headerOffset = take(view.getUint32(at + 42, true));
  return { bytes, compressedBytes, headerOffset };
}

function zip64ExtraAt(view: DataView, extraAt: number, extraBytes: number) {
  const end = extraAt + extraBytes;
  for (let at = extraAt; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (fieldEnd > end) throw new ZipDamage('a zip64 extra field leaves its header');
    return { at: at + 4, end: fieldEnd };
  }
  return null;
}

function offset64(view: DataView, at: number, what: string): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipDamage(`its ${what} is impossible`);
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
