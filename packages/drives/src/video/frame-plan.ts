import { DrivesweepError } from '@drivesweep/contracts';
import type { CameraNeeds, CameraStream } from '@drivesweep/contracts';

/** The frames of one window, or why it cannot have them. */
export type WindowFrames =
  | {
      readonly t0Us: number;
      /** Frame indices [camera][offset], in the order of `names` and `offsetsUs`. */
      readonly frameIndices: readonly (readonly number[])[];
    }
  | {
      readonly t0Us: number;
      /** CAMERA_MISSING or FRAME_MISSING. */
      readonly error: DrivesweepError;
    };

export interface CameraFrames {
  readonly camera: CameraStream;
  /** Strictly increasing; every frame that some answerable window needs, and no other. */
  readonly frameIndices: readonly number[];
}

export interface FramePlan {
  /** In the order of `names`; cameras that the drive lacks are left out. */
  readonly cameras: readonly CameraFrames[];
  /** In the order of the windows that were asked for. */
  readonly windows: readonly WindowFrames[];
}

/** A frame may be this old at the least, however fast the camera is. */
const MIN_STALE_US = 200_000;

/**
 * Index of the last frame at or before `tUs`; undefined when `tUs` lies before the first.
 * `frameTimesUs` strictly increases.
 */
export function findFrameIndexAt(frameTimesUs: ArrayLike<number>, tUs: number): number | undefined {
  let low = 0;
  let high = frameTimesUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((frameTimesUs[middle] ?? Infinity) <= tUs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}

/**
 * Which frames the windows at `t0sUs` need from the cameras of a drive.
 *
 * The frame for a time is the last one at or before it. A frame that is older than two frame periods (and than
 * 0.2 s) does not stand for that time: the camera had stopped or dropped frames, and the window gets
 * FRAME_MISSING instead of an old picture. Windows that lack a frame ask for none.
 */
export function planFrames(
  needs: Pick<CameraNeeds, 'names' | 'offsetsUs'>,
  cameras: readonly CameraStream[],
  t0sUs: readonly number[],
): FramePlan {
  const streams = needs.names.map((name) => cameras.find((camera) => camera.name === name));
  const missingName = needs.names.find((_, i) => streams[i] === undefined);
  const present = streams.filter((stream) => stream !== undefined);
  const staleAfterUs = present.map((stream) => staleAfter(stream.frameTimesUs));
  const wanted = present.map(() => new Set<number>());

  const windows = t0sUs.map((t0Us): WindowFrames => {
    if (missingName !== undefined) {
      const message = `camera ${missingName} is not in the drive`;
      return { t0Us, error: new DrivesweepError('CAMERA_MISSING', message) };
    }
    const frameIndices: number[][] = [];
    for (const [c, camera] of present.entries()) {
      const found = framesAt(camera, staleAfterUs[c] ?? 0, t0Us, needs.offsetsUs);
      if (found instanceof DrivesweepError) return { t0Us, error: found };
      frameIndices.push(found);
    }
    frameIndices.forEach((indices, c) => indices.forEach((index) => wanted[c]?.add(index)));
    return { t0Us, frameIndices };
  });

  return {
    cameras: present.map((camera, c) => ({
      camera,
      frameIndices: [...(wanted[c] ?? [])].sort((a, b) => a - b),
    })),
    windows,
  };
}

function framesAt(
  camera: CameraStream,
  staleAfterUs: number,
  t0Us: number,
  offsetsUs: readonly number[],
): number[] | DrivesweepError {
  const indices: number[] = [];
  for (const offsetUs of offsetsUs) {
    const tUs = t0Us + offsetUs;
    const index = findFrameIndexAt(camera.frameTimesUs, tUs);
    if (index === undefined) {
      const first = camera.frameTimesUs[0];
      const begin = first === undefined ? 'it has no frames' : `its first is at ${first} us`;
      const message = `camera ${camera.name} has no frame at or before ${tUs} us: ${begin}`;
      return new DrivesweepError('FRAME_MISSING', message);
    }
    const frameTimeUs = camera.frameTimesUs[index] ?? NaN;
    if (!(tUs - frameTimeUs <= staleAfterUs)) {
      const message = `camera ${camera.name} has no fresh frame at ${tUs} us: the last is frame ${index} at ${frameTimeUs} us`;
      return new DrivesweepError('FRAME_MISSING', message);
    }
    indices.push(index);
  }
  return indices;
}

/** Two frame periods, at least 0.2 s. The period is the median gap, which dropped frames do not move. */
function staleAfter(frameTimesUs: Float64Array): number {
  const gaps = frameTimesUs.slice(1).map((t, i) => t - (frameTimesUs[i] ?? NaN));
  gaps.sort();
  return Math.max(MIN_STALE_US, 2 * (gaps[gaps.length >>> 1] ?? 0));
}
