import type { DecodedFrame, FrameRequest } from '@drivesweep/contracts';
import { planDecode } from './decode-plan.ts';
import type { DecodeSegment } from './decode-plan.ts';
import { explainMissing, frameFailure } from './frame-failure.ts';
import { selectFrames } from './frame-selection.ts';
import { labelledFrames } from './labelled-frames.ts';
import { mediaName } from './media-files.ts';
import type { MediaFiles, Mp4Ref } from './media-files.ts';
import type { MediaIndex } from './media-index.ts';
import { probeMedia } from './media-probe.ts';
import type { MediaRefusal } from './media-probe.ts';
import { videoArguments } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';
import type { VideoTools } from './video-tools.ts';

/** Measured on two cores with 1080p H.264: a process costs about 0.07 s, a frame 5 ms. */
const START_S = 0.07;
const SECONDS_PER_PIXEL = 2.5e-9;

/** Media whose index is kept; a 20 s drive has seven of 5 KB. */
const KEPT_INDICES = 256;

/** Decodes wanted frames of MP4 media. */
export class VideoDecoder {
  readonly #files: MediaFiles;
  readonly #tools: VideoTools;
  /** In order of last use. */
  readonly #indices = new Map<string, MediaIndex>();

  constructor(files: MediaFiles, tools: VideoTools) {
    this.#files = files;
    this.#tools = tools;
  }

  /** See FrameDecoder. */
  async *decode(
    media: Mp4Ref,
    request: FrameRequest,
    signal: AbortSignal,
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const first = request.frameIndices[0];
    if (first === undefined) return;
    const refuse = ({ code, reason }: MediaRefusal) =>
      frameFailure(code, request, { frameIndex: first, resumeAtFrame: null }, media.key, reason);
    const { maxBytes } = this.#tools.limits;
    if (media.bytes > maxBytes) {
      throw refuse({ code: 'VIDEO_LIMIT', reason: `${media.bytes} bytes, more than ${maxBytes}` });
    }
    const lease = await this.#files.lease(media, signal);
    try {
      const index = await this.#indexOf(media, lease.url, signal);
      if ('reason' in index) throw refuse(index);
      yield* this.#decodeIndexed(media, lease.url, index, request, signal);
    } finally {
      await lease.release();
    }
  }

  async #indexOf(
    media: Mp4Ref,
    url: string,
    signal: AbortSignal,
  ): Promise<MediaIndex | MediaRefusal> {
    const name = mediaName(media);
    const { ffprobe, limits } = this.#tools;
    const index = this.#indices.get(name) ?? (await probeMedia(ffprobe, url, limits, signal));
    if ('reason' in index) return index;
    this.#indices.delete(name);
    this.#indices.set(name, index);
    const [oldest] = this.#indices.keys();
    if (this.#indices.size > KEPT_INDICES && oldest !== undefined) this.#indices.delete(oldest);
    return index;
  }

  async *#decodeIndexed(
    media: Mp4Ref,
    url: string,
    index: MediaIndex,
    request: FrameRequest,
    signal: AbortSignal,
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const count = index.ptsUs.length;
    const known = request.frameIndices.filter((frameIndex) => frameIndex < count);
    const costs = { startS: START_S, frameS: index.width * index.height * SECONDS_PER_PIXEL };
    for (const segment of planDecode(known, index.keyFrameIndices, count, costs)) {
      yield* this.#decodeSegment(media, url, index, segment, request, signal);
    }
    const beyond = request.frameIndices[known.length];
    if (beyond === undefined) return;
    const reason = index.truncated
      ? `the video is cut off after ${count} frames`
      : `the video holds ${count} frames`;
    const where = { frameIndex: beyond, resumeAtFrame: null };
    throw frameFailure('FRAME_UNDECODABLE', request, where, media.key, reason);
  }

  /** Runs ffmpeg once. Frames are known by their times: one that is left out is noticed at the next. */
  async *#decodeSegment(
    media: Mp4Ref,
    url: string,
    index: MediaIndex,
    segment: DecodeSegment,
    request: FrameRequest,
    signal: AbortSignal,
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const { ffmpeg, threads, limits } = this.#tools;
    const { format } = request;
    const args = videoArguments({
      url,
      seekUs: segment.startFrame === 0 ? null : timeInside(index.ptsUs, segment.startFrame),
      selection: selectFrames(index.ptsUs, segment.frameIndices),
      format,
      threads,
      maxPixels: limits.maxPixels,
    });
    const tool = new ToolProcess({ command: ffmpeg, args, signal, ...limits });
    try {
      let next = 0;
      let leftOut = false;
      for await (const { ptsUs, pixels } of labelledFrames(tool, format)) {
        const wanted = segment.frameIndices[next] ?? NaN;
        const dueUs = index.ptsUs[wanted] ?? NaN;
        if (ptsUs < dueUs - LABEL_TOLERANCE_US) continue;
        leftOut = ptsUs > dueUs + LABEL_TOLERANCE_US;
        if (leftOut) break;
        next += 1;
        signal.throwIfAborted();
        yield { frameIndex: wanted, pixels };
        if (next === segment.frameIndices.length) return;
      }
      const frameIndex = segment.frameIndices[next] ?? NaN;
      const resumeAtFrame = index.keyFrameIndices.find((key) => key > frameIndex) ?? null;
      const place = { frameIndex, resumeAtFrame };
      throw await explainMissing(tool, leftOut, request, place, media.key, limits);
    } finally {
      await tool.stop();
    }
  }
}

/** Both sides round ticks to whole microseconds. */
const LABEL_TOLERANCE_US = 2;

/** A time that seeking turns into this frame: a little after its own, which is rounded. */
function timeInside(ptsUs: Float64Array, frame: number): number {
  const own = ptsUs[frame] ?? 0;
  const after = ptsUs[frame + 1] ?? own + 2;
  return own + Math.floor((after - own) / 2);
}
