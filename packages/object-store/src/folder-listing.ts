import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ObjectStat } from '@drivesweep/contracts';
import { TEMPORARY_PREFIX } from './durable-file.ts';
import { isNotThere } from './folder-errors.ts';

interface Entry {
  /** File name; of a folder with `/` behind it, so that names sort as the keys below them do. */
  readonly name: string;
  readonly sortBytes: Buffer;
}

async function statOrUndefined(path: string) {
  try {
    return await stat(path);
  } catch (thrown) {
    // Deleted since the folder was read, or a link that leads nowhere.
    if (isNotThere(thrown)) return undefined;
    throw thrown;
  }
}

/** A link to a folder that holds it would be walked for ever. */
async function leadsBackUp(folder: string, linked: string): Promise<boolean> {
  const [here, target] = await Promise.all([realpath(folder), realpath(linked)]);
  return here === target || here.startsWith(`${target}${sep}`);
}

/** Names in one folder in the order of S3: by the bytes of the UTF-8 form, not by UTF-16 units. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const entries: Entry[] = [];
  for (const entry of found) {
    if (entry.name.startsWith(TEMPORARY_PREFIX)) continue;
    let isFolder = entry.isDirectory();
    if (entry.isSymbolicLink()) {
      const path = join(folder, entry.name);
      isFolder = (await statOrUndefined(path))?.isDirectory() ?? false;
      if (isFolder && (await leadsBackUp(folder, path))) continue;
    }
    const name = isFolder ? `${entry.name}/` : entry.name;
    entries.push({ name, sortBytes: Buffer.from(name) });
  }
  return entries.sort((a, b) => Buffer.compare(a.sortBytes, b.sortBytes));
}

async function* walk(
  folder: string,
  keyOfFolder: string,
  prefix: string,
): AsyncIterable<ObjectStat> {
  let entries: Entry[];
  try {
    entries = await entriesOf(folder);
  } catch (thrown) {
    if (isNotThere(thrown)) return;
    throw thrown;
  }
  for (const { name } of entries) {
    const key = keyOfFolder + name;
    const path = join(folder, name);
    if (name.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walk(path, key, prefix);
    } else if (key.startsWith(prefix)) {
      const found = await statOrUndefined(path);
      if (found?.isFile()) yield { key, bytes: found.size };
    }
  }
}

/**
 * The objects under `root` whose key starts with `prefix`, in the order of S3. Holds the names of one folder per
 * level in memory, and reads only folders that can hold such keys.
 */
export function listFolder(root: string, prefix: string): AsyncIterable<ObjectStat> {
  const keyOfFolder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  return walk(join(root, keyOfFolder), keyOfFolder, prefix);
}
