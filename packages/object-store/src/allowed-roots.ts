import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { parseStoreUri } from './store-uri.ts';
import type { StoreLocation } from './store-uri.ts';

type OpenStore = (uri: string) => ObjectStore;

/**
 * Roots from the text of a setting: folders and URIs, parted by white space or commas; null when there are none, which
 * means that everything may be read. Throws STORE_URI_INVALID.
 */
export function parseRoots(text: string | undefined): string[] | null {
  const roots = (text ?? '').split(/[\s,]+/).filter((root) => root !== '');
  for (const root of roots) parseStoreUri(root);
  return roots.length === 0 ? null : roots;
}

/**
 * `open`, for places at or below one of the roots only. A folder is judged by where it really is: neither `..` nor a link
 * on the way to it leads out. Links inside a dataset are the business of who keeps the dataset.
 * The function that it returns throws URI_NOT_ALLOWED, STORE_URI_INVALID.
 */
export function restrictToRoots(roots: readonly string[] | null, open: OpenStore): OpenStore {
  if (roots === null) return open;
  const allowed = roots.map((root) => parseStoreUri(root));
  return (uri) => {
    const place = parseStoreUri(uri);
    if (allowed.some((root) => isAtOrBelow(place, root))) return open(uri);
    throw new DrivesweepError('URI_NOT_ALLOWED', `${uri} is outside the allowed roots`, {
      hint: 'Ask who runs the service to put its place into DRIVESWEEP_ALLOWED_ROOTS.',
    });
  };
}

function isAtOrBelow(place: StoreLocation, root: StoreLocation): boolean {
  if (place.kind === 'folder' && root.kind === 'folder') {
    return startsWithPath(realPlace(place.path), realPlace(root.path), sep);
  }
  if (place.kind === 's3' && root.kind === 's3') {
    const samePrefix = root.prefix === '' || startsWithPath(place.prefix, root.prefix, '/');
    return place.bucket === root.bucket && samePrefix;
  }
  return false;
}

function startsWithPath(path: string, root: string, separator: string): boolean {
  const above = root.endsWith(separator) ? root : `${root}${separator}`;
  return path === root || path.startsWith(above);
}

/** The path without links; of what is not there yet, its nearest folder that is there. */
function realPlace(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPlace(parent), basename(absolute));
  }
}
