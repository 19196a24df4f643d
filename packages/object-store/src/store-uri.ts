import { fileURLToPath } from 'node:url';
import { assertObjectKey, DrivesweepError } from '@drivesweep/contracts';

/** Where a store lies. `path` is as written: relative paths are resolved by who opens it. */
export type StoreLocation =
  | { readonly kind: 'folder'; readonly path: string }
  /** `prefix` has no slash at either end; empty for the whole bucket. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function invalid(uri: string, reason: string, cause?: unknown): DrivesweepError {
  return new DrivesweepError('STORE_URI_INVALID', `${JSON.stringify(uri)}: ${reason}`, {
    hint: 'Give a folder, a file:// URI, or s3://bucket/prefix.',
    cause,
  });
}

function folderOf(uri: string): StoreLocation {
  try {
    return { kind: 'folder', path: fileURLToPath(uri) };
  } catch (cause) {
    throw invalid(uri, 'not a file:// URI of this machine', cause);
  }
}

function bucketOf(uri: string): StoreLocation {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)(.*)$/i.exec(uri) ?? [];
  if (!BUCKET.test(bucket)) throw invalid(uri, `"${bucket}" is not the name of a bucket`);
  const prefix = rest.replace(/^\//, '').replace(/\/$/, '');
  if (prefix === '') return { kind: 's3', bucket, prefix };
  try {
    assertObjectKey(prefix);
  } catch (cause) {
    throw invalid(uri, `"${prefix}" cannot be a prefix`, cause);
  }
  return { kind: 's3', bucket, prefix };
}

/**
 * Reads a folder path, a `file://` URI or `s3://bucket/prefix`. An S3 prefix is taken as it is written, without
 * percent-decoding. Throws STORE_URI_INVALID for everything else.
 */
export function parseStoreUri(uri: string): StoreLocation {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 's3') return bucketOf(uri);
  if (scheme === 'file') return folderOf(uri);
  if (scheme !== undefined) throw invalid(uri, `unknown scheme "${scheme}"`);
  if (uri === '' || uri.includes('\0')) throw invalid(uri, 'not a folder');
  return { kind: 'folder', path: uri };
}
