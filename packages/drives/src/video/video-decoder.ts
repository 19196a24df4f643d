import { DrivesweepError } from '@drivesweep/contracts';
import type { DecodedFrame, FrameError, FrameRequest } from '@drivesweep/contracts';
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
import { unsuitableSize } from './suitable-size.ts';
import { videoArguments } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';
import type { FrameSize, VideoTools } from './video-tools.ts';

/** Measured on two cores with 1080p H.264: a process costs about 0.07 s, a frame 5 ms. */
const START_S = 0.07;
const SECONDS_PER_PIXEL = 2.5e-9;

/** Media that are remembered; a 20 s drive has seven of 5 KB. */
const KEPT_MEDIA = 256;

/** Passes from the first frame that may be spent per media on proving that it is damaged. */
const MAX_WASTED_PASSES = 2;

/**
 * What is remembered of a media.
 *
 * A key frame need not be a place to start: in H.264 with open groups of pictures what follows it may refer to
 * what came before, which ffmpeg reports as an error. So when nothing at all comes after a seek, the frame is
 * tried from the first frame on. If it comes, this media is never seeked in again; if not, the damage is real.
 */
interface KnownMedia {
  readonly index: MediaIndex;
  seekable: boolean;
  wastedPasses: number;
}

/** Decodes wanted frames of MP4 media. */
export class VideoDecoder {
  readonly #files: MediaFiles;
  readonly #tools: VideoTools;
  /** In order of last use. */
  readonly #known = new Map<string, KnownMedia>();

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
    const place = { frameIndex: first, resumeAtFrame: null };
    const refuse = ({ code, reason }: MediaRefusal | UnsuitableMedia) =>
      frameFailure(code, request, place, media.key, reason);
    const { maxBytes } = this.#tools.limits;
    if (media.bytes > maxBytes) {
      throw refuse({ code: 'VIDEO_LIMIT', reason: `${media.bytes} bytes, more than ${maxBytes}` });
    }
    const lease = await this.#files.lease(media, signal).catch((error: unknown) => {
      // The drive lacks a file: that is no reason to stop a sweep.
      const absent = error instanceof DrivesweepError && error.code === 'OBJECT_NOT_FOUND';
      throw absent ? refuse({ code: 'FRAME_MISSING', reason: 'there is no such object' }) : error;
    });
    try {
      const known = await this.#look(media, lease.url, signal);
      if ('reason' in known) throw refuse(known);
      const unsuitable = unsuitableSize(known.index, request.format);
      if (unsuitable !== null) throw refuse({ code: 'FRAME_SIZE_UNSUITABLE', reason: unsuitable });
      yield* this.#decodeKnown({ media, url: lease.url, known, request, signal });
    } finally {
      await lease.release();
    }
  }

  /** Width and height that the index of a media names; nothing is decoded. */
  async frameSize(media: Mp4Ref, signal: AbortSignal): Promise<FrameSize> {
    const lease = await this.#files.lease(media, signal);
    try {
      const known = await this.#look(media, lease.url, signal);
      if ('reason' in known) throw new DrivesweepError(known.code, `${media.key}: ${known.reason}`);
      return { width: known.index.width, height: known.index.height };
    } finally {
      await lease.release();
    }
  }

  async #look(media: Mp4Ref, url: string, signal: AbortSignal): Promise<KnownMedia | MediaRefusal> {
    const name = mediaName(media);
    const { ffprobe, limits } = this.#tools;
    let known = this.#known.get(name);
    if (!known) {
      const index = await probeMedia(ffprobe, url, limits, signal);
      if ('reason' in index) return index;
      known = { index, seekable: true, wastedPasses: 0 };
    }
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_MEDIA && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async *#decodeKnown(job: Job): AsyncGenerator<DecodedFrame, void, undefined> {
    const { index } = job.known;
    const count = index.ptsUs.length;
    const costs = { startS: START_S, frameS: index.width * index.height * SECONDS_PER_PIXEL };
    const { frameIndices } = job.request;
    const present = frameIndices.filter((frameIndex) => frameIndex < count);
    // Planned anew after each run: the media may turn out not to be seekable.
    for (let done = 0; done < present.length;) {
      const keys = job.known.seekable ? index.keyFrameIndices : [];
      const [segment] = planDecode(present.slice(done), keys, count, costs);
      if (!segment) return;
      yield* this.#decodeSegment(job, segment);
      done += segment.frameIndices.length;
    }
    const beyond = frameIndices[present.length];
    if (beyond === undefined) return;
    const reason = index.truncated
      ? `the video is cut off after ${count} frames`
      : `the video holds ${count} frames`;
    const place = { frameIndex: beyond, resumeAtFrame: null };
    throw frameFailure('FRAME_UNDECODABLE', job.request, place, job.media.key, reason);
  }

  async *#decodeSegment(
    job: Job,
    segment: DecodeSegment,
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const { known } = job;
    const { startFrame, frameIndices } = segment;
    const failed = yield* this.#run(job, segment);
    if (failed === undefined) return;
    const nothingCame = failed.frameIndex === frameIndices[0];
    const fault = failed.code === 'FRAME_UNDECODABLE';
    const worthAPass = nothingCame && startFrame > 0 && known.wastedPasses < MAX_WASTED_PASSES;
    if (!fault || !worthAPass) throw failed;
    const failedAgain = yield* this.#run(job, { startFrame: 0, frameIndices });
    if (failedAgain?.frameIndex === frameIndices[0]) known.wastedPasses += 1;
    else known.seekable = false;
    if (failedAgain) throw failedAgain;
  }

  /**
   * Runs ffmpeg once and gives the frames that come; answers with why the first of the others did not. Frames are
   * known by their times, so that one that is left out is noticed at the next.
   */
  async *#run(
    { media, url, known, request, signal }: Job,
    { startFrame, frameIndices }: DecodeSegment,
  ): AsyncGenerator<DecodedFrame, FrameError | undefined, undefined> {
    const { ffmpeg, threads, limits } = this.#tools;
    const { format } = request;
    const { ptsUs: timesUs, keyFrameIndices } = known.index;
    const args = videoArguments({
      url,
      seekUs: startFrame === 0 ? null : timeInside(timesUs, startFrame),
      selection: selectFrames(timesUs, frameIndices),
      format,
      threads,
      maxPixels: limits.maxPixels,
    });
    const tool = new ToolProcess({ command: ffmpeg, args, signal, ...limits });
    try {
      let next = 0;
      let leftOut = false;
      for await (const { ptsUs, pixels } of labelledFrames(tool, format)) {
        const wanted = frameIndices[next] ?? NaN;
        const dueUs = timesUs[wanted] ?? NaN;
        if (ptsUs < dueUs - LABEL_TOLERANCE_US) continue;
        leftOut = ptsUs > dueUs + LABEL_TOLERANCE_US;
        if (leftOut) break;
        next += 1;
        signal.throwIfAborted();
        yield { frameIndex: wanted, pixels };
        if (next === frameIndices.length) return undefined;
      }
      const frameIndex = frameIndices[next] ?? NaN;
      const nextKey = keyFrameIndices.find((key) => key > frameIndex) ?? null;
      const place = { frameIndex, resumeAtFrame: known.seekable ? nextKey : null };
      return await explainMissing(tool, leftOut, request, place, media.key, limits);
    } finally {
      await tool.stop();
    }
  }
}

interface UnsuitableMedia {
  readonly code: 'FRAME_SIZE_UNSUITABLE';
  readonly reason: string;
}

/** One call of decode, on media that are open and known. */
interface Job {
  readonly media: Mp4Ref;
  readonly url: string;
  readonly known: KnownMedia;
  readonly request: FrameRequest;
  readonly signal: AbortSignal;
}

/** Both sides round ticks to whole microseconds. */
const LABEL_TOLERANCE_US = 2;

/** A time that seeking turns into this frame: a little after its own, which is rounded. */
function timeInside(ptsUs: Float64Array, frame: number): number {
  const own = ptsUs[frame] ?? 0;
  const after = ptsUs[frame + 1] ?? own + 2;
  return own + Math.floor((after - own) / 2);
}
