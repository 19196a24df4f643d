import { DrivesweepError } from '@drivesweep/contracts';
import type { PlanarPicture } from './encode-jpeg.ts';
import { chunksOf } from './labelled-frames.ts';
import { DEFAULT_DECODE_LIMITS } from './limits.ts';
import { encodeArguments } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';

/** Training looks closer than people do. */
const QUALITY = 2;

/**
 * Pictures of one size as JPEGs, in their order, by one process: starting one costs more than a picture. Pictures are
 * asked for as they are needed. The same pictures are the same bytes where ffmpeg is the same.
 * Errors: TOOL_MISSING, INTERNAL when ffmpeg fails or gives another number of pictures, or the reason of the signal.
 */
export async function encodeJpegs(
  pictures: AsyncIterable<PlanarPicture>,
  { width, height }: Pick<PlanarPicture, 'width' | 'height'>,
  signal: AbortSignal,
  ffmpeg = 'ffmpeg',
): Promise<Uint8Array[]> {
  const args = encodeArguments(width, height, { pictures: 'all', quality: QUALITY });
  const tool = new ToolProcess({ command: ffmpeg, args, signal, ...DEFAULT_DECODE_LIMITS });
  try {
    const writing = writeAll(tool, pictures, 3 * width * height);
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(tool, tool.stdout)) chunks.push(Uint8Array.from(chunk));
    const written = await writing;
    await tool.ended();
    tool.assertRunnable();
    const jpegs = splitJpegs(Buffer.concat(chunks));
    if (tool.succeeded && jpegs.length === written) return jpegs;
    const what = `${jpegs.length} of ${written} JPEGs`;
    throw new DrivesweepError('INTERNAL', `${what}: ${tool.complaint ?? tool.ending}`);
  } finally {
    await tool.stop();
  }
}

/** Planes in the order of ffmpeg's gbrp. Ends early when ffmpeg no longer reads. */
async function writeAll(
  tool: ToolProcess,
  pictures: AsyncIterable<PlanarPicture>,
  bytes: number,
): Promise<number> {
  let written = 0;
  for await (const { pixels } of pictures) {
    if (pixels.length !== bytes) {
      throw new DrivesweepError('INTERNAL', `a picture of ${bytes} bytes has ${pixels.length}`);
    }
    const plane = bytes / 3;
    const green = pixels.subarray(plane, 2 * plane);
    const blue = pixels.subarray(2 * plane);
    for (const part of [green, blue, pixels.subarray(0, plane)]) {
      if (!(await tool.write(part))) return written;
    }
    written += 1;
  }
  await tool.endInput();
  return written;
}

/**
 * Cuts JPEGs that lie end to end. An end marker (FF D9) cannot stand inside of one: in coded data FF is followed by 00
 * or by a restart marker, and ffmpeg writes no thumbnails.
 */
function splitJpegs(bytes: Uint8Array): Uint8Array[] {
  const jpegs: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i + 1 < bytes.length; i += 1) {
    if (bytes[i] !== 0xff || bytes[i + 1] !== 0xd9) continue;
    jpegs.push(bytes.slice(start, i + 2));
    start = i + 2;
  }
  return jpegs;
}
