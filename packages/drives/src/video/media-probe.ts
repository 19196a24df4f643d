import type { DecodeLimits } from './limits.ts';
import { textOf } from './labelled-frames.ts';
import { parseMediaIndex } from './media-index.ts';
import type { MediaIndex } from './media-index.ts';
import { probeArguments } from './tool-arguments.ts';
import { ToolProcess } from './tool-process.ts';

/** Why a media cannot be used at all. */
export interface MediaRefusal {
  readonly code: 'FRAME_UNDECODABLE' | 'FRAME_MISSING' | 'VIDEO_LIMIT';
  readonly reason: string;
}

/** More than ffprobe writes for one packet. */
const REPORT_BYTES_PER_FRAME = 160;

/**
 * Reads a media's index with ffprobe: no frame is decoded for it beyond the few that ffprobe itself looks at.
 * Errors: TOOL_MISSING, or the reason of the signal.
 */
export async function probeMedia(
  ffprobe: string,
  url: string,
  limits: DecodeLimits,
  signal: AbortSignal,
): Promise<MediaIndex | MediaRefusal> {
  const args = probeArguments(url);
  const tool = new ToolProcess({ command: ffprobe, args, signal, ...limits });
  try {
    const report = await textOf(tool, limits.maxFrames * REPORT_BYTES_PER_FRAME);
    if (report.whole) await tool.ended();
    tool.assertRunnable();
    if (tool.stalled) return overLimit(`ffprobe gave nothing for ${limits.stallMs} ms`);
    if (!report.whole) return overLimit(`it holds more than ${limits.maxFrames} frames`);
    if (!report.text.includes('packet|'))
      return undecodable(`ffprobe: ${tool.complaint ?? 'it holds no frames'}`);
    return checked(parseMediaIndex(report.text), limits);
  } catch (error) {
    tool.assertRunnable();
    return undecodable(error instanceof Error ? error.message : String(error));
  } finally {
    await tool.stop();
  }
}

function checked(index: MediaIndex, limits: DecodeLimits): MediaIndex | MediaRefusal {
  if (!(index.width * index.height <= limits.maxPixels)) {
    return overLimit(`${index.width} x ${index.height} is more than ${limits.maxPixels} pixels`);
  }
  if (index.ptsUs.length > limits.maxFrames) {
    return overLimit(`it holds more than ${limits.maxFrames} frames`);
  }
  return index;
}

const overLimit = (reason: string): MediaRefusal => ({ code: 'VIDEO_LIMIT', reason });
const undecodable = (reason: string): MediaRefusal => ({ code: 'FRAME_UNDECODABLE', reason });
