import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';
import { isKinematicPolicyName, KINEMATIC_POLICIES } from '@drivesweep/policy-kinematic';
import { nearestName } from './nearest-name.ts';
import { isLocal, parseSweepFile, SweepFileError } from './sweep-file.ts';
import type { FieldPath, LoadedSweepFile, Mistake } from './sweep-file.ts';

/**
 * Reads a sweep file and makes sure that what it names on this machine is there, before anything is started.
 * @throws SweepFileError with all mistakes; USAGE when the file itself cannot be read.
 */
export async function loadSweepFile(path: string): Promise<LoadedSweepFile> {
  const loaded = parseSweepFile(path, await readText(path));
  const { policy, dataset, windows } = loaded.sweep;
  const mistakes = await Promise.all([
    policyMistake(policy),
    folderMistake(['dataset', 'uri'], dataset.uri, 'the folder of the dataset'),
    windows.list === undefined ? null : fileMistake(['windows', 'list'], windows.list),
  ]);
  const found = mistakes
    .filter((mistake) => mistake !== null)
    .map((mistake): Mistake => ({ ...mistake, ...loaded.locate(mistake.path) }));
  if (found.length > 0) throw new SweepFileError(path, found);
  return loaded;
}

interface Unplaced {
  readonly path: FieldPath;
  readonly message: string;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new DrivesweepError('USAGE', `cannot read the sweep file ${path} (${why})`, {
      hint: 'drivesweep run --help shows an example of a sweep file',
      cause,
    });
  }
}

async function policyMistake(policy: string): Promise<Unplaced | null> {
  const path = ['policy'];
  if (policy.startsWith('kinematic:')) {
    if (isKinematicPolicyName(policy)) return null;
    const names = Object.keys(KINEMATIC_POLICIES);
    const nearest = nearestName(policy, names);
    const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    const known = names.join(' or ');
    return { path, message: `expected ${known}; found ${JSON.stringify(policy)}${meant}` };
  }
  const missing = await folderMistake(path, policy, 'the folder of a policy bundle');
  if (missing || !isLocal(policy)) return missing;
  return (await kindOf(join(policy, 'policy.json'))) === 'file'
    ? null
    : { path, message: `expected a policy bundle; ${policy} holds no policy.json` };
}

async function folderMistake(path: FieldPath, uri: string, what: string): Promise<Unplaced | null> {
  if (!isLocal(uri)) return null;
  const kind = await kindOf(uri);
  if (kind === 'folder') return null;
  const found = kind === 'file' ? 'is a file' : 'does not exist';
  return { path, message: `expected ${what}; ${uri} ${found}` };
}

async function fileMistake(path: FieldPath, uri: string): Promise<Unplaced | null> {
  if (!isLocal(uri)) return null;
  const kind = await kindOf(uri);
  if (kind === 'file') return null;
  const found = kind === 'folder' ? 'is a folder' : 'does not exist';
  return { path, message: `expected a CSV, JSON or Parquet file; ${uri} ${found}` };
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
}
