import { DrivesweepError } from '@drivesweep/contracts';
import type {
  DatasetInfo,
  Drive,
  DriveEntry,
  DriveReader,
  DriveSelection,
  DriveSpan,
  EgoBox,
  ObjectStore,
  ObstacleTrack,
  OpenDriveOptions,
} from '@drivesweep/contracts';
import { locateCamera, readCameraIndex } from './camera-files.ts';
import type { CameraIndex } from './camera-files.ts';
import { ChunkArchives } from './chunk-archives.ts';
import type { DriveFile } from './chunk-archives.ts';
import { selectDrives } from './drive-index.ts';
import type { IndexedDrive } from './drive-index.ts';
import { readEgomotionFile, readEgomotionTimes, spanOf } from './egomotion-file.ts';
import { camerasOf } from './feature-table.ts';
import { readObstacleFile } from './obstacle-file.ts';
import {
  EGOMOTION_FEATURE,
  OBSTACLE_FEATURE,
  PhysicalAiDataset,
  VEHICLE_FEATURE,
} from './physicalai-dataset.ts';
import { ProblemList } from './problem-list.ts';
import { VehicleDimensions } from './vehicle-dimensions.ts';

/**
 * Reads drives of NVIDIA's PhysicalAI-AV layout. A drive is one clip. Its files lie in one zip per feature and chunk,
 * of which only the parts that belong to the drive are read, and of a video nothing at all.
 */
export class PhysicalAiReader implements DriveReader {
  readonly #store: ObjectStore;
  readonly #dataset: PhysicalAiDataset;
  readonly #archives: ChunkArchives;
  readonly #vehicles: VehicleDimensions;

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#dataset = new PhysicalAiDataset(store);
    this.#archives = new ChunkArchives(store);
    this.#vehicles = new VehicleDimensions(store);
  }

  describe(): Promise<DatasetInfo> {
    return this.#dataset.describe();
  }

  async *listDrives(selection: DriveSelection): AsyncIterable<DriveEntry> {
    yield* selectDrives(await this.#dataset.index(), selection);
  }

  async readSpan(driveId: string): Promise<DriveSpan> {
    const drive = await this.#find(driveId);
    const [egomotion, cameras] = await Promise.all([
      this.#egomotion(drive),
      this.#cameras(drive, new ProblemList()),
    ]);
    const tUs = await readEgomotionTimes(egomotion.bytes, egomotion.what);
    return spanOf(tUs, cameras.map(frameTimesOf), driveId);
  }

  async openDrive(driveId: string, options: OpenDriveOptions): Promise<Drive> {
    const drive = await this.#find(driveId);
    const problems = new ProblemList();
    const [file, cameras, obstacles, egoBox, facts] = await Promise.all([
      this.#egomotion(drive),
      this.#cameras(drive, problems),
      options.obstacles ? this.#obstacles(drive, problems) : null,
      this.#egoBox(drive, problems),
      this.#dataset.facts(),
    ]);
    const egomotion = await readEgomotionFile(file.bytes, file.what);
    const wanted = cameras.filter(({ name }) => options.cameras?.includes(name) ?? true);
    const streams = await Promise.all(
      wanted.map((index) => problems.attempt(index.name, () => locateCamera(this.#store, index))),
    );
    return {
      driveId,
      egomotion,
      span: spanOf(egomotion.tUs, cameras.map(frameTimesOf), driveId),
      cameras: streams.filter((camera) => camera !== undefined),
      obstacles,
      egoBox,
      facts: { ...facts(driveId), ...(drive.split !== null && { split: drive.split }) },
      problems: problems.sorted(),
    };
  }

  async #find(driveId: string): Promise<IndexedDrive> {
    const drive = (await this.#dataset.index()).get(driveId);
    if (drive) return drive;
    throw new DrivesweepError('DRIVE_NOT_FOUND', `${this.#store.uri} has no drive ${driveId}`);
  }

  async #egomotion(drive: IndexedDrive): Promise<DriveFile> {
    const feature = (await this.#dataset.features()).get(EGOMOTION_FEATURE);
    if (!feature) {
      throw new DrivesweepError('DATASET_INVALID', `features.csv has no line ${EGOMOTION_FEATURE}`);
    }
    return this.#archives.read(feature, EGOMOTION_FEATURE, drive, 'EGOMOTION_MISSING');
  }

  /** Every camera that the drive has, whatever was asked for: the span must not depend on the question. */
  async #cameras(drive: IndexedDrive, problems: ProblemList): Promise<CameraIndex[]> {
    const { mayHave } = await this.#dataset.presence();
    const features = camerasOf(await this.#dataset.features());
    const cameras = await Promise.all(
      features
        .filter(({ name }) => mayHave(drive.driveId, name))
        .map((feature) =>
          problems.attempt(feature.name, async () => {
            const archive = await this.#archives.open(feature, drive, 'CAMERA_MISSING');
            return readCameraIndex(this.#store, feature, archive, drive.driveId);
          }),
        ),
    );
    return cameras.filter((camera) => camera !== undefined);
  }

  async #obstacles(drive: IndexedDrive, problems: ProblemList): Promise<ObstacleTrack[] | null> {
    const { mayHave } = await this.#dataset.presence();
    const feature = (await this.#dataset.features()).get(OBSTACLE_FEATURE);
    if (!feature || !mayHave(drive.driveId, OBSTACLE_FEATURE)) return null;
    const tracks = await problems.attempt('obstacles', async () => {
      const file = await this.#archives.read(feature, OBSTACLE_FEATURE, drive, 'DRIVE_UNREADABLE');
      return readObstacleFile(file.bytes, file.what);
    });
    return tracks ?? null;
  }

  async #egoBox(drive: IndexedDrive, problems: ProblemList): Promise<EgoBox | null> {
    const feature = (await this.#dataset.features()).get(VEHICLE_FEATURE);
    if (!feature) return null;
    const box = await problems.attempt(VEHICLE_FEATURE, () => this.#vehicles.boxOf(feature, drive));
    return box ?? null;
  }
}

function frameTimesOf(camera: CameraIndex): Float64Array {
  return camera.frameTimesUs;
}
