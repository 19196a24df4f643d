import { DrivesweepError } from '@drivesweep/contracts';
import type { EgoBox, ObjectStore } from '@drivesweep/contracts';
import { driveIdsOf, ID_COLUMNS } from './drive-index.ts';
import type { IndexedDrive } from './drive-index.ts';
import { chunkKeyOf } from './feature-table.ts';
import type { Feature } from './feature-table.ts';
import { getIfThere } from './optional-object.ts';
import { readParquetTable } from './parquet-table.ts';
import { PromiseCache } from './promise-cache.ts';

/** Of the numbers of a vehicle those that say where its box is: metres. */
const COLUMNS = ['length', 'width', 'rear_axle_to_bbox_center'] as const;

/** A table has a row per drive of its chunk, about a hundred. */
const KEPT_TABLES = 64;

type BoxLookup = (driveId: string) => EgoBox | null;

/** The vehicles of a PhysicalAI-AV dataset: one Parquet file per chunk, read once for all its drives. */
export class VehicleDimensions {
  readonly #store: ObjectStore;
  readonly #tables = new PromiseCache<BoxLookup>(KEPT_TABLES);

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Null when the chunk has no such file, the file no such drive, or the drive no such numbers.
   * @throws DRIVE_UNREADABLE when the file is damaged, lacks a column, or states a size that is none
   */
  async boxOf(feature: Feature, drive: IndexedDrive): Promise<EgoBox | null> {
    const key = chunkKeyOf(feature, drive.chunk);
    const lookup = await this.#tables.get(key, () => readTable(this.#store, key));
    return lookup(drive.driveId);
  }
}

async function readTable(store: ObjectStore, key: string): Promise<BoxLookup> {
  const bytes = await getIfThere(store, key);
  if (!bytes) return () => null;
  const source = { what: key, code: 'DRIVE_UNREADABLE' } as const;
  const table = await readParquetTable(bytes, source, [...ID_COLUMNS, ...COLUMNS]);
  const rowOf = new Map(driveIdsOf(table).map((driveId, row) => [driveId, row]));
  const [lengths, widths, centres] = COLUMNS.map((column) => table.numbers(column));
  return (driveId) => {
    const row = rowOf.get(driveId) ?? -1;
    const lengthM = lengths?.[row] ?? NaN;
    const widthM = widths?.[row] ?? NaN;
    const rearAxleToCentreM = centres?.[row] ?? NaN;
    if ([lengthM, widthM, rearAxleToCentreM].some(Number.isNaN)) return null;
    if (lengthM > 0 && widthM > 0 && Number.isFinite(lengthM + widthM + rearAxleToCentreM)) {
      return { lengthM, widthM, rearAxleToCentreM };
    }
    throw new DrivesweepError(
      'DRIVE_UNREADABLE',
      `${key}: the vehicle of ${driveId} is ${lengthM} x ${widthM} m, its middle ${rearAxleToCentreM} m from the rear axle`,
    );
  };
}
