import type { CameraStream } from './drive.ts';
import { DrivesweepError } from './errors.ts';
import type { ErrorDetails } from './errors.ts';

/** How pixels are wanted. Planar: 3 x height x width bytes, R plane, then G, then B (grey: one plane). */
export interface FrameFormat {
  readonly height: number;
  readonly width: number;
  readonly colour: 'rgb' | 'bgr' | 'grey';
  /** Named resize filter; part of the preprocessing version. */
  readonly resize: 'bicubic' | 'bilinear' | 'area';
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
 * A wanted frame did not come: FRAME_UNDECODABLE, FRAME_MISSING or VIDEO_LIMIT. Every wanted frame before it was
 * given. Frames from `resumeAtFrame` on may be asked for again; null when the rest of the media is lost.
 */
export class FrameError extends DrivesweepError {
  readonly frameIndex: number;
  readonly resumeAtFrame: number | null;

  constructor(
    code: 'FRAME_UNDECODABLE' | 'FRAME_MISSING' | 'VIDEO_LIMIT',
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
