import { DrivesweepError, FrameError } from '@drivesweep/contracts';
import type { FrameRequest } from '@drivesweep/contracts';
import type { DecodeLimits } from './limits.ts';
import type { ToolProcess } from './tool-process.ts';

/** The wanted frame that did not come, and from where on it is worth asking again. */
export interface FailurePlace {
  readonly frameIndex: number;
  readonly resumeAtFrame: number | null;
}

/** `source`: the key of the object that holds the frame. */
export function frameFailure(
  code: 'FRAME_UNDECODABLE' | 'FRAME_MISSING' | 'FRAME_SIZE_UNSUITABLE' | 'VIDEO_LIMIT',
  request: FrameRequest,
  place: FailurePlace,
  source: string,
  reason: string,
): FrameError {
  const what = `camera ${request.camera.name}, frame ${place.frameIndex} (${source})`;
  return new FrameError(code, `${what}: ${reason}`, place);
}

/**
 * Why a frame did not come out of ffmpeg, once it has ended. With `leftOut` a later frame came in its place, and
 * ffmpeg is stopped first. Throws what is not the fault of the media: TOOL_MISSING, or the reason of the signal.
 */
export async function explainMissing(
  tool: ToolProcess,
  leftOut: boolean,
  request: FrameRequest,
  place: FailurePlace,
  source: string,
  limits: DecodeLimits,
): Promise<FrameError> {
  if (leftOut) tool.interrupt();
  await tool.ended();
  tool.assertRunnable();
  if (tool.stalled) {
    const reason = `ffmpeg gave nothing for ${limits.stallMs} ms`;
    return frameFailure('VIDEO_LIMIT', request, place, source, reason);
  }
  requireZimg(tool);
  const complaint = tool.complaint;
  const silent = leftOut || tool.succeeded ? 'ffmpeg left the frame out' : tool.ending;
  const reason = complaint === undefined ? silent : `ffmpeg: ${complaint}`;
  const tooLarge = /max pixel count/.test(tool.stderr);
  return frameFailure(
    tooLarge ? 'VIDEO_LIMIT' : 'FRAME_UNDECODABLE',
    request,
    place,
    source,
    reason,
  );
}

/** An ffmpeg without zimg would otherwise make every frame look damaged. */
function requireZimg({ stderr }: ToolProcess): void {
  if (!/No such filter: 'zscale'/.test(stderr)) return;
  throw new DrivesweepError(
    'TOOL_MISSING',
    'this ffmpeg has no zscale filter, which resizes as the policy was trained',
    {
      hint: 'Install an ffmpeg that is built with libzimg, as those of Debian, Ubuntu and Homebrew are.',
    },
  );
}
