import { MOUNTS, quaternionOf, rigFromCamera } from './camera.ts';
import type { CameraName } from './camera.ts';
import type { Decision } from './decision.ts';
import type { ReasoningEvent, Table } from './drive-tables.ts';
import type { CheckedOptions, Split } from './options.ts';
import { EGO_VEHICLE } from './scene.ts';
import type { SceneLook } from './scene-look.ts';

/** Tables of the whole dataset and of its chunks. Pure. */

export interface DriveRecord {
  readonly driveId: string;
  readonly split: Split;
  readonly chunk: number;
  readonly scenario: string;
  readonly variant: string;
  readonly look: SceneLook;
  readonly distractor: string;
  readonly events: readonly ReasoningEvent[];
  /** The decision that the drive is about. */
  readonly main: Decision;
  readonly speedBand: 'below_10_mps' | '10_to_14_mps' | 'above_14_mps';
}

interface Feature {
  readonly name: string;
  readonly directory: 'labels' | 'camera' | 'calibration';
  /** Logical name -> file name template; null for one Parquet file per chunk. */
  readonly files: Readonly<Record<string, string>> | null;
}

export const LABEL_FEATURES = ['egomotion', 'obstacle.offline', 'decision'] as const;
export const CALIBRATION_FEATURES = [
  'camera_intrinsics',
  'sensor_extrinsics',
  'vehicle_dimensions',
] as const;

/** Everything that the dataset holds per drive. `decision` is our own. */
function featuresOf(cameras: readonly CameraName[]): Feature[] {
  return [
    ...LABEL_FEATURES.map((name): Feature => ({
      name,
      directory: 'labels',
      files: { [name]: `{clip_id}.${name}.parquet` },
    })),
    ...CALIBRATION_FEATURES.map((name): Feature => ({
      name,
      directory: 'calibration',
      files: null,
    })),
    ...cameras.map((name): Feature => ({
      name,
      directory: 'camera',
      files: {
        video: `{clip_id}.${name}.mp4`,
        frame_timestamps: `{clip_id}.${name}.timestamps.parquet`,
        blurred_boxes: `{clip_id}.${name}.blurred_boxes.parquet`,
      },
    })),
  ];
}

export function featuresCsv(cameras: readonly CameraName[]): string {
  const lines = featuresOf(cameras).map(({ name, directory, files }) => {
    const extension = files ? 'zip' : 'parquet';
    const path = `${directory}/${name}/${name}.chunk_{chunk_id:04d}.${extension}`;
    return [name, directory, path, files ? quoted(JSON.stringify(files)) : ''].join(',');
  });
  return ['feature,directory,chunk_path,clip_files_in_zip', ...lines, ''].join('\n');
}

export function chunkKey(directory: Feature['directory'], feature: string, chunk: number): string {
  const extension = directory === 'calibration' ? 'parquet' : 'zip';
  return `${directory}/${feature}/${feature}.chunk_${String(chunk).padStart(4, '0')}.${extension}`;
}

export function clipIndexTable(drives: readonly DriveRecord[]): Table {
  return [
    text(
      'clip_id',
      drives.map((drive) => drive.driveId),
    ),
    { name: 'clip_is_valid', type: 'boolean', values: drives.map(() => true) },
    { name: 'chunk', type: 'int64', values: drives.map((drive) => drive.chunk) },
    text(
      'split',
      drives.map((drive) => drive.split),
    ),
  ];
}

export function featurePresenceTable(
  drives: readonly DriveRecord[],
  cameras: readonly CameraName[],
): Table {
  return [
    text(
      'clip_id',
      drives.map((drive) => drive.driveId),
    ),
    ...featuresOf(cameras).map(({ name }) => ({
      ...({ name, type: 'boolean', values: drives.map(() => true) } as const),
    })),
  ];
}

export function dataCollectionTable(drives: readonly DriveRecord[]): Table {
  return [
    text(
      'clip_id',
      drives.map((drive) => drive.driveId),
    ),
    text(
      'country',
      drives.map((drive) => drive.look.country),
    ),
    { name: 'month', type: 'int64', values: drives.map((drive) => drive.look.month) },
    { name: 'hour_of_day', type: 'int64', values: drives.map((drive) => drive.look.hourOfDay) },
    text(
      'platform_class',
      drives.map(() => 'synthetic'),
    ),
  ];
}

/** What the generator knows about each drive, for slices. Our own table. */
export function scenarioTable(drives: readonly DriveRecord[]): Table {
  return [
    text(
      'clip_id',
      drives.map((drive) => drive.driveId),
    ),
    text(
      'scenario',
      drives.map((drive) => drive.scenario),
    ),
    text(
      'variant',
      drives.map((drive) => drive.variant),
    ),
    text(
      'weather',
      drives.map((drive) => drive.look.weather),
    ),
    text(
      'distractor',
      drives.map((drive) => drive.distractor),
    ),
    text(
      'surroundings',
      drives.map((drive) => drive.look.surroundings),
    ),
    text(
      'speed_band',
      drives.map((drive) => drive.speedBand),
    ),
    text(
      'decision',
      drives.map(({ main }) => (main.lateral === 'keep_lane' ? main.longitudinal : main.lateral)),
    ),
    text(
      'cause',
      drives.map(({ main }) => main.causeKind),
    ),
  ];
}

export function reasoningTable(drives: readonly DriveRecord[]): Table {
  return [
    text(
      'clip_id',
      drives.map((drive) => drive.driveId),
    ),
    text(
      'feature',
      drives.map(() => 'camera_front_wide_120fov'),
    ),
    text(
      'event_cluster',
      drives.map((drive) => drive.scenario.toUpperCase()),
    ),
    text(
      'events',
      drives.map((drive) => JSON.stringify(drive.events)),
    ),
    text(
      'split',
      drives.map((drive) => drive.split),
    ),
  ];
}

/** f-theta polynomials of one chunk: pixels of an angle, and its exact inverse. */
export function cameraIntrinsicsTable(
  driveIds: readonly string[],
  { cameras, width, height }: CheckedOptions,
): Table {
  const rows = driveIds.flatMap((driveId) => cameras.map((camera) => ({ driveId, camera })));
  const same = (name: string, value: number) =>
    ({ name, type: 'float64', values: rows.map(() => value) }) as const;
  const focal = rows.map(({ camera }) => width / MOUNTS[camera].fieldOfView);
  const polynomial = (prefix: string, slope: (pixelsPerRadian: number) => number): Table =>
    [0, 1, 2, 3, 4].map((power) => ({
      name: `${prefix}_poly_${power}`,
      type: 'float64',
      values: focal.map((f) => (power === 1 ? slope(f) : 0)),
    }));
  return [
    text(
      'clip_id',
      rows.map(({ driveId }) => driveId),
    ),
    text(
      'camera_name',
      rows.map(({ camera }) => camera),
    ),
    same('width', width),
    same('height', height),
    same('cx', (width - 1) / 2),
    same('cy', (height - 1) / 2),
    ...polynomial('fw', (f) => f),
    ...polynomial('bw', (f) => 1 / f),
  ];
}

/** Poses of the cameras in the rig: rig from camera. */
export function sensorExtrinsicsTable(
  driveIds: readonly string[],
  cameras: readonly CameraName[],
): Table {
  const rows = driveIds.flatMap((driveId) => cameras.map((camera) => ({ driveId, camera })));
  const poses = rows.map(({ camera }) => {
    const mount = MOUNTS[camera];
    return [...quaternionOf(rigFromCamera(mount)), ...mount.position];
  });
  return [
    text(
      'clip_id',
      rows.map(({ driveId }) => driveId),
    ),
    text(
      'sensor_name',
      rows.map(({ camera }) => camera),
    ),
    ...['qx', 'qy', 'qz', 'qw', 'x', 'y', 'z'].map((name, i) => ({
      ...({ name, type: 'float64', values: poses.map((pose) => pose[i] ?? 0) } as const),
    })),
  ];
}

export function vehicleDimensionsTable(driveIds: readonly string[]): Table {
  const sizes = {
    length: EGO_VEHICLE.lengthM,
    width: EGO_VEHICLE.widthM,
    height: EGO_VEHICLE.heightM,
    rear_axle_to_bbox_center: EGO_VEHICLE.rearAxleToCentreM,
    wheelbase: EGO_VEHICLE.wheelbaseM,
    track_width: EGO_VEHICLE.trackWidthM,
  };
  return [
    text('clip_id', driveIds),
    ...Object.entries(sizes).map(([name, value]) => ({
      ...({ name, type: 'float64', values: driveIds.map(() => value) } as const),
    })),
  ];
}

function text(name: string, values: readonly (string | null)[]): Table[number] {
  return { name, type: 'string', values };
}

function quoted(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
