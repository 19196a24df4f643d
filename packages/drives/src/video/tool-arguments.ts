import type { FrameFormat } from '@drivesweep/contracts';
import type { FrameSelection } from './frame-selection.ts';
import type { DecodeLimits } from './limits.ts';
import { pixelFormatOf } from './planar-frames.ts';

/**
 * Every argument list that is given to ffmpeg and ffprobe.
 *
 * Pixels are part of a sweep's numbers, so the scaler is told everything that could differ between machines:
 * the filter, accurate rounding, full chroma interpolation and bit-exact code paths. The colour matrix and range
 * are those that the media declares, else BT.601 limited range; frames are not turned by a rotation tag.
 *
 * swscale's bicubic has a = -0.6 and, as a filter of ffmpeg 5, cannot be told another; it resizes while it converts
 * colours. For `catmull-rom` it only converts, at full size, as PIL and torchvision are given pictures, and zimg resizes
 * each plane by itself with a = -0.5 (b = 0, c = 0.5). Both average over all pixels when they make a picture smaller.
 */
const SCALER_EXACTNESS = 'accurate_rnd+full_chroma_int+bitexact';

/** Only files and pipes: a media must not make a tool open the network. */
const PROTOCOLS = 'file,pipe,subfile';

/** Largest single allocation: a table of contents that declares billions of frames is refused. */
const MAX_ALLOCATION_BYTES = 2 ** 30;

/** The descriptor on which each frame's time comes out, one text line per frame. */
export const LABEL_FD = 3;

/**
 * `-f mov` is said, not guessed: a play list under a name in .mp4 must not be followed to other files.
 * `V` leaves out cover pictures, which are video streams too.
 */
export function probeArguments(url: string): string[] {
  const entries = 'packet=pts,dts,flags:stream=width,height,time_base,nb_frames';
  return [
    ...['-hide_banner', '-v', 'error', '-max_alloc', `${MAX_ALLOCATION_BYTES}`],
    ...['-protocol_whitelist', PROTOCOLS, '-f', 'mov', '-select_streams', 'V:0'],
    ...['-show_entries', entries, '-of', 'compact', '-i', url],
  ];
}

interface VideoRun {
  readonly url: string;
  /** Null to begin at the beginning, else a time inside the key frame to start at. */
  readonly seekUs: number | null;
  readonly selection: FrameSelection;
  readonly format: FrameFormat;
  readonly threads: number;
  readonly maxPixels: DecodeLimits['maxPixels'];
}

/**
 * One pass over an MP4. Any damage that the decoder notices ends it (`-xerror`, `explode`): after a fault the
 * frames up to the next key frame would be built on it and look like pictures.
 */
export function videoArguments(run: VideoRun): string[] {
  const seek =
    run.seekUs === null
      ? []
      : ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', (run.seekUs / 1e6).toFixed(6)];
  const select = `select='${run.selection.expression}'`;
  return [
    ...commonArguments(run.threads, run.maxPixels),
    ...['-xerror', ...seek, '-f', 'mov', '-i', run.url, '-map', '0:V:0'],
    ...outputArguments(run.format, select, run.selection.passing),
  ];
}

/**
 * JPEGs on standard input as a multipart stream, in which every picture says its length: a damaged one costs no
 * other. It is skipped, and the times of those that come say which.
 */
export function jpegArguments(format: FrameFormat, threads: number, maxPixels: number): string[] {
  return [
    ...commonArguments(threads, maxPixels),
    ...['-f', 'mpjpeg', '-i', 'pipe:0', '-map', '0:v:0'],
    ...outputArguments(format, null, null),
  ];
}

/** Time between two pictures of the multipart stream: ffmpeg counts 25 to the second. */
export const JPEG_PERIOD_US = 40_000;

/** One picture of the multipart stream, without its bytes. */
export function jpegPartHeader(bytes: number): string {
  return `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${bytes}\r\n\r\n`;
}

export interface EncodeOptions {
  /** One picture, or all that come. */
  readonly pictures?: 'one' | 'all';
  /** 2 is best, 31 worst; 5 looks right on a page. */
  readonly quality?: number;
}

/** Raw gbrp pictures on standard input, JPEGs on standard output. */
export function encodeArguments(
  width: number,
  height: number,
  { pictures = 'one', quality = 5 }: EncodeOptions = {},
): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-filter_threads', '1'],
    ...['-protocol_whitelist', PROTOCOLS, '-f', 'rawvideo', '-pix_fmt', 'gbrp'],
    ...['-s', `${width}x${height}`, '-i', 'pipe:0'],
    ...(pictures === 'one' ? ['-frames:v', '1'] : []),
    ...['-vf', `scale=flags=bicubic+${SCALER_EXACTNESS}`, '-pix_fmt', 'yuvj420p'],
    ...['-c:v', 'mjpeg', '-q:v', `${quality}`, '-threads', '1', '-flags', '+bitexact'],
    ...['-f', 'mjpeg', 'pipe:1'],
  ];
}

function commonArguments(threads: number, maxPixels: number): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-max_alloc', `${MAX_ALLOCATION_BYTES}`],
    ...['-filter_threads', '1', '-copyts', '-noautorotate', '-protocol_whitelist', PROTOCOLS],
    ...['-err_detect', 'explode', '-max_pixels', `${maxPixels}`, '-threads', `${threads}`],
  ];
}

function scaling({ width, height, resize, colour }: FrameFormat): string[] {
  if (resize !== 'catmull-rom') {
    return [`scale=${width}:${height}:flags=${resize}+${SCALER_EXACTNESS}`];
  }
  return [
    `scale=flags=bicubic+${SCALER_EXACTNESS}`,
    `format=${pixelFormatOf(colour)}`,
    `zscale=w=${width}:h=${height}:filter=bicubic:param_a=0:param_b=0.5`,
  ];
}

function outputArguments(
  format: FrameFormat,
  select: string | null,
  frames: number | null,
): string[] {
  const filters = [
    'settb=1/1000000',
    ...(select === null ? [] : [select]),
    ...scaling(format),
    // The filter prints the time of a frame that carries any metadata at all.
    'metadata=mode=add:key=w:value=1',
    `metadata=mode=print:file=pipe\\\\:${LABEL_FD}:direct=1`,
  ];
  return [
    ...['-an', '-sn', '-dn', '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-pix_fmt', pixelFormatOf(format.colour)],
    ...(frames === null ? [] : ['-frames:v', `${frames}`]),
    ...['-f', 'rawvideo', 'pipe:1'],
  ];
}
