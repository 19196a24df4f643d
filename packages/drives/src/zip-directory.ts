import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import {
  findEnd,
  parseDirectory,
  parseZip64End,
  ZIP64_END_BYTES,
  ZipDamage,
} from './zip-format.ts';
import type { DirectoryRange, ZipMember } from './zip-format.ts';

/**
 * More than an end record with the longest comment (66 KB), and enough for the directory of 100 drives with three
 * members each (40 KB): most archives need this one read.
 */
const TAIL_BYTES = 128 * 1024;
/** No directory of a real chunk comes near; a hostile one may not make us read or hold more. */
const MAX_DIRECTORY_BYTES = 32 * 1024 * 1024;

export interface ZipDirectory {
  readonly key: string;
  readonly members: ReadonlyMap<string, ZipMember>;
  /** Offset of the directory: the bytes of members end before it. */
  readonly endOfMembers: number;
}

/**
 * Reads the central directory of a zip: one HEAD for the size, one read of the tail by absolute range (some stores know
 * no suffix ranges), and one more only when the directory is larger than that.
 *
 * @returns undefined when the store has no such object
 * @throws DRIVE_UNREADABLE when it is not a whole zip; what the store throws otherwise, as it is: a throttled read
 *   must not look like a broken archive
 */
export async function openZipDirectory(
  store: ObjectStore,
  key: string,
): Promise<ZipDirectory | undefined> {
  const stat = await store.head(key);
  if (!stat) return undefined;
  try {
    return await readDirectory(store, key, stat.bytes);
  } catch (error) {
    throw zipError(key, error);
  }
}

/** ZipDamage as DRIVE_UNREADABLE that names the archive; every other error as it is. */
export function zipError(key: string, error: unknown): unknown {
  if (!(error instanceof ZipDamage)) return error;
  return new DrivesweepError('DRIVE_UNREADABLE', `${key}: ${error.message}`, {
    hint: 'The archive is damaged or was not downloaded whole; download it again.',
    cause: error,
  });
}

async function readDirectory(store: ObjectStore, key: string, archiveBytes: number) {
  const tailOffset = Math.max(0, archiveBytes - TAIL_BYTES);
  if (archiveBytes === 0) throw new ZipDamage('it is empty');
  const tail = await store.getRange(key, tailOffset, archiveBytes - tailOffset);

  /** Bytes of the archive, out of the tail where it holds them. */
  const read = (offset: number, bytes: number): Promise<Uint8Array> => {
    if (offset + bytes > archiveBytes) {
      throw new ZipDamage(`cut off: it has ${archiveBytes} bytes and needs ${offset + bytes}`);
    }
    if (offset < tailOffset) return store.getRange(key, offset, bytes);
    return Promise.resolve(tail.subarray(offset - tailOffset, offset - tailOffset + bytes));
  };

  const end = findEnd(tail, archiveBytes);
  const range: DirectoryRange =
    'range' in end ? end.range : parseZip64End(await read(end.zip64EndOffset, ZIP64_END_BYTES));
  if (range.bytes > MAX_DIRECTORY_BYTES) {
    throw new ZipDamage(`its directory claims ${range.bytes} bytes`);
  }
  const members = parseDirectory(await read(range.offset, range.bytes), range.members);
  return { key, members, endOfMembers: range.offset };
}
