import type { CameraStream, FrameDecoder, ObjectStore } from '@drivesweep/contracts';
import { JpegDecoder } from './jpeg-decoder.ts';
import { DEFAULT_DECODE_LIMITS } from './limits.ts';
import type { DecodeLimits } from './limits.ts';
import { MediaFiles } from './media-files.ts';
import { VideoDecoder } from './video-decoder.ts';
import type { FrameSize } from './video-tools.ts';

export interface FrameDecoderOptions {
  readonly store: ObjectStore;
  /** Where copies of media go that cannot be read in place. Made when it is needed. */
  readonly scratchDir: string;
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  /** Decoder threads of each ffmpeg; 1 costs the fewest CPU seconds. */
  readonly threads?: number;
  readonly limits?: Partial<DecodeLimits>;
}

export interface ClosableFrameDecoder extends FrameDecoder {
  /** Of a camera's frames as they were coded. Errors: FRAME_MISSING, FRAME_UNDECODABLE, VIDEO_LIMIT, those of `decode`. */
  frameSize(camera: CameraStream, signal: AbortSignal): Promise<FrameSize>;
  /** Deletes the copies that are kept for the next shard. */
  close(): Promise<void>;
}

/**
 * A FrameDecoder over ffmpeg processes. It may decode several cameras at the same time, each with a process of
 * its own; an iteration that is left early, aborted or failed leaves neither process nor copy behind.
 */
export function createFrameDecoder(options: FrameDecoderOptions): ClosableFrameDecoder {
  const limits = { ...DEFAULT_DECODE_LIMITS, ...options.limits };
  const tools = {
    ffmpeg: options.ffmpeg ?? 'ffmpeg',
    ffprobe: options.ffprobe ?? 'ffprobe',
    threads: options.threads ?? 1,
    limits,
  };
  const files = new MediaFiles(options.store, options.scratchDir, limits.idleScratchBytes);
  const video = new VideoDecoder(files, tools);
  const jpeg = new JpegDecoder(options.store, tools);
  return {
    decode(request, signal) {
      const { media } = request.camera;
      return media.kind === 'mp4'
        ? video.decode(media, request, signal)
        : jpeg.decode(media.keys, request, signal);
    },
    frameSize: ({ media }, signal) =>
      media.kind === 'mp4' ? video.frameSize(media, signal) : jpeg.frameSize(media.keys),
    close: () => files.close(),
  };
}
