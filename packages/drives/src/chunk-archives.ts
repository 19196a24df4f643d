import { DrivesweepError } from '@drivesweep/contracts';
import type { ErrorCode, ObjectStore } from '@drivesweep/contracts';
import type { IndexedDrive } from './drive-index.ts';
import { chunkKeyOf, memberNameOf } from './feature-table.ts';
import type { Feature } from './feature-table.ts';
import { PromiseCache } from './promise-cache.ts';
import { openZipDirectory } from './zip-directory.ts';
import type { ZipDirectory } from './zip-directory.ts';
import { readZipMember } from './zip-member.ts';

/** Nine zips make a chunk (egomotion, obstacles, seven cameras): the directories of seven chunks are kept. */
const KEPT_DIRECTORIES = 64;

/** One file of one drive, and what to call it in an error. */
export interface DriveFile {
  readonly bytes: Uint8Array;
  readonly what: string;
}

/** The zips of a dataset's chunks. The directory of each is read once for all drives that share it. */
export class ChunkArchives {
  readonly #store: ObjectStore;
  readonly #directories = new PromiseCache<ZipDirectory>(KEPT_DIRECTORIES);

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** @throws `missing` when the chunk has no such zip, DRIVE_UNREADABLE when it is damaged */
  open(feature: Feature, drive: IndexedDrive, missing: ErrorCode): Promise<ZipDirectory> {
    const key = chunkKeyOf(feature, drive.chunk);
    return this.#directories.get(key, async () => {
      const directory = await openZipDirectory(this.#store, key);
      if (directory) return directory;
      throw new DrivesweepError(missing, `drive ${drive.driveId}: the dataset has no ${key}`, {
        hint: `Download the feature ${feature.name} for chunk ${drive.chunk}.`,
      });
    });
  }

  /** @throws `missing` when the zip is not there or has no file of the drive, DRIVE_UNREADABLE when it is damaged */
  async read(
    feature: Feature,
    logicalName: string,
    drive: IndexedDrive,
    missing: ErrorCode,
  ): Promise<DriveFile> {
    const directory = await this.open(feature, drive, missing);
    const name = memberNameOf(feature, logicalName, drive.driveId) ?? logicalName;
    const member = directory.members.get(name);
    const what = `${directory.key}: ${name}`;
    if (!member) throw new DrivesweepError(missing, `${directory.key} has no ${name}`);
    return { bytes: await readZipMember(this.#store, directory, member), what };
  }
}
