import type { DatasetLayout, DriveReader, ObjectStore } from '@drivesweep/contracts';
import { canonicalCommaId } from './comma-segment.ts';
import { CommaReader } from './comma2k19.ts';
import { PhysicalAiReader } from './physicalai-av.ts';

/**
 * A reader of the dataset at the root of `store`. Reads nothing yet: a dataset that does not have the layout is
 * refused (DATASET_INVALID) by the first call that needs it.
 */
export function openDriveReader(store: ObjectStore, layout: DatasetLayout): DriveReader {
  switch (layout) {
    case 'physicalai-av':
      return new PhysicalAiReader(store);
    case 'comma2k19':
      return new CommaReader(store);
  }
}

/** The one id that rows and shards use for a drive, for any spelling that a person may write. */
export function canonicalDriveId(layout: DatasetLayout, id: string): string {
  return layout === 'comma2k19' ? canonicalCommaId(id) : id;
}
