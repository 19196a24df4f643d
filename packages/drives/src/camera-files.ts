import { DrivesweepError } from '@drivesweep/contracts';
import type { CameraStream, ObjectStore } from '@drivesweep/contracts';
import { memberNameOf } from './feature-table.ts';
import type { Feature } from './feature-table.ts';
import { readParquetTable } from './parquet-table.ts';
import { zipError } from './zip-directory.ts';
import type { ZipDirectory } from './zip-directory.ts';
import type { ZipMember } from './zip-format.ts';
import { locateStoredMember, readZipMember, requireStored } from './zip-member.ts';

/** The cheap part of a camera: the times of its frames, and where its video should be. */
export interface CameraIndex {
  readonly name: string;
  readonly frameTimesUs: Float64Array;
  readonly archive: ZipDirectory;
  readonly video: ZipMember;
}

/**
 * Reads the times of a camera's frames out of the chunk's zip, and checks that the video is there and stored as it is.
 *
 * @throws CAMERA_MISSING when the zip has no such drive, DRIVE_UNREADABLE when what it has is damaged
 */
export async function readCameraIndex(
  store: ObjectStore,
  camera: Feature,
  archive: ZipDirectory,
  driveId: string,
): Promise<CameraIndex> {
  const member = (logicalName: string): ZipMember => {
    const name = memberNameOf(camera, logicalName, driveId) ?? logicalName;
    const found = archive.members.get(name);
    if (found) return found;
    throw new DrivesweepError('CAMERA_MISSING', `${archive.key} has no ${name}`);
  };
  const times = member('frame_timestamps');
  const video = member('video');
  requireStoredIn(archive, video);
  const bytes = await readZipMember(store, archive, times);
  const frameTimesUs = await readFrameTimes(bytes, `${archive.key}: ${times.name}`);
  return { name: camera.name, frameTimesUs, archive, video };
}

/** The camera with the byte range of its video. Reads 30 bytes of the zip, none of the video. */
export async function locateCamera(store: ObjectStore, index: CameraIndex): Promise<CameraStream> {
  const { offset, bytes } = await locateStoredMember(store, index.archive, index.video);
  return {
    name: index.name,
    frameTimesUs: index.frameTimesUs,
    media: { kind: 'mp4', key: index.archive.key, offset, bytes },
  };
}

/**
 * Times of the frames, integer microseconds, index = frame index in the video.
 *
 * @throws DRIVE_UNREADABLE when there is none, they do not strictly increase, or the file counts frames otherwise
 */
async function readFrameTimes(bytes: Uint8Array, what: string): Promise<Float64Array> {
  const columns = ['timestamp', 'frame_index'];
  const table = await readParquetTable(bytes, { what, code: 'DRIVE_UNREADABLE' }, columns);
  const timesUs = table.numbers('timestamp');
  if (timesUs.length === 0) throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: no frame`);
  const badTime = timesUs.findIndex((tUs, i) => !(tUs > (timesUs[i - 1] ?? -Infinity)));
  if (badTime >= 0) {
    const problem = `frame times do not strictly increase at frame ${badTime}`;
    throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: ${problem}`);
  }
  const indices = table.has('frame_index')
    ? table.numbers('frame_index')
    : timesUs.map((_, i) => i);
  const badIndex = indices.findIndex((frame, i) => frame !== i);
  if (badIndex >= 0) {
    const problem = `row ${badIndex} is frame ${indices[badIndex] ?? NaN}: expected every frame from 0`;
    throw new DrivesweepError('DRIVE_UNREADABLE', `${what}: ${problem}`);
  }
  return timesUs;
}

function requireStoredIn(archive: ZipDirectory, video: ZipMember): void {
  try {
    requireStored(video);
  } catch (error) {
    throw zipError(archive.key, error);
  }
}
