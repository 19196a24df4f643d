import type { ObjectStore } from '@drivesweep/contracts';
import { driveIdsOf, ID_COLUMNS } from './drive-index.ts';
import { getIfThere } from './optional-object.ts';
import { readParquetTable } from './parquet-table.ts';

/** Which revision of the dataset writes which table. The newer one first: a dataset that was updated may have both. */
export const PRESENCE_TABLES = [
  { revision: '26.03', key: 'metadata/feature_presence.parquet' },
  { revision: '25.10', key: 'metadata/sensor_presence.parquet' },
] as const;

/** What the dataset itself says about which drive has which feature. */
export interface Presence {
  /** Null when the dataset has no such table. */
  readonly revision: string | null;
  /** False only when the dataset says that the drive does not have the feature. */
  readonly mayHave: (driveId: string, feature: string) => boolean;
}

/**
 * Reads the columns of the given features; a dataset of 0.3 million drives has 36 and a worker needs eight.
 *
 * @throws DATASET_INVALID when the table is there and damaged
 */
export async function readPresence(
  store: ObjectStore,
  features: readonly string[],
): Promise<Presence> {
  const columns = [...ID_COLUMNS, ...features];
  for (const { revision, key } of PRESENCE_TABLES) {
    const bytes = await getIfThere(store, key);
    if (!bytes) continue;
    const table = await readParquetTable(bytes, { what: key, code: 'DATASET_INVALID' }, columns);
    const rowOf = new Map(driveIdsOf(table).map((driveId, row) => [driveId, row]));
    const mayHave = (driveId: string, feature: string) => {
      const row = rowOf.get(driveId);
      return row === undefined || !table.has(feature) || table.raw(feature)[row] !== false;
    };
    return { revision, mayHave };
  }
  return { revision: null, mayHave: () => true };
}
