import { DrivesweepError } from '@drivesweep/contracts';
import type { CameraStream } from '@drivesweep/contracts';
import { encodeJpeg } from './encode-jpeg.ts';
import type { ClosableFrameDecoder } from './frame-decoder.ts';

/** One frame as a JPEG. */
export interface Still {
  readonly jpeg: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * A frame of a camera as a JPEG of at most `widthPx` across, its sides in proportion and even.
 * Errors: those of FrameDecoder and `encodeJpeg`.
 */
export async function captureStill(
  decoder: ClosableFrameDecoder,
  camera: CameraStream,
  frameIndex: number,
  widthPx: number,
  signal: AbortSignal,
): Promise<Still> {
  const size = await decoder.frameSize(camera, signal);
  const width = even(Math.min(widthPx, size.width));
  const height = even((width * size.height) / size.width);
  const format = { width, height, colour: 'rgb', resize: 'area' } as const;
  const request = { camera, frameIndices: [frameIndex], format };
  for await (const { pixels } of decoder.decode(request, signal)) {
    const jpeg = await encodeJpeg({ width, height, pixels }, signal);
    return { jpeg, widthPx: width, heightPx: height };
  }
  throw new DrivesweepError('FRAME_MISSING', `camera ${camera.name} gave no frame ${frameIndex}`);
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
