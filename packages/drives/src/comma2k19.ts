import { DrivesweepError, sha256Hex } from '@drivesweep/contracts';
import type {
  CameraStream,
  DatasetInfo,
  Drive,
  DriveEntry,
  DriveReader,
  DriveSelection,
  DriveSpan,
  ObjectStat,
  ObjectStore,
  OpenDriveOptions,
} from '@drivesweep/contracts';
import { commaEgomotion, commaTimesUs } from './comma-poses.ts';
import { canonicalCommaId, findSegments } from './comma-segment.ts';
import type { CommaSegment } from './comma-segment.ts';
import { absentDrive } from './drive-index.ts';
import { spanOf } from './egomotion-file.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { FingerprintedObject } from './fingerprint.ts';
import { parseNpy } from './npy.ts';
import type { NpyArray } from './npy.ts';
import { lazy } from './promise-cache.ts';

const TIMES = 'global_pose/frame_times';
const POSITIONS = 'global_pose/frame_positions';
const ORIENTATIONS = 'global_pose/frame_orientations';
const VIDEO = 'video.hevc';
/** Everything that a drive is read from, and so everything that its fingerprint is made of. */
const POSE_FILES = [TIMES, POSITIONS, ORIENTATIONS];

const CAMERA = 'camera_front';
/** A minute of poses takes 40 KB. */
const MAX_NPY_BYTES = 64 * 1024 * 1024;
/** Up to here the poses themselves go into the fingerprint; 33 hours of them would have to be read for it. */
const MAX_HASHED_SEGMENTS = 50;

/** Reads drives of comma.ai's comma2k19: one minute of highway each, poses at 20 Hz, one camera. */
export class CommaReader implements DriveReader {
  readonly #store: ObjectStore;
  readonly #segments: () => Promise<Map<string, CommaSegment>>;

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#segments = lazy(() => listSegments(store));
  }

  async describe(): Promise<DatasetInfo> {
    const segments = await this.#segments();
    const hashed = segments.size <= MAX_HASHED_SEGMENTS;
    const objects: FingerprintedObject[] = [];
    for (const { driveId, files } of segments.values()) {
      for (const path of [...POSE_FILES, VIDEO]) {
        const file = files.get(path);
        if (!file) continue;
        const readIt = hashed && path !== VIDEO && file.bytes <= MAX_NPY_BYTES;
        const sha256 = readIt ? sha256Hex(await this.#store.get(file.key)) : null;
        // Named by drive, not by folder: both spellings of a route are the same dataset.
        objects.push({ name: `${driveId}/${path}`, bytes: file.bytes, sha256 });
      }
    }
    return {
      layout: 'comma2k19',
      detectedRevision: null,
      fingerprint: fingerprintOf(objects),
      driveCount: segments.size,
    };
  }

  /** The dataset has no splits: asking for one selects nothing but ids that are not there. */
  async *listDrives(selection: DriveSelection): AsyncIterable<DriveEntry> {
    const segments = await this.#segments();
    const asked = selection.ids && new Set(selection.ids.map(canonicalCommaId));
    const known = selection.split
      ? []
      : [...segments.keys()].filter((id) => asked?.has(id) ?? true);
    const unknown = [...(asked ?? [])].filter((id) => !segments.has(id)).sort();
    yield* [...known, ...unknown].slice(0, selection.limit ?? undefined).map(absentDrive);
  }

  async readSpan(driveId: string): Promise<DriveSpan> {
    const segment = await this.#find(driveId);
    const times = await this.#readArray(segment, TIMES);
    return spanOf(commaTimesUs(times), [], segment.driveId);
  }

  async openDrive(driveId: string, options: OpenDriveOptions): Promise<Drive> {
    const segment = await this.#find(driveId);
    const [frameTimes, framePositions, frameOrientations] = await Promise.all([
      this.#readArray(segment, TIMES),
      this.#readArray(segment, POSITIONS),
      this.#readArray(segment, ORIENTATIONS),
    ]);
    const egomotion = commaEgomotion(
      { frameTimes, framePositions, frameOrientations },
      segment.driveId,
    );
    const wanted = options.cameras?.includes(CAMERA) ?? true;
    return {
      driveId: segment.driveId,
      egomotion,
      span: spanOf(egomotion.tUs, [], segment.driveId),
      cameras: wanted ? camerasOf(segment, egomotion.tUs) : [],
      obstacles: null,
      egoBox: null,
      facts: { dongle: segment.dongle, date: segment.date },
      problems: [],
    };
  }

  async #find(driveId: string): Promise<CommaSegment> {
    const segment = (await this.#segments()).get(canonicalCommaId(driveId));
    if (segment) return segment;
    throw new DrivesweepError('DRIVE_NOT_FOUND', `${this.#store.uri} has no drive ${driveId}`);
  }

  async #readArray(segment: CommaSegment, path: string): Promise<NpyArray> {
    const file = segment.files.get(path);
    if (!file) {
      throw new DrivesweepError('EGOMOTION_MISSING', `drive ${segment.driveId} has no ${path}`);
    }
    if (file.bytes > MAX_NPY_BYTES) {
      throw new DrivesweepError('DRIVE_UNREADABLE', `${file.key}: ${file.bytes} bytes of poses`);
    }
    return parseNpy(await this.#store.get(file.key), file.key);
  }
}

/** The poses are those of the camera's frames, so they share their times. */
function camerasOf(segment: CommaSegment, frameTimesUs: Float64Array): CameraStream[] {
  const video = segment.files.get(VIDEO);
  if (!video) return [];
  const media = { kind: 'mp4', key: video.key, offset: 0, bytes: video.bytes } as const;
  return [{ name: CAMERA, frameTimesUs, media }];
}

async function listSegments(store: ObjectStore): Promise<Map<string, CommaSegment>> {
  const objects: ObjectStat[] = [];
  for await (const object of store.list('')) objects.push(object);
  const segments = findSegments(objects);
  if (segments.size > 0) return segments;
  throw new DrivesweepError('DATASET_INVALID', `${store.uri} has no comma2k19 drive`, {
    hint:
      'The layout comma2k19 expects folders <dongle>|<date>--<time>/<segment>/ (or with _ for the bar) somewhere ' +
      'below the root, each with global_pose/frame_times, frame_positions and frame_orientations.',
  });
}
