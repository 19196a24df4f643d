import { DrivesweepError } from '@drivesweep/contracts';
import { chunksOf } from './labelled-frames.ts';
import { DEFAULT_DECODE_LIMITS } from './limits.ts';
import { encodeArguments } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';

/** Pixels as a FrameDecoder gives them for `colour: 'rgb'`: 3 x height x width bytes, R plane, then G, then B. */
export interface PlanarPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * One picture as a JPEG, small enough for a page. The same picture is the same bytes where ffmpeg is the same.
 * Errors: TOOL_MISSING, INTERNAL when ffmpeg fails, or the reason of the signal.
 */
export async function encodeJpeg(
  picture: PlanarPicture,
  signal: AbortSignal,
  ffmpeg = 'ffmpeg',
): Promise<Uint8Array> {
  const { width, height, pixels } = picture;
  const plane = width * height;
  if (pixels.length !== 3 * plane) {
    const message = `a picture of ${width} x ${height} has ${pixels.length} bytes`;
    throw new DrivesweepError('INTERNAL', message);
  }
  const args = encodeArguments(width, height);
  const tool = new ToolProcess({ command: ffmpeg, args, signal, ...DEFAULT_DECODE_LIMITS });
  try {
    const writing = writeAll(tool, [
      pixels.subarray(plane, 2 * plane),
      pixels.subarray(2 * plane),
      pixels.subarray(0, plane),
    ]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(tool, tool.stdout)) chunks.push(Uint8Array.from(chunk));
    await writing;
    await tool.ended();
    tool.assertRunnable();
    if (tool.succeeded && chunks.length > 0) return Buffer.concat(chunks);
    throw new DrivesweepError('INTERNAL', `no JPEG: ${tool.complaint ?? tool.ending}`);
  } finally {
    await tool.stop();
  }
}

/** Planes in the order of ffmpeg's gbrp. Ends early when ffmpeg no longer reads. */
async function writeAll(tool: ToolProcess, planes: readonly Uint8Array[]): Promise<void> {
  for (const plane of planes) {
    if (!(await tool.write(plane))) return;
  }
  await tool.endInput();
}
