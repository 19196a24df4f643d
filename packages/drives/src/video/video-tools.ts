import type { DecodeLimits } from './limits.ts';

/** The programs that decode, and how they may be used. */
export interface VideoTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** Decoder threads of each ffmpeg. More of them cost CPU seconds and memory; one is the cheapest. */
  readonly threads: number;
  readonly limits: DecodeLimits;
}

/** Of a coded frame, in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}
