import { DrivesweepError } from '@drivesweep/contracts';
import { parseCsv } from './csv.ts';

/**
 * Where a PhysicalAI-AV dataset keeps what it recorded: one line of features.csv per feature. `chunk_path` is a
 * template with `{chunk_id:04d}`, and `clip_files_in_zip` a JSON object of templates with `{clip_id}`, both in the
 * format language of Python.
 */
export interface Feature {
  readonly name: string;
  readonly directory: string;
  readonly chunkPath: string;
  /** Logical name -> member of the chunk's zip. Empty for features that are one Parquet file per chunk. */
  readonly members: Readonly<Record<string, string>>;
}

export type FeatureTable = ReadonlyMap<string, Feature>;

/** The file of a feature that holds the drives of one chunk. */
export function chunkKeyOf(feature: Feature, chunk: number): string {
  return feature.chunkPath.replaceAll(/\{\w+(?::0?(\d+)d)?\}/g, (_, width: string | undefined) =>
    String(chunk).padStart(Number(width ?? 0), '0'),
  );
}

/** The name that one of a drive's files has in the chunk's zip; undefined when the feature has no such file. */
export function memberNameOf(
  feature: Feature,
  logicalName: string,
  driveId: string,
): string | undefined {
  return feature.members[logicalName]?.replaceAll(/\{\w+\}/g, () => driveId);
}

/** Cameras are the features that have a video and the times of its frames, in name order. */
export function camerasOf(features: FeatureTable): Feature[] {
  return [...features.values()]
    .filter(({ members }) => members['video'] !== undefined && members['frame_timestamps'])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Reads features.csv. A feature that it does not name is not in the dataset.
 *
 * @throws DATASET_INVALID naming the line
 */
export function parseFeatureTable(text: string): FeatureTable {
  const [header = [], ...lines] = rowsOf(text);
  const column = (name: string) => {
    const index = header.indexOf(name);
    if (index >= 0) return index;
    throw invalid(`no column ${name}; it has ${header.join(', ')}`);
  };
  const [name, directory, path] = [column('feature'), column('directory'), column('chunk_path')];
  const files = column('clip_files_in_zip');
  return tableOf(
    lines.map((fields) => ({
      name: fields[name] ?? '',
      directory: fields[directory] ?? '',
      chunkPath: safeChunkPath(fields[path] ?? '', fields[name] ?? ''),
      members: parseMembers(fields[files] ?? '', fields[name] ?? ''),
    })),
  );
}

/** What NVIDIA's dataset card documents, for a dataset without its features.csv. */
export function documentedFeatures(): FeatureTable {
  const label = (name: string): Feature => ({
    name,
    directory: 'labels',
    chunkPath: `labels/${name}/${name}.chunk_{chunk_id:04d}.zip`,
    members: { [name]: `{clip_id}.${name}.parquet` },
  });
  const camera = (name: string): Feature => ({
    name,
    directory: 'camera',
    chunkPath: `camera/${name}/${name}.chunk_{chunk_id:04d}.zip`,
    members: {
      video: `{clip_id}.${name}.mp4`,
      frame_timestamps: `{clip_id}.${name}.timestamps.parquet`,
      blurred_boxes: `{clip_id}.${name}.blurred_boxes.parquet`,
    },
  });
  const calibration = (name: string): Feature => ({
    name,
    directory: 'calibration',
    chunkPath: `calibration/${name}/${name}.chunk_{chunk_id:04d}.parquet`,
    members: {},
  });
  return tableOf([
    ...['egomotion', 'egomotion.offline', 'obstacle.offline'].map(label),
    calibration('vehicle_dimensions'),
    ...DOCUMENTED_CAMERAS.map(camera),
  ]);
}

const DOCUMENTED_CAMERAS = [
  'camera_cross_left_120fov',
  'camera_cross_right_120fov',
  'camera_front_tele_30fov',
  'camera_front_wide_120fov',
  'camera_rear_left_70fov',
  'camera_rear_right_70fov',
  'camera_rear_tele_30fov',
];

function tableOf(features: readonly Feature[]): FeatureTable {
  return new Map(features.map((feature) => [feature.name, feature]));
}

function rowsOf(text: string): string[][] {
  try {
    return parseCsv(text);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Keys come out of a file of the dataset: they may not lead out of it. */
function safeChunkPath(path: string, feature: string): string {
  const unsafe = path === '' || path.startsWith('/') || path.split('/').includes('..');
  if (unsafe) throw invalid(`chunk_path "${path}" of ${feature} is not a path inside the dataset`);
  return path;
}

function parseMembers(json: string, feature: string): Record<string, string> {
  if (json.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw invalid(`clip_files_in_zip of ${feature} is not JSON: ${json}`);
  }
  const members: Record<string, string> = {};
  for (const [logicalName, template] of Object.entries(Object(parsed) as object)) {
    if (typeof template !== 'string') {
      throw invalid(`clip_files_in_zip of ${feature}: ${logicalName} is not text`);
    }
    members[logicalName] = template;
  }
  return members;
}

function invalid(problem: string): DrivesweepError {
  return new DrivesweepError('DATASET_INVALID', `features.csv: ${problem}`, {
    hint: 'Expected the columns feature, directory, chunk_path, clip_files_in_zip.',
  });
}
