import { mkdtempSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseStoreUri } from '@drivesweep/object-store';

/** A new folder for the logs of one local cluster: beside the sweeps in a folder store, else among temporary files. */
export function createLogFolder(storeUri: string): string {
  const location = parseStoreUri(storeUri);
  if (location.kind !== 'folder') return mkdtempSync(join(tmpdir(), 'drivesweep-logs-'));
  const logs = join(location.path, 'logs');
  mkdirSync(logs, { recursive: true });
  return mkdtempSync(join(logs, `${process.pid}-`));
}

/** Removes the folder, and the one that it lies in when that is empty now. */
export function removeLogFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Other clusters keep their logs there.
  }
}
