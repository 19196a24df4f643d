import type { CameraStream } from './drive.ts';

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

/** Port: decodes wanted frames of one camera, in order, with bounded time, memory and output. */
export interface FrameDecoder {
  decode(request: FrameRequest, signal: AbortSignal): AsyncIterable<DecodedFrame>;
}
