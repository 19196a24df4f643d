import type { ParquetColumn } from '@drivesweep/contracts';
import { buildParquet } from './parquet-builder.ts';
import { buildZip } from './zip-builder.ts';
import type { BuiltMember, BuiltZipOptions } from './zip-builder.ts';

export interface BuiltCamera {
  readonly timesUs: readonly number[];
  readonly video: Uint8Array;
}

export interface BuiltDrive {
  readonly driveId: string;
  readonly chunk: number;
  readonly split?: string;
  readonly valid?: boolean;
  /** Times of the poses, at 10 m/s straight along x; null for a drive whose zip has no egomotion of it. */
  readonly egomotionUs?: readonly number[] | null;
  readonly cameras?: Readonly<Record<string, BuiltCamera>>;
  readonly obstacles?: readonly ParquetColumn[];
  /** Its row in vehicle_dimensions, in metres; absent for a drive that the table does not have. */
  readonly vehicle?: BuiltVehicle;
}

export interface BuiltVehicle {
  readonly length: number;
  readonly width: number;
  readonly rearAxleToBoxCentre: number;
}

export interface BuiltDataset {
  /** Which presence table to write, after the revision that has it. */
  readonly revision?: '25.10' | '26.03' | null;
  readonly deflate?: 'nothing' | 'parquet' | 'everything';
  readonly zip?: BuiltZipOptions;
  /** Columns of metadata/data_collection.parquet and metadata/scenario.parquet beside clip_id, by drive. */
  readonly collection?: readonly ParquetColumn[];
  readonly scenario?: readonly ParquetColumn[];
  /** Folder in which features.csv says the cameras are; null leaves features.csv out. */
  readonly cameraFolder?: string | null;
}

const VEHICLES = 'calibration/vehicle_dimensions/vehicle_dimensions';
const CAMERAS = ['camera_front_wide_120fov', 'camera_cross_left_120fov'];

/** 0, step, 2 step ... up to and with lastUs. */
export function everyUs(stepUs: number, lastUs: number): number[] {
  return Array.from({ length: Math.floor(lastUs / stepUs) + 1 }, (_, i) => i * stepUs);
}

/**
 * The objects of a tiny dataset in the PhysicalAI-AV layout, by key: features.csv, clip_index.parquet, a presence
 * table, and one STORE zip per feature and chunk. Two cameras; the videos are whatever bytes the test gives.
 */
export function buildPhysicalAi(
  drives: readonly BuiltDrive[],
  options: BuiltDataset = {},
): Map<string, Uint8Array> {
  const folder = options.cameraFolder === undefined ? 'camera' : options.cameraFolder;
  const objects = new Map<string, Uint8Array>();
  if (folder !== null) objects.set('features.csv', Buffer.from(featuresCsv(folder)));
  objects.set('clip_index.parquet', clipIndex(drives));

  const ids = { name: 'clip_id', type: 'string', values: drives.map((d) => d.driveId) } as const;
  const revision = options.revision === undefined ? '26.03' : options.revision;
  if (revision !== null) {
    const name = revision === '26.03' ? 'feature_presence' : 'sensor_presence';
    objects.set(`metadata/${name}.parquet`, buildParquet([ids, ...presence(drives)]));
  }
  for (const [name, columns] of Object.entries({
    data_collection: options.collection,
    scenario: options.scenario,
  })) {
    if (columns) objects.set(`metadata/${name}.parquet`, buildParquet([ids, ...columns]));
  }

  for (const chunk of new Set(drives.map((drive) => drive.chunk))) {
    const own = drives.filter((drive) => drive.chunk === chunk);
    const zips = {
      'labels/egomotion/egomotion': own.flatMap(egomotionMember),
      'labels/obstacle.offline/obstacle.offline': own.flatMap(obstacleMember),
      ...Object.fromEntries(
        CAMERAS.map((name) => [
          `${folder ?? 'camera'}/${name}/${name}`,
          own.flatMap((drive) => cameraMembers(drive, name)),
        ]),
      ),
    };
    for (const [path, members] of Object.entries(zips)) {
      if (members.length === 0) continue;
      const key = `${path}.chunk_${String(chunk).padStart(4, '0')}.zip`;
      objects.set(key, buildZip(members.map(packing(options)), options.zip));
    }
    const known = own.filter((drive) => drive.vehicle !== undefined);
    if (known.length > 0) {
      const number = String(chunk).padStart(4, '0');
      objects.set(`${VEHICLES}.chunk_${number}.parquet`, vehicleDimensions(known));
    }
  }
  return objects;
}

function packing(options: BuiltDataset) {
  return (member: BuiltMember): BuiltMember => {
    const mode = options.deflate ?? 'nothing';
    const parquet = member.name.endsWith('.parquet');
    return { ...member, deflate: mode === 'everything' || (mode === 'parquet' && parquet) };
  };
}

function featuresCsv(cameraFolder: string): string {
  const line = (feature: string, directory: string, folder: string, files: object) => {
    const json = JSON.stringify(files).replaceAll('"', '""');
    const path = `${folder}/${feature}/${feature}.chunk_{chunk_id:04d}.zip`;
    return `${feature},${directory},${path},"${json}"\n`;
  };
  const label = (name: string) =>
    line(name, 'labels', 'labels', { [name]: `{clip_id}.${name}.parquet` });
  const camera = (name: string) =>
    line(name, 'camera', cameraFolder, {
      video: `{clip_id}.${name}.mp4`,
      frame_timestamps: `{clip_id}.${name}.timestamps.parquet`,
    });
  const calibration =
    'calibration/camera_intrinsics/camera_intrinsics.chunk_{chunk_id:04d}.parquet';
  return [
    'feature,directory,chunk_path,clip_files_in_zip\n',
    ...['egomotion', 'obstacle.offline'].map(label),
    ...CAMERAS.map(camera),
    `camera_intrinsics,calibration,${calibration},\n`,
    `vehicle_dimensions,calibration,${VEHICLES}.chunk_{chunk_id:04d}.parquet,\n`,
  ].join('');
}

function clipIndex(drives: readonly BuiltDrive[]): Uint8Array {
  return buildParquet([
    { name: 'clip_id', type: 'string', values: drives.map((drive) => drive.driveId) },
    { name: 'clip_is_valid', type: 'boolean', values: drives.map((drive) => drive.valid ?? true) },
    { name: 'chunk', type: 'int64', values: drives.map((drive) => drive.chunk) },
    { name: 'split', type: 'string', values: drives.map((drive) => drive.split ?? 'val') },
  ]);
}

function presence(drives: readonly BuiltDrive[]): ParquetColumn[] {
  const column = (name: string, has: (drive: BuiltDrive) => boolean): ParquetColumn => ({
    name,
    type: 'boolean',
    values: drives.map(has),
  });
  return [
    ...CAMERAS.map((name) => column(name, (drive) => drive.cameras?.[name] !== undefined)),
    column('obstacle.offline', (drive) => drive.obstacles !== undefined),
  ];
}

function egomotionMember(drive: BuiltDrive): BuiltMember[] {
  const tUs = drive.egomotionUs === undefined ? everyUs(10_000, 20_000_000) : drive.egomotionUs;
  if (tUs === null) return [];
  const constant = (name: string, value: number): ParquetColumn => ({
    name,
    type: 'float64',
    values: tUs.map(() => value),
  });
  const content = buildParquet([
    { name: 'timestamp', type: 'int64', values: tUs },
    ...['qx', 'qy', 'qz'].map((name) => constant(name, 0)),
    constant('qw', 1),
    { name: 'x', type: 'float64', values: tUs.map((t) => (10 * t) / 1e6) },
    constant('y', 0),
    constant('z', 0),
    constant('vx', 10),
  ]);
  return [{ name: `${drive.driveId}.egomotion.parquet`, content }];
}

function cameraMembers(drive: BuiltDrive, name: string): BuiltMember[] {
  const camera = drive.cameras?.[name];
  if (!camera) return [];
  const timestamps = buildParquet([
    { name: 'timestamp', type: 'int64', values: camera.timesUs },
    { name: 'frame_index', type: 'int64', values: camera.timesUs.map((_, i) => i) },
  ]);
  return [
    { name: `${drive.driveId}.${name}.mp4`, content: camera.video },
    { name: `${drive.driveId}.${name}.timestamps.parquet`, content: timestamps },
  ];
}

function obstacleMember(drive: BuiltDrive): BuiltMember[] {
  if (!drive.obstacles) return [];
  const name = `${drive.driveId}.obstacle.offline.parquet`;
  return [{ name, content: buildParquet(drive.obstacles) }];
}

function vehicleDimensions(drives: readonly BuiltDrive[]): Uint8Array {
  const column = (name: string, of: (vehicle: BuiltVehicle) => number): ParquetColumn => ({
    name,
    type: 'float64',
    values: drives.map(({ vehicle }) => (vehicle ? of(vehicle) : NaN)),
  });
  return buildParquet([
    { name: 'clip_id', type: 'string', values: drives.map((drive) => drive.driveId) },
    column('length', ({ length }) => length),
    column('width', ({ width }) => width),
    column('height', () => 1.5),
    column('rear_axle_to_bbox_center', ({ rearAxleToBoxCentre }) => rearAxleToBoxCentre),
  ]);
}
