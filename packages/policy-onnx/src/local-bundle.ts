import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { bundleRef } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { checkExternalData } from './external-data.ts';

/** Bytes of one read from a store while copying: weights of many GB never stand in memory as a whole. */
const COPY_STEP_BYTES = 32 << 20;

/**
 * A folder on this machine with the files of the bundle, every one of them hashed now: the bundle's own folder when the
 * store is one, else a copy in `cacheDir` that processes share.
 * Errors: BUNDLE_HASH_MISMATCH, BUNDLE_FILE_MISSING, BUNDLE_INVALID, and those of the store.
 */
export async function localBundle(bundle: Bundle, cacheDir: string): Promise<string> {
  const manifestPath = bundle.store.localPath('policy.json');
  if (manifestPath !== null) {
    const folder = dirname(manifestPath);
    await verifyFolder(bundle, folder);
    return folder;
  }
  const folder = join(cacheDir, bundleRef(bundle, bundle.store.uri).bundleSha256);
  try {
    await verifyFolder(bundle, folder);
  } catch {
    // No copy, half a copy, or a damaged one: make a new one.
    await copyBundle(bundle, cacheDir, folder);
  }
  return folder;
}

/** Throws unless every listed file is in `folder` with its hash, and nothing unlisted stands where the graph may read. */
export async function verifyFolder(bundle: Bundle, folder: string): Promise<void> {
  for (const file of bundle.manifest.files) {
    checkHash(file, await hashFile(join(folder, file.path), file.path), folder);
  }
  await refuseUnlistedData(bundle, folder);
  checkExternalData(bundle.manifest, join(folder, bundle.manifest.graph));
}

async function copyBundle(bundle: Bundle, cacheDir: string, folder: string): Promise<void> {
  const unfinished = join(cacheDir, `.${randomUUID()}`);
  try {
    for (const file of bundle.manifest.files) {
      checkHash(file, await copyFile(bundle.store, file, unfinished), bundle.store.uri);
    }
    checkExternalData(bundle.manifest, join(unfinished, bundle.manifest.graph));
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder).catch(async (cause: unknown) => {
      // Another process was first: its copy is as good, if it is whole.
      await verifyFolder(bundle, folder).catch(() => {
        throw cause;
      });
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

interface ListedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

async function copyFile(store: ObjectStore, file: ListedFile, folder: string): Promise<string> {
  const target = join(folder, file.path);
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  const handle = await open(target, 'wx');
  try {
    for (let offset = 0; offset < file.bytes; offset += COPY_STEP_BYTES) {
      const length = Math.min(COPY_STEP_BYTES, file.bytes - offset);
      const bytes = await store.getRange(file.path, offset, length);
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

async function hashFile(path: string, name: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Uint8Array);
    }
  } catch (cause) {
    throw new DrivesweepError('BUNDLE_FILE_MISSING', `${name} cannot be read from ${path}`, {
      cause,
    });
  }
  return hash.digest('hex');
}

function checkHash(file: ListedFile, sha256: string, where: string): void {
  if (sha256 === file.sha256) return;
  throw new DrivesweepError(
    'BUNDLE_HASH_MISMATCH',
    `${file.path} in ${where} has SHA-256 ${sha256}, policy.json says ${file.sha256}`,
    { hint: 'the file was changed: copy the bundle again, or publish it as a new version' },
  );
}

/** A graph can name external data beside itself; data that policy.json does not list would not be part of the hash. */
async function refuseUnlistedData(bundle: Bundle, folder: string): Promise<void> {
  const beside = dirname(join(folder, bundle.manifest.graph));
  const listed = new Set(['policy.json', ...bundle.manifest.files.map((file) => file.path)]);
  for (const entry of await readdir(beside, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (listed.has(path)) continue;
    throw new DrivesweepError('BUNDLE_INVALID', `${path} is not in the "files" of policy.json`, {
      hint: 'a graph may read any file beside it: list the file with its hash, or remove it',
    });
  }
}
