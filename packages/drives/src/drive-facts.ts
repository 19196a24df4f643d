import type { DriveFacts, ObjectStore } from '@drivesweep/contracts';
import { driveIdsOf, ID_COLUMNS } from './drive-index.ts';
import { getIfThere } from './optional-object.ts';
import { readParquetTable } from './parquet-table.ts';
import type { ParquetTable } from './parquet-table.ts';

/** Where each fact of a PhysicalAI-AV drive comes from. Each file is optional. */
export const FACT_TABLES = [
  /** country, month, hour_of_day, platform_class, and since 26.03 radar_config. */
  { key: 'metadata/data_collection.parquet', columns: 'text and whole numbers' },
  /** Ours: what the generator of synthetic drives says of each (scenario ...). */
  { key: 'metadata/scenario.parquet', columns: 'text' },
] as const;

/** Facts by drive id, kept as columns: a dataset of 0.3 million drives has a dozen of them. */
export type FactLookup = (driveId: string) => DriveFacts;

/** @throws DATASET_INVALID when a file is there and damaged: facts that go missing would empty slices in silence */
export async function readFacts(store: ObjectStore): Promise<FactLookup> {
  const lookups = await Promise.all(
    FACT_TABLES.map(async ({ key, columns }) => {
      const bytes = await getIfThere(store, key);
      if (!bytes) return () => ({});
      const table = await readParquetTable(bytes, { what: key, code: 'DATASET_INVALID' });
      return lookupIn(table, columns === 'text' ? isText : isTextOrInteger);
    }),
  );
  return (driveId) => Object.assign({}, ...lookups.map((lookup) => lookup(driveId))) as DriveFacts;
}

function lookupIn(table: ParquetTable, isFact: (value: unknown) => boolean): FactLookup {
  const rowOf = new Map(driveIdsOf(table).map((driveId, row) => [driveId, row]));
  const names = table.columns.filter((name) => !ID_COLUMNS.some((column) => column === name));
  return (driveId) => {
    const facts: Record<string, string> = {};
    const row = rowOf.get(driveId);
    if (row === undefined) return facts;
    for (const name of names) {
      const value = table.raw(name)[row];
      if (isFact(value)) facts[name] = String(value);
    }
    return facts;
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTextOrInteger(value: unknown): boolean {
  return isText(value) || typeof value === 'bigint' || Number.isInteger(value);
}
