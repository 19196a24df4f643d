import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { ObjectStore } from '@drivesweep/contracts';
import { zipError } from './zip-directory.ts';
import type { ZipDirectory } from './zip-directory.ts';
import { DEFLATE, LOCAL_HEADER_BYTES, localHeaderBytes, STORE, ZipDamage } from './zip-format.ts';
import type { ZipMember } from './zip-format.ts';

const inflate = promisify(inflateRaw);

/** Egomotion takes 0.4 MB a drive, obstacles 0.7 MB: what claims more is not one of ours. */
const MAX_MEMBER_BYTES = 64 * 1024 * 1024;
/** By how much a local extra field may exceed the directory's before it costs a second read; less than a next header. */
const SLACK_BYTES = 32;

/**
 * The whole content of one member, in one range read (two when its local header is longer than foreseen), checked
 * against its CRC-32. STORE and DEFLATE; what inflates to more than the directory says is refused.
 *
 * @throws DRIVE_UNREADABLE naming the archive and the member; errors of the store as they are
 */
export async function readZipMember(
  store: ObjectStore,
  directory: ZipDirectory,
  member: ZipMember,
): Promise<Uint8Array> {
  try {
    const packed = await readPacked(store, directory, member);
    const content = await unpack(packed, member);
    if (content.length !== member.bytes || crc32(content) !== member.crc32) {
      throw new ZipDamage(`${member.name} does not have the length and CRC-32 that it should`);
    }
    return content;
  } catch (error) {
    throw zipError(directory.key, error);
  }
}

/**
 * Where the bytes of a stored member lie in the archive, so that a program can read them without unpacking. Reads the
 * 30 bytes of the local header and nothing of the member.
 *
 * @throws DRIVE_UNREADABLE when it is compressed or leaves the archive; errors of the store as they are
 */
export async function locateStoredMember(
  store: ObjectStore,
  directory: ZipDirectory,
  member: ZipMember,
): Promise<{ readonly offset: number; readonly bytes: number }> {
  try {
    requireStored(member);
    requireInside(directory, member, LOCAL_HEADER_BYTES);
    const header = await store.getRange(directory.key, member.headerOffset, LOCAL_HEADER_BYTES);
    const headerBytes = localHeaderBytes(header, member.name);
    requireInside(directory, member, headerBytes);
    return { offset: member.headerOffset + headerBytes, bytes: member.bytes };
  } catch (error) {
    throw zipError(directory.key, error);
  }
}

/** Throws ZipDamage unless the member lies in the archive byte for byte. */
export function requireStored(member: ZipMember): void {
  if (member.encrypted) throw new ZipDamage(`${member.name} is encrypted`);
  if (member.method !== STORE) {
    throw new ZipDamage(`${member.name} is compressed (method ${member.method}), expected STORE`);
  }
  if (member.bytes !== member.compressedBytes) {
    throw new ZipDamage(`${member.name} is stored, but its two sizes differ`);
  }
}

async function readPacked(store: ObjectStore, directory: ZipDirectory, member: ZipMember) {
  if (Math.max(member.bytes, member.compressedBytes) > MAX_MEMBER_BYTES) {
    throw new ZipDamage(`${member.name} claims ${member.bytes} bytes, more than a drive needs`);
  }
  requireInside(directory, member, LOCAL_HEADER_BYTES);
  const foreseen =
    LOCAL_HEADER_BYTES + member.nameAndExtraBytes + SLACK_BYTES + member.compressedBytes;
  const readBytes = Math.min(foreseen, directory.endOfMembers - member.headerOffset);
  const read = await store.getRange(directory.key, member.headerOffset, readBytes);

  const headerBytes = localHeaderBytes(read, member.name);
  requireInside(directory, member, headerBytes);
  const end = headerBytes + member.compressedBytes;
  if (end <= read.length) return read.subarray(headerBytes, end);
  const dataOffset = member.headerOffset + headerBytes;
  return store.getRange(directory.key, dataOffset, member.compressedBytes);
}

async function unpack(packed: Uint8Array, member: ZipMember): Promise<Uint8Array> {
  if (member.encrypted) throw new ZipDamage(`${member.name} is encrypted`);
  if (member.method === STORE) return packed;
  if (member.method !== DEFLATE) {
    throw new ZipDamage(`${member.name} uses compression method ${member.method}`);
  }
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, member.bytes) });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ZipDamage(`${member.name} does not inflate to ${member.bytes} bytes: ${reason}`);
  }
}

function requireInside(directory: ZipDirectory, member: ZipMember, headerBytes: number): void {
  const end = member.headerOffset + headerBytes + member.compressedBytes;
  if (end <= directory.endOfMembers) return;
  throw new ZipDamage(
    `${member.name} ends at byte ${end}, past the members' end at ${directory.endOfMembers}`,
  );
}
