import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DrivesweepError, keys } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';

/**
 * Where the page of a sweep lies: a path when the store is a folder of this machine, else a URI. Null when there is
 * none yet.
 */
export async function reportPlace(store: ObjectStore, sweepId: string): Promise<string | null> {
  const key = keys.report(sweepId);
  if (!(await store.head(key))) return null;
  return store.localPath(key) ?? `${store.uri.replace(/\/$/, '')}/${key}`;
}

/**
 * Gets the page of a sweep to where a person can open it and returns that path: the copy at `file`, or the page where
 * it lies; a page in a remote store is copied to `<sweepId>.html` here.
 * Errors: SWEEP_STATE when there is none, USAGE when `file` cannot be written, STORE_*.
 */
export async function fetchReport(
  store: ObjectStore,
  sweepId: string,
  file: string | null,
): Promise<string> {
  const key = keys.report(sweepId);
  if (!(await store.head(key))) {
    throw new DrivesweepError('SWEEP_STATE', `sweep ${sweepId} has no report`, {
      hint: `make it from the parts: drivesweep score ${sweepId}`,
    });
  }
  const local = store.localPath(key);
  if (file === null && local !== null) return local;
  const path = resolve(file ?? `${sweepId}.html`);
  try {
    await writeFile(path, await store.get(key));
  } catch (cause) {
    if (cause instanceof DrivesweepError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('USAGE', `--html: cannot write ${path} (${why})`, { cause });
  }
  return path;
}
