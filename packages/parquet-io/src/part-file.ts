import { DrivesweepError } from '@drivesweep/contracts';
import type { PartMetadata } from '@drivesweep/contracts';
import { readFileColumns, readFileRows, readFileSchema } from './parquet-file.ts';
import { readRows } from './arrow-read.ts';
import type { ReadRows } from './arrow-read.ts';
import type { FileRows } from './parquet-file.ts';
import { metadataOf } from './part-metadata.ts';

export interface ReadPart {
  readonly rows: ReadRows;
  readonly metadata: PartMetadata;
}

/**
 * Opens a part. Throws PART_CORRUPT or SCHEMA_UNSUPPORTED; a version that is not ours is said before anything else,
 * because the rows of another version need not be readable.
 */
export function readPart(bytes: Uint8Array, version: string): ReadPart {
  try {
    return partOf(readFileRows(bytes), version);
  } catch (thrown) {
    throw partFault(thrown, bytes, version);
  }
}

/** Opens a part with some of its columns only; those that older parts do not have are not in its rows. */
export async function readPartColumns(
  bytes: Uint8Array,
  version: string,
  columns: readonly string[],
): Promise<ReadPart> {
  try {
    return partOf(await readFileColumns(bytes, columns), version);
  } catch (thrown) {
    throw partFault(thrown, bytes, version);
  }
}

function partOf({ pieces, names, metadata }: FileRows, version: string): ReadPart {
  return { rows: readRows(pieces, names), metadata: metadataOf(metadata, version) };
}

/** What is said about a part that could not be opened. */
function partFault(thrown: unknown, bytes: Uint8Array, version: string): unknown {
  if (!isUnreadable(thrown)) return thrown;
  try {
    checkVersion(bytes, version);
  } catch (refusal) {
    return refusal;
  }
  return new DrivesweepError('PART_CORRUPT', `part ${thrown.message}`, { cause: thrown });
}

function isUnreadable(thrown: unknown): thrown is DrivesweepError {
  return thrown instanceof DrivesweepError && thrown.code === 'PARQUET_UNREADABLE';
}

/** Throws SCHEMA_UNSUPPORTED when the footer can be read and says so. */
function checkVersion(bytes: Uint8Array, version: string): void {
  let metadata: ReadonlyMap<string, string>;
  try {
    metadata = readFileSchema(bytes).metadata;
  } catch (thrown) {
    if (isUnreadable(thrown)) return;
    throw thrown;
  }
  metadataOf(metadata, version);
}
