import type { CameraStream } from './drive.ts';
import { DrivesweepError } from './errors.ts';
import type { ErrorDetails } from './errors.ts';

/** Of a picture. */
export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

/** How Qwen's image processor chooses a size, see smartResize. */
export interface SmartResizeRule {
  /** Both sides are multiples of it. */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** How pixels are wanted. Planar: 3 x height x width bytes, R plane, then G, then B (grey: one plane). */
export interface FrameFormat extends PixelSize {
  readonly colour: 'rgb' | 'bgr' | 'grey';
  /**
   * Named resize filter; part of the preprocessing version. All of them look at every pixel when they make a picture
   * smaller. `bicubic` is ffmpeg's, cubic convolution with a = -0.6; `catmull-rom` has a = -0.5, which is what PIL
   * and torchvision call antialiased bicubic.
   */
  readonly resize: 'bicubic' | 'bilinear' | 'area' | 'catmull-rom';
  /**
   * Frames of a source for which this rule chooses another size than `height` x `width` are refused with
   * FRAME_SIZE_UNSUITABLE: stretched, they would look to the policy like nothing that it was trained on.
   */
  readonly smartResize?: SmartResizeRule;
}

export interface FrameRequest {
  readonly camera: CameraStream;
  /** Strictly increasing frame indices. */
  readonly frameIndices: readonly number[];
  readonly format: FrameFormat;
}

export interface DecodedFrame {
  readonly frameIndex: number;
  /** Planar u8, `channels * height * width` bytes; owned by the receiver. */
  readonly pixels: Uint8Array;
}

/**
 * A wanted frame did not come: FRAME_UNDECODABLE, FRAME_MISSING, FRAME_SIZE_UNSUITABLE or VIDEO_LIMIT. Every wanted
 * frame before it was given. Frames from `resumeAtFrame` on may be asked for again; null when the rest of the media is lost.
 */
export class FrameError extends DrivesweepError {
  readonly frameIndex: number;
  readonly resumeAtFrame: number | null;

  constructor(
    code: 'FRAME_UNDECODABLE' | 'FRAME_MISSING' | 'FRAME_SIZE_UNSUITABLE' | 'VIDEO_LIMIT',
    message: string,
    where: { readonly frameIndex: number; readonly resumeAtFrame: number | null },
    details: ErrorDetails = {},
  ) {
    super(code, message, details);
    this.frameIndex = where.frameIndex;
    this.resumeAtFrame = where.resumeAtFrame;
  }
}

/**
 * Port: decodes wanted frames of one camera, in order, with bounded time, memory and output. Throws a FrameError at
 * the first wanted frame that does not come, TOOL_MISSING, the store's errors, or the reason of the signal.
 */
export interface FrameDecoder {
  decode(request: FrameRequest, signal: AbortSignal): AsyncIterable<DecodedFrame>;
}
