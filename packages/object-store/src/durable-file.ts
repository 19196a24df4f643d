import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import { errnoOf, hasNoHardLinks } from './folder-errors.ts';

/**
 * Names of files that are being written. They lie beside their target, because rename and link do not cross file
 * systems, and are no objects: keys with such a segment are refused and listings leave them out.
 */
export const TEMPORARY_PREFIX = '.tmp-';

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the folder and, where it had to be made, makes its entry in each parent durable. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const above = dirname(first);
  for (let made = folder; made !== above; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch {
    // Invisible to listings: a leftover costs disk space and nothing else.
  }
}

/** Writes a whole, synced temporary file beside `path`, lets `publish` give it its name, and leaves no trace of it. */
async function withTemporary<T>(
  path: string,
  bytes: Uint8Array,
  publish: (temporary: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  await makeFolder(folder);
  const temporary = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    await writeSynced(temporary, bytes);
    const result = await publish(temporary);
    await syncFolder(folder);
    return result;
  } finally {
    await removeQuietly(temporary);
  }
}

/** Replaces or creates the file: readers see the old bytes or the new ones, never a mixture, even after a power cut. */
export async function writeFileDurably(path: string, bytes: Uint8Array): Promise<void> {
  await withTemporary(path, bytes, (temporary) => rename(temporary, path));
}

/**
 * Creates the file with all of its bytes, or says that it exists: `link` is atomic and fails when the name is taken.
 * On network file systems the answer of a link that worked can be lost and come back as EEXIST; the number of links
 * of our own temporary file tells (open(2), on O_EXCL over NFS). Throws STORE_NOT_CONDITIONAL where there are no
 * hard links: nothing else creates a whole file atomically.
 */
export async function createFileDurably(
  path: string,
  bytes: Uint8Array,
): Promise<'created' | 'exists'> {
  return withTemporary(path, bytes, async (temporary) => {
    try {
      await link(temporary, path);
      return 'created';
    } catch (thrown) {
      if (errnoOf(thrown) === 'EEXIST') return whoseFile(temporary, path);
      if (!hasNoHardLinks(thrown)) throw thrown;
      throw new DrivesweepError('STORE_NOT_CONDITIONAL', `no hard links can be made at ${path}`, {
        hint: 'Put the store on a file system with hard links (ext4, xfs, APFS, NFS) or on S3.',
        cause: thrown,
      });
    }
  });
}

async function whoseFile(temporary: string, path: string): Promise<'created' | 'exists'> {
  if ((await stat(temporary)).nlink === 2) return 'created';
  const found = await lstat(path);
  if (!found.isDirectory()) return 'exists';
  throw new DrivesweepError('OBJECT_KEY_INVALID', `a folder stands where the object goes: ${path}`);
}
