import type { EgomotionTrack } from '@drivesweep/geometry';
import type { ErrorCode } from './errors.ts';
import type { DatasetLayout } from './sweep-file.ts';

/**
 * One recorded drive in the internal form, whatever the dataset. Times are integer microseconds on the drive's
 * own clock. A reader gives what is recorded, as it is recorded: checking and cutting is done by who uses it.
 */
export interface Drive {
  readonly driveId: string;
  /** Poses of the vehicle in the recording's anchor frame, as recorded, not cut to the cameras. */
  readonly egomotion: EgomotionTrack;
  /** First and last time that windows may use: the egomotion, cut to the range of the cameras where there are any. */
  readonly span: DriveSpan;
  readonly cameras: readonly CameraStream[];
  /**
   * Null when the dataset has no labels for this drive, when they could not be read (then `problems` says why), or
   * when they were not asked for; empty when there are labels and nobody was seen.
   */
  readonly obstacles: readonly ObstacleTrack[] | null;
  /** Null when the dataset does not say how large the vehicle is. */
  readonly egoBox: EgoBox | null;
  readonly facts: DriveFacts;
  /** Streams that should be there and could not be read, and why: without it they would only be absent. */
  readonly problems?: readonly DriveProblem[];
}

export interface DriveProblem {
  /** Name of the camera, `obstacles` or `vehicle_dimensions`. */
  readonly stream: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface DriveSpan {
  readonly firstUs: number;
  readonly lastUs: number;
}

/** What the dataset knows about a drive and a slice may use: `country`, `split`, `scenario`, `hour_of_day` ... */
export type DriveFacts = Readonly<Record<string, string>>;

export interface CameraStream {
  /** The dataset's own name, for example `camera_front_wide_120fov`. */
  readonly name: string;
  /** Time of each frame, strictly increasing; index = frame index in the media. */
  readonly frameTimesUs: Float64Array;
  readonly media: MediaRef;
}

export type MediaRef =
  | {
      /** A whole MP4 file inside an object: the bytes [offset, offset + bytes) of `key` in the dataset's store. */
      readonly kind: 'mp4';
      readonly key: string;
      readonly offset: number;
      readonly bytes: number;
    }
  | {
      /** One JPEG object per frame, in frame order. */
      readonly kind: 'jpeg-frames';
      readonly keys: readonly string[];
    };

/** One object seen along the drive: oriented boxes in the vehicle's (rig) frame at each of its own times. */
export interface ObstacleTrack {
  readonly trackId: string;
  readonly className: string;
  readonly tUs: Float64Array;
  /** Box centre in the rig frame at the same time: x forward, y left, z up, metres. */
  readonly xRigM: Float64Array;
  readonly yRigM: Float64Array;
  readonly zRigM: Float64Array;
  /** Heading of the box in the rig frame at the same time, radians. */
  readonly yawRig: Float64Array;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
}

/** The vehicle itself, seen from above. Its poses are those of the middle of its rear axle. */
export interface EgoBox {
  readonly lengthM: number;
  readonly widthM: number;
  /** From the rear axle forward to the middle of the box. */
  readonly rearAxleToCentreM: number;
}

/** One line of a dataset's index: what is known about a drive without opening it. */
export interface DriveEntry {
  readonly driveId: string;
  readonly split: string | null;
  /** False when the dataset itself says that the drive must not be used. */
  readonly valid: boolean;
  /** Drives of one archive chunk share it; readers keep the chunk's directory, so shards of a chunk go together. */
  readonly chunk: string | null;
}

export interface DriveSelection {
  readonly split: readonly string[] | null;
  readonly ids: readonly string[] | null;
  readonly limit: number | null;
}

export interface DatasetInfo {
  readonly layout: DatasetLayout;
  /** What the dataset says of itself (26.03, 25.10 ...), when it does. */
  readonly detectedRevision: string | null;
  /** See datasetRefSchema. */
  readonly fingerprint: string;
  readonly driveCount: number;
}

export interface OpenDriveOptions {
  /** Camera names to read; null for every camera of the drive. An empty list reads no camera index but those that the span needs. */
  readonly cameras: readonly string[] | null;
  readonly obstacles: boolean;
}

/** Port: reads drives of one dataset. Errors are DrivesweepErrors with a `window` code where one drive is at fault. */
export interface DriveReader {
  describe(): Promise<DatasetInfo>;
  /** Drives in a stable order (by id); ids that are asked for and not there come too, with `valid` true, so that their windows become errors. */
  listDrives(selection: DriveSelection): AsyncIterable<DriveEntry>;
  /** The cheap part of openDrive: what planning needs. */
  readSpan(driveId: string): Promise<DriveSpan>;
  openDrive(driveId: string, options: OpenDriveOptions): Promise<Drive>;
}
