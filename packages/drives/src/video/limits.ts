/** Bounds on what one media may cost: datasets come from elsewhere, and a file may be broken or hostile. */
export interface DecodeLimits {
  /** Of a video file. */
  readonly maxBytes: number;
  /** Of one JPEG: it is held in memory. */
  readonly maxImageBytes: number;
  /** Of one coded frame: width x height. */
  readonly maxPixels: number;
  readonly maxFrames: number;
  /** A tool that has given nothing for this long while it was waited for is killed. */
  readonly stallMs: number;
  /** How much of a tool's stderr is kept: the beginning, where the first fault is. */
  readonly maxStderrBytes: number;
  /** Copies of media from a remote store that may stay for the next shard of the drive. */
  readonly idleScratchBytes: number;
}

export const DEFAULT_DECODE_LIMITS: DecodeLimits = {
  maxBytes: 4 * 2 ** 30,
  maxImageBytes: 64 * 2 ** 20,
  maxPixels: 8192 * 4608,
  maxFrames: 500_000,
  stallMs: 60_000,
  maxStderrBytes: 8192,
  idleScratchBytes: 2 ** 30,
};
