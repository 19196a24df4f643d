import { DrivesweepError } from '@drivesweep/contracts';
import type { DecodedFrame, FrameFormat, FrameRequest, ObjectStore } from '@drivesweep/contracts';
import { explainMissing, frameFailure } from './frame-failure.ts';
import type { FailurePlace } from './frame-failure.ts';
import { jpegSize } from './jpeg-size.ts';
import { labelledFrames } from './labelled-frames.ts';
import { unsuitableSize } from './suitable-size.ts';
import { JPEG_PERIOD_US, jpegArguments, jpegPartHeader } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';
import type { FrameSize, VideoTools } from './video-tools.ts';

/** A picture that could not be handed to ffmpeg. */
interface FeedFailure {
  readonly frameIndex: number;
  readonly error: unknown;
}

/** Decodes wanted frames of media that are one JPEG object per frame. */
export class JpegDecoder {
  readonly #store: ObjectStore;
  readonly #tools: VideoTools;

  constructor(store: ObjectStore, tools: VideoTools) {
    this.#store = store;
    this.#tools = tools;
  }

  /**
   * See FrameDecoder. One ffmpeg reads the pictures from its standard input while they are fetched; the times of
   * those that come out say which could be decoded.
   */
  async *decode(
    keys: readonly string[],
    request: FrameRequest,
    signal: AbortSignal,
  ): AsyncGenerator<DecodedFrame, void, undefined> {
    const { frameIndices, format } = request;
    if (frameIndices.length === 0) return;
    const { limits, threads, ffmpeg } = this.#tools;
    const args = jpegArguments(format, threads, limits.maxPixels);
    const tool = new ToolProcess({ command: ffmpeg, args, signal, ...limits });
    const feeding = this.#feed(tool, keys, request);
    try {
      let next = 0;
      let leftOut = false;
      for await (const { ptsUs, pixels } of labelledFrames(tool, format)) {
        const frameIndex = frameIndices[next];
        leftOut = frameIndex === undefined || ptsUs !== next * JPEG_PERIOD_US;
        if (leftOut || frameIndex === undefined) break;
        next += 1;
        signal.throwIfAborted();
        yield { frameIndex, pixels };
      }
      const missing = frameIndices[next];
      if (missing === undefined) return;
      const place = { frameIndex: missing, resumeAtFrame: frameIndices[next + 1] ?? null };
      const source = keys[missing] ?? 'no key';
      const failure = await explainMissing(tool, leftOut, request, place, source, limits);
      const unfed = await feeding;
      throw unfed?.frameIndex === missing ? unfed.error : failure;
    } finally {
      await tool.stop();
      await feeding;
    }
  }

  /** Of the first picture; later ones are scaled to what is asked for, whatever their size. */
  async frameSize(keys: readonly string[]): Promise<FrameSize> {
    const [key] = keys;
    const object = key === undefined ? undefined : await this.#store.head(key);
    if (key === undefined || !object) {
      throw new DrivesweepError('FRAME_MISSING', `there is no picture ${key ?? ''}`);
    }
    const { maxImageBytes } = this.#tools.limits;
    if (object.bytes > maxImageBytes) {
      const found = `${key} has ${object.bytes} bytes, more than ${maxImageBytes}`;
      throw new DrivesweepError('VIDEO_LIMIT', found);
    }
    return jpegSize(await this.#store.get(key), key);
  }

  /** Gives ffmpeg one picture after the other, waiting while its pipe is full. Ends at the first that fails. */
  async #feed(
    tool: ToolProcess,
    keys: readonly string[],
    request: FrameRequest,
  ): Promise<FeedFailure | undefined> {
    for (const [i, frameIndex] of request.frameIndices.entries()) {
      try {
        const place = { frameIndex, resumeAtFrame: request.frameIndices[i + 1] ?? null };
        const picture = await this.#fetch(keys[frameIndex], request, place);
        const part = Buffer.concat([
          Buffer.from(jpegPartHeader(picture.length)),
          picture,
          Buffer.from('\r\n'),
        ]);
        if (!(await tool.write(part))) return undefined;
      } catch (error) {
        await tool.endInput();
        return { frameIndex, error };
      }
    }
    await tool.endInput();
    return undefined;
  }

  async #fetch(
    key: string | undefined,
    request: FrameRequest,
    place: FailurePlace,
  ): Promise<Uint8Array> {
    const object = key === undefined ? undefined : await this.#store.head(key);
    if (!object) {
      const reason = 'there is no such object';
      throw frameFailure('FRAME_MISSING', request, place, key ?? 'no key', reason);
    }
    const { maxImageBytes } = this.#tools.limits;
    if (object.bytes > maxImageBytes) {
      const reason = `${object.bytes} bytes, more than ${maxImageBytes}`;
      throw frameFailure('VIDEO_LIMIT', request, place, object.key, reason);
    }
    const picture = await this.#store.get(object.key);
    const unsuitable = unsuitablePicture(picture, object.key, request.format);
    if (unsuitable === null) return picture;
    throw frameFailure('FRAME_SIZE_UNSUITABLE', request, place, object.key, unsuitable);
  }
}

/** A picture that does not tell its size is left to ffmpeg, which says what is wrong with it. */
function unsuitablePicture(picture: Uint8Array, key: string, format: FrameFormat): string | null {
  if (!format.smartResize) return null;
  try {
    return unsuitableSize(jpegSize(picture, key), format);
  } catch (error) {
    if (error instanceof DrivesweepError && error.code === 'FRAME_UNDECODABLE') return null;
    throw error;
  }
}
