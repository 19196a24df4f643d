import { crc32, deflateRawSync } from 'node:zlib';

export interface BuiltMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** Bytes of extra field in the local header only: the two headers of a member may differ. */
  readonly localExtraBytes?: number;
  /** What the directory says in place of the truth. */
  readonly claims?: { readonly crc32?: number; readonly bytes?: number; readonly offset?: number };
}

export interface BuiltZipOptions {
  readonly comment?: string;
  /** Writes zip64 records and leaves the short fields at all ones, as an archive past 4 GB has them. */
  readonly zip64?: boolean;
}

/** A zip of the given members, in their order, with the records of APPNOTE.TXT 6.3.10. */
export function buildZip(
  members: readonly BuiltMember[],
  options: BuiltZipOptions = {},
): Uint8Array {
  const bodies: Buffer[] = [];
  const headers: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const packed = member.deflate === true ? deflateRawSync(member.content) : member.content;
    const body = Buffer.concat([localHeader(member, packed.length), packed]);
    headers.push(directoryHeader(member, packed.length, offset, options.zip64 ?? false));
    bodies.push(body);
    offset += body.length;
  }
  const directory = Buffer.concat(headers);
  const end = endRecords(members.length, directory.length, offset, options);
  return new Uint8Array(Buffer.concat([...bodies, directory, end]));
}

function localHeader(member: BuiltMember, packedBytes: number): Buffer {
  const name = Buffer.from(member.name);
  const extra = Buffer.alloc(member.localExtraBytes ?? 0);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(20, 4);
  fixed.writeUInt16LE(member.deflate === true ? 8 : 0, 8);
  fixed.writeUInt32LE(crc32(member.content), 14);
  fixed.writeUInt32LE(packedBytes, 18);
  fixed.writeUInt32LE(member.content.length, 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

function directoryHeader(
  member: BuiltMember,
  packedBytes: number,
  offset: number,
  zip64: boolean,
): Buffer {
  const name = Buffer.from(member.name);
  const bytes = member.claims?.bytes ?? member.content.length;
  const headerOffset = member.claims?.offset ?? offset;
  const extra = zip64 ? zip64Extra([bytes, packedBytes, headerOffset]) : Buffer.alloc(0);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(member.deflate === true ? 8 : 0, 10);
  fixed.writeUInt32LE(member.claims?.crc32 ?? crc32(member.content), 16);
  fixed.writeUInt32LE(zip64 ? 0xffffffff : packedBytes, 20);
  fixed.writeUInt32LE(zip64 ? 0xffffffff : bytes, 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(zip64 ? 0xffffffff : headerOffset, 42);
  return Buffer.concat([fixed, name, extra]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) {
    extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  }
  return extra;
}

function endRecords(
  members: number,
  directoryBytes: number,
  directoryOffset: number,
  options: BuiltZipOptions,
): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const zip64 = options.zip64 ?? false;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : members, 8);
  end.writeUInt16LE(zip64 ? 0xffff : members, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : directoryBytes, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : directoryOffset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!zip64) return Buffer.concat([end, comment]);

  const wide = Buffer.alloc(56);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  wide.writeBigUInt64LE(BigInt(members), 24);
  wide.writeBigUInt64LE(BigInt(members), 32);
  wide.writeBigUInt64LE(BigInt(directoryBytes), 40);
  wide.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([wide, locator, end, comment]);
}
