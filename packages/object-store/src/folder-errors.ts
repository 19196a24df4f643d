import { DrivesweepError } from '@drivesweep/contracts';

export interface FolderOperation {
  readonly op: string;
  readonly key: string;
  readonly path: string;
}

/** Errno codes by which a file system says that it cannot make hard links. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV']);
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** A file stands where a folder is needed, or the other way round. */
const NAME_TAKEN = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY']);

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, then resume.',
  EDQUOT: 'The disk quota is used up: free some space, then resume.',
  EROFS: 'The file system is read-only: choose a store that can be written.',
  EACCES: 'Check the owner and the mode of the folder.',
  EPERM: 'Check the owner and the mode of the folder.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
};

/** The errno code of an error from node:fs; undefined for anything else. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** True when the path leads to no file. */
export function isNotThere(thrown: unknown): boolean {
  return NOT_THERE.has(errnoOf(thrown) ?? '');
}

/** True when `link` failed because of the file system and not because of this file. */
export function hasNoHardLinks(thrown: unknown): boolean {
  return NO_HARD_LINKS.has(errnoOf(thrown) ?? '');
}

/** An error of node:fs in the words of the port. */
export function folderError(thrown: unknown, { op, key, path }: FolderOperation): DrivesweepError {
  if (thrown instanceof DrivesweepError) return thrown;
  const errno = errnoOf(thrown) ?? 'unknown error';
  const details = { cause: thrown };
  if (errno === 'ENAMETOOLONG') {
    return new DrivesweepError(
      'OBJECT_KEY_INVALID',
      `key ${JSON.stringify(key)} is too long for a file name: ${path}`,
      details,
    );
  }
  const reading = op === 'get' || op === 'getRange';
  if (reading && isNotThere(thrown)) {
    return new DrivesweepError('OBJECT_NOT_FOUND', `no object ${key}: ${path}`, details);
  }
  if (NAME_TAKEN.has(errno)) {
    return new DrivesweepError(
      'OBJECT_KEY_INVALID',
      `${op} ${key}: in a folder one name cannot be an object and a prefix of others: ${path}`,
      details,
    );
  }
  const hint = HINTS[errno];
  return new DrivesweepError('STORE_UNAVAILABLE', `${op} ${key}: ${errno}: ${path}`, {
    ...details,
    ...(hint !== undefined && { hint }),
  });
}
