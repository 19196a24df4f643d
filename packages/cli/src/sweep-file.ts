import { isAbsolute, resolve, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sweepFileSchema } from '@drivesweep/contracts';
import type { SweepFile } from '@drivesweep/contracts';
import { parseYamlFile, YamlFileError } from './yaml-file.ts';
import type { Locate, Mistake } from './yaml-file.ts';

export type { FieldPath, Mistake } from './yaml-file.ts';

/** A sweep file without mistakes; relative URIs are made absolute. */
export interface LoadedSweepFile {
  readonly path: string;
  readonly sweep: SweepFile;
  readonly locate: Locate;
}

/** What is thrown for a sweep file: the mistakes in order of their line. */
export class SweepFileError extends YamlFileError {
  constructor(path: string, mistakes: readonly Mistake[]) {
    super('SWEEP_FILE_INVALID', path, mistakes);
  }
}

/** Names of the fields at each level, from the contract itself. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(sweepFileSchema.shape),
  dataset: Object.keys(sweepFileSchema.shape.dataset.shape),
  drives: Object.keys(sweepFileSchema.shape.drives.unwrap().shape),
  windows: Object.keys(sweepFileSchema.shape.windows.shape),
  error_budget: Object.keys(sweepFileSchema.shape.error_budget.unwrap().shape),
};

/**
 * Parses the text of a sweep file that lies at `path`.
 * @throws SweepFileError with every mistake of syntax, or else every mistake of content.
 */
export function parseSweepFile(path: string, text: string): LoadedSweepFile {
  const { value, locate } = parseYamlFile(path, text, {
    schema: sweepFileSchema,
    fields: FIELDS,
    refuse: (where, mistakes) => new SweepFileError(where, mistakes),
  });
  return { path, sweep: withAbsoluteUris(value, dirname(resolve(path))), locate };
}

/** Is it a folder on this machine, rather than `s3://...`? `file:///x` is the folder `/x`. */
export function isLocal(uri: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(uri) || uri.startsWith('file://');
}

/** Relative URIs are relative to the sweep file, not to where the command is typed. */
export function absoluteUri(uri: string, folder: string): string {
  if (!isLocal(uri)) return uri;
  const path = uri.startsWith('file://') ? fileURLToPath(uri) : uri;
  return isAbsolute(path) ? path : resolve(folder, path);
}

function withAbsoluteUris(sweep: SweepFile, folder: string): SweepFile {
  const { policy, dataset, windows } = sweep;
  return {
    ...sweep,
    policy: policy.startsWith('kinematic:') ? policy : absoluteUri(policy, folder),
    dataset: { ...dataset, uri: absoluteUri(dataset.uri, folder) },
    windows:
      windows.list === undefined
        ? windows
        : { ...windows, list: absoluteUri(windows.list, folder) },
  };
}
