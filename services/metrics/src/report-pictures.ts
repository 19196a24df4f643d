import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { CameraStream, DriveReader } from '@drivesweep/contracts';
import { captureStill, findFrameIndexAt } from '@drivesweep/drives';
import type { ClosableFrameDecoder } from '@drivesweep/drives';
import type { PictureToShow } from '@drivesweep/report';

const FRONT_CAMERA = 'camera_front_wide_120fov';
const WIDTH_PX = 640;
/** A dataset that is this slow to answer is not waited for: the page is worth more than its pictures. */
export const PICTURES_MS = 120_000;

/** What takes pictures of one dataset. */
export interface PictureSource {
  readonly reader: DriveReader;
  readonly decoder: ClosableFrameDecoder;
}

/** Gives the camera frame of a window at t0, or says why there is none; never throws. */
export type TakePicture = (driveId: string, t0Us: number | null) => Promise<PictureToShow>;

/**
 * Takes pictures one after the other. What would fail for every window (no dataset, no ffmpeg) is tried once.
 * @param open opens the dataset of the sweep
 */
export function createPictureTaker(open: () => PictureSource, signal: AbortSignal): TakePicture {
  const cameras = new Map<string, CameraStream>();
  let source: PictureSource | undefined;
  let lost: string | undefined;

  const take = async (driveId: string, t0Us: number): Promise<PictureToShow> => {
    source ??= open();
    const camera = cameras.get(driveId) ?? (await frontCamera(source.reader, driveId));
    cameras.set(driveId, camera);
    const frame = findFrameIndexAt(camera.frameTimesUs, t0Us);
    if (frame === undefined) throw noFrame(camera, t0Us);
    const still = await captureStill(source.decoder, camera, frame, WIDTH_PX, signal);
    return {
      kind: 'jpeg',
      base64: Buffer.from(still.jpeg).toString('base64'),
      widthPx: still.widthPx,
      heightPx: still.heightPx,
      camera: camera.name,
      offsetUs: (camera.frameTimesUs[frame] ?? t0Us) - t0Us,
    };
  };

  return async (driveId, t0Us) => {
    if (t0Us === null) return { kind: 'none', reason: 'the time of the window is not known' };
    if (lost !== undefined) return { kind: 'none', reason: lost };
    try {
      return await take(driveId, t0Us);
    } catch (thrown) {
      const error = asDrivesweepError(thrown);
      const reason = signal.aborted ? 'the dataset took too long to answer' : error.message;
      // What is not about this window would be the same for the next.
      if (error.kind !== 'window') lost = reason;
      return { kind: 'none', reason };
    }
  };
}

/** The wide front camera, else the first that the drive has. */
async function frontCamera(reader: DriveReader, driveId: string): Promise<CameraStream> {
  const front = await reader.openDrive(driveId, { cameras: [FRONT_CAMERA], obstacles: false });
  const [camera] = front.cameras;
  if (camera !== undefined) return camera;
  const whole = await reader.openDrive(driveId, { cameras: null, obstacles: false });
  const [any] = whole.cameras;
  if (any !== undefined) return any;
  throw new DrivesweepError('CAMERA_MISSING', `drive ${driveId} has no camera`);
}

function noFrame({ name }: CameraStream, t0Us: number): DrivesweepError {
  return new DrivesweepError(
    'FRAME_MISSING',
    `camera ${name} has no frame at or before ${t0Us} us`,
  );
}
