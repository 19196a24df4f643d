import type { Table } from 'apache-arrow';
import { DrivesweepError } from '@drivesweep/contracts';
import type { PartMetadata } from '@drivesweep/contracts';
import { readFile, readFileSchema } from './parquet-file.ts';
import { metadataOf } from './part-metadata.ts';

function orCorrupt<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof DrivesweepError && thrown.code === 'PARQUET_UNREADABLE') {
      throw new DrivesweepError('PART_CORRUPT', `part ${thrown.message}`, { cause: thrown });
    }
    throw thrown;
  }
}

/** Opens a part; its version is checked before its rows are touched. Throws PART_CORRUPT or SCHEMA_UNSUPPORTED. */
export function readPart(
  bytes: Uint8Array,
  version: string,
): { readonly table: Table; readonly metadata: PartMetadata } {
  const schema = orCorrupt(() => readFileSchema(bytes));
  const metadata = metadataOf(schema.metadata, version);
  return { table: orCorrupt(() => readFile(bytes)), metadata };
}
