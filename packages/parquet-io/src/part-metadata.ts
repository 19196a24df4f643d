import { canonicalJson, DrivesweepError } from '@drivesweep/contracts';
import type { PartMetadata } from '@drivesweep/contracts';

/**
 * All metadata of a part is one JSON text under one key of the file's key-value metadata: with several keys
 * parquet-wasm writes them in a random order, and the same rows would not give the same bytes.
 */
const METADATA_KEY = 'drivesweep';

/** Throws INTERNAL when the writer declares another version than the one that it writes. */
export function metadataToWrite(metadata: PartMetadata, version: string): Map<string, string> {
  if (metadata.schemaVersion !== version) {
    throw new DrivesweepError(
      'INTERNAL',
      `this part is written as ${version}, its metadata says ${metadata.schemaVersion}`,
    );
  }
  return new Map([[METADATA_KEY, canonicalJson({ ...metadata })]]);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((member) => typeof member === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsupported(found: string, expected: string): DrivesweepError {
  return new DrivesweepError('SCHEMA_UNSUPPORTED', `part is ${found}, expected ${expected}`, {
    hint: 'Read it with the version of drivesweep that wrote it.',
  });
}

/** Throws SCHEMA_UNSUPPORTED when the file is of another version, or no part of drivesweep. */
export function metadataOf(
  metadata: ReadonlyMap<string, string>,
  expectedVersion: string,
): PartMetadata {
  const value = parsed(metadata.get(METADATA_KEY) ?? '');
  if (typeof value !== 'object' || value === null) {
    throw unsupported('a Parquet file without the metadata of drivesweep', expectedVersion);
  }
  const { software, stepUs, ...texts } = { software: undefined, stepUs: undefined, ...value };
  if (!isTextRecord(texts)) throw unsupported('one with unknown metadata', expectedVersion);
  const { schemaVersion = 'of no version', sweepId, shardId, bundleSha256, provider } = texts;
  if (schemaVersion !== expectedVersion) throw unsupported(schemaVersion, expectedVersion);
  const identified = sweepId !== undefined && shardId !== undefined && bundleSha256 !== undefined;
  if (!identified || provider === undefined || !isTextRecord(software)) {
    throw unsupported('one with incomplete metadata', expectedVersion);
  }
  const known = { schemaVersion, sweepId, shardId, bundleSha256, provider, software };
  return typeof stepUs === 'number' ? { ...known, stepUs } : known;
}
