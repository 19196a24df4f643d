import { sha256Hex } from '@drivesweep/contracts';
import type { ObjectStore, ParquetEncoder } from '@drivesweep/contracts';
import type { CameraName } from './camera.ts';
import * as tables from './dataset-tables.ts';
import type { DriveRecord } from './dataset-tables.ts';
import {
  blurredBoxesTable,
  decisionTable,
  egomotionTable,
  frameTimesTable,
  obstacleTable,
  reasoningEvents,
} from './drive-tables.ts';
import { mainDecision } from './label-timeline.ts';
import { checkOptions } from './options.ts';
import type { CheckedOptions, GenerateOptions, Split } from './options.ts';
import { CameraRenderer } from './render.ts';
import { driveIdOf, simulateDrive } from './simulate-drive.ts';
import type { DriveKey, SimulatedDrive } from './simulate-drive.ts';
import { storeZip } from './store-zip.ts';
import type { ZipMember } from './store-zip.ts';
import { ffmpegEncoder } from './video-encoder.ts';
import type { VideoEncoder } from './video-encoder.ts';

export interface GenerateRequest {
  /** Where the dataset goes; its root is the store's root. */
  readonly store: ObjectStore;
  readonly encodeParquet: ParquetEncoder;
  /** Default: an ffmpeg child. */
  readonly encodeVideo?: VideoEncoder;
  readonly seed: number;
  /** How many. */
  readonly drives: number;
  readonly options?: GenerateOptions;
}

/** Said after each camera of each drive, and once more when the indices are written. */
export interface GenerateProgress {
  readonly stage: 'drive' | 'camera' | 'index';
  readonly driveId: string | null;
  readonly scenario: string | null;
  readonly drivesDone: number;
  readonly drives: number;
  readonly frames: number;
}

const FRAMES_PER_SECOND = 30;

/**
 * Writes a dataset in the PhysicalAI-AV layout, a function of seed and options. Indices are written last: a
 * generation that was broken off leaves no dataset that looks whole.
 * Errors: USAGE for options, TOOL_MISSING without ffmpeg, whatever the store throws.
 */
export async function* generateDataset(request: GenerateRequest): AsyncIterable<GenerateProgress> {
  const { store, encodeParquet, seed } = request;
  const options = checkOptions(request.options ?? {}, seed, request.drives);
  const encodeVideo = request.encodeVideo ?? ffmpegEncoder(request.options?.ffmpeg);
  const records: DriveRecord[] = [];
  let frames = 0;
  const report = (
    stage: GenerateProgress['stage'],
    record: DriveRecord | null,
  ): GenerateProgress => ({
    stage,
    driveId: record?.driveId ?? null,
    scenario: record?.scenario ?? null,
    drivesDone: records.length,
    drives: request.drives,
    frames,
  });

  for (const chunk of planChunks(options, seed, request.drives)) {
    const members = new ChunkMembers();
    for (const key of chunk.keys) {
      const drive = simulateDrive(key);
      const record = recordOf(drive, chunk.split, chunk.number, options);
      members.addLabels(drive, encodeParquet);
      for (const camera of options.cameras) {
        const video = await encodeVideo(
          { width: options.width, height: options.height, framesPerSecond: FRAMES_PER_SECOND },
          drawFrames(drive, camera, options),
        );
        members.addCamera(drive, camera, video, frameTimesUs(camera, options), encodeParquet);
        frames += frameTimesUs(camera, options).length;
        yield report('camera', record);
      }
      records.push(record);
      yield report('drive', record);
    }
    for (const [key, zip] of members.zips(chunk.number)) await store.put(key, zip);
    const driveIds = chunk.keys.map(driveIdOf);
    const put = (
      name: (typeof tables.CALIBRATION_FEATURES)[number],
      table: Parameters<ParquetEncoder>[0],
    ) => store.put(tables.chunkKey('calibration', name, chunk.number), encodeParquet(table));
    await put('camera_intrinsics', tables.cameraIntrinsicsTable(driveIds, options));
    await put('sensor_extrinsics', tables.sensorExtrinsicsTable(driveIds, options.cameras));
    await put('vehicle_dimensions', tables.vehicleDimensionsTable(driveIds));
  }
  await writeIndices(store, encodeParquet, records, options);
  yield report('index', null);
}

interface Chunk {
  readonly number: number;
  readonly split: Split;
  readonly keys: readonly DriveKey[];
}

/** A chunk belongs to one split, as in the original; within a split drives stay in the order of their numbers. */
export function planChunks(options: CheckedOptions, seed: number, drives: number): Chunk[] {
  const { durationS, scenarios, firstDrive, drivesPerChunk } = options;
  const bySplit: Record<Split, DriveKey[]> = { train: [], val: [], test: [] };
  for (let i = 0; i < drives; i++) {
    const key = { seed, number: firstDrive + i, durationS, scenarios };
    bySplit[options.split ?? splitOf(driveIdOf(key))].push(key);
  }
  const chunks: Chunk[] = [];
  for (const split of ['train', 'val', 'test'] as const) {
    for (let i = 0; i < bySplit[split].length; i += drivesPerChunk) {
      const keys = bySplit[split].slice(i, i + drivesPerChunk);
      chunks.push({ number: chunks.length, split, keys });
    }
  }
  return chunks;
}

/** 70 % train, 15 % val, 15 % test, by hash of the drive id. */
export function splitOf(driveId: string): Split {
  const share = Number.parseInt(sha256Hex(`split ${driveId}`).slice(0, 8), 16) / 2 ** 32;
  return share < 0.7 ? 'train' : share < 0.85 ? 'val' : 'test';
}

/** Cameras are not triggered together: each has a small offset of its own. */
function frameTimesUs(camera: CameraName, { durationS }: CheckedOptions): number[] {
  const offsetUs = { ...OFFSETS_US }[camera];
  const count = Math.ceil(durationS * FRAMES_PER_SECOND) + 1;
  return Array.from(
    { length: count },
    (_, i) => offsetUs + Math.round((i * 1e6) / FRAMES_PER_SECOND),
  );
}

const OFFSETS_US: Readonly<Record<CameraName, number>> = {
  camera_cross_left_120fov: 4_000,
  camera_front_wide_120fov: 0,
  camera_cross_right_120fov: 5_000,
  camera_front_tele_30fov: 2_000,
};

function* drawFrames(
  drive: SimulatedDrive,
  camera: CameraName,
  options: CheckedOptions,
): Iterable<Uint8Array> {
  const renderer = new CameraRenderer(drive, camera, options.width, options.height);
  const picture = renderer.makePicture();
  const bytes = new Uint8Array(picture.pixels.buffer);
  for (const tUs of frameTimesUs(camera, options)) {
    renderer.draw(tUs / 1e6, picture);
    yield bytes;
  }
}

function recordOf(
  drive: SimulatedDrive,
  split: Split,
  chunk: number,
  options: CheckedOptions,
): DriveRecord {
  const [camera] = options.cameras;
  return {
    driveId: drive.driveId,
    split,
    chunk,
    scenario: drive.scene.scenario,
    variant: drive.scene.variant,
    look: drive.scene.look,
    distractor: drive.scene.distractor,
    events: camera ? reasoningEvents(drive, frameTimesUs(camera, options)) : [],
    main: mainDecision(drive),
    speedBand: speedBandOf(drive.scene.ego.traits.desiredSpeedMps),
  };
}

function speedBandOf(cruiseMps: number): DriveRecord['speedBand'] {
  return cruiseMps < 10 ? 'below_10_mps' : cruiseMps < 14 ? '10_to_14_mps' : 'above_14_mps';
}

/** Files of the drives of one chunk, gathered until its archives are written. */
class ChunkMembers {
  readonly #byFeature = new Map<string, { directory: 'labels' | 'camera'; members: ZipMember[] }>();

  addLabels(drive: SimulatedDrive, encode: ParquetEncoder): void {
    const label = (name: (typeof tables.LABEL_FEATURES)[number], bytes: Uint8Array) =>
      this.#add('labels', name, { name: `${drive.driveId}.${name}.parquet`, bytes });
    label('egomotion', encode(egomotionTable(drive)));
    label('obstacle.offline', encode(obstacleTable(drive)));
    label('decision', encode(decisionTable(drive)));
  }

  addCamera(
    { driveId }: SimulatedDrive,
    camera: CameraName,
    video: Uint8Array,
    timesUs: readonly number[],
    encode: ParquetEncoder,
  ): void {
    const file = (suffix: string, bytes: Uint8Array) =>
      this.#add('camera', camera, { name: `${driveId}.${camera}.${suffix}`, bytes });
    file('mp4', video);
    file('timestamps.parquet', encode(frameTimesTable(timesUs)));
    file('blurred_boxes.parquet', encode(blurredBoxesTable()));
  }

  *zips(chunk: number): Iterable<[key: string, zip: Uint8Array]> {
    for (const [feature, { directory, members }] of this.#byFeature) {
      yield [tables.chunkKey(directory, feature, chunk), storeZip(members)];
    }
  }

  #add(directory: 'labels' | 'camera', feature: string, member: ZipMember): void {
    const found = this.#byFeature.get(feature) ?? { directory, members: [] };
    found.members.push(member);
    this.#byFeature.set(feature, found);
  }
}

async function writeIndices(
  store: ObjectStore,
  encode: ParquetEncoder,
  records: readonly DriveRecord[],
  { cameras }: CheckedOptions,
): Promise<void> {
  await store.put(
    'metadata/feature_presence.parquet',
    encode(tables.featurePresenceTable(records, cameras)),
  );
  await store.put('metadata/data_collection.parquet', encode(tables.dataCollectionTable(records)));
  await store.put('metadata/scenario.parquet', encode(tables.scenarioTable(records)));
  await store.put('reasoning/ood_reasoning.parquet', encode(tables.reasoningTable(records)));
  await store.put('features.csv', new TextEncoder().encode(tables.featuresCsv(cameras)));
  await store.put('clip_index.parquet', encode(tables.clipIndexTable(records)));
}
