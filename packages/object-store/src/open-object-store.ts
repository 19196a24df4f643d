import type { ObjectStore } from '@drivesweep/contracts';
import { FolderObjectStore } from './folder-store.ts';
import type { S3Options } from './s3-options.ts';
import { S3ObjectStore } from './s3-store.ts';
import { parseStoreUri } from './store-uri.ts';

export interface StoreOptions {
  readonly s3?: S3Options;
}

/**
 * Opens a folder path, a `file://` URI or `s3://bucket/prefix`. Touches nothing yet.
 * Throws STORE_URI_INVALID.
 */
export function openObjectStore(uri: string, options: StoreOptions = {}): ObjectStore {
  const location = parseStoreUri(uri);
  return location.kind === 'folder'
    ? new FolderObjectStore(location.path)
    : new S3ObjectStore(location.bucket, location.prefix, options.s3);
}
