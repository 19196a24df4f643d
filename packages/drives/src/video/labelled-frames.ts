import type { Readable } from 'node:stream';
import type { FrameFormat } from '@drivesweep/contracts';
import { FrameAssembler } from './planar-frames.ts';
import type { ToolProcess } from './tool-process.ts';

interface LabelledFrame {
  /** The time that ffmpeg itself gives this frame: the proof of which frame it is. */
  readonly ptsUs: number;
  readonly pixels: Uint8Array;
}

/**
 * The frames that a running ffmpeg puts out, each with its time from the second pipe. Nothing is read while the
 * consumer does not ask, so ffmpeg waits too. Ends when the output ends, for whatever reason.
 */
export async function* labelledFrames(
  tool: ToolProcess,
  format: FrameFormat,
): AsyncGenerator<LabelledFrame, void, undefined> {
  const labels = frameTimes(tool.labels);
  const assembler = new FrameAssembler(format);
  for await (const chunk of chunksOf(tool, tool.stdout)) {
    for (const pixels of assembler.push(chunk)) {
      const label = await tool.within(labels.next());
      if (label.done) return;
      yield { ptsUs: label.value, pixels };
    }
  }
}

/** Every chunk of the stream; the tool is killed when one does not come in time. A broken pipe is an end. */
export async function* chunksOf(
  tool: ToolProcess,
  stream: Readable,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = bytesOf(stream);
  for (;;) {
    const chunk = await tool.within(chunks.next());
    if (chunk.done) return;
    yield chunk.value;
  }
}

async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch {
    // Killed: why is known to the one who killed it.
  }
}

/** Lines `frame:12   pts:400000  pts_time:0.4`, among others. */
async function* frameTimes(stream: Readable): AsyncGenerator<number, void, undefined> {
  let rest = '';
  for await (const chunk of bytesOf(stream)) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const pts = /^frame:\d+\s+pts:(-?\d+)/.exec(line)?.[1];
      if (pts !== undefined) yield Number(pts);
    }
  }
}

/** All that a tool writes to its standard output, as text; at most `maxBytes`, after which it is not read on. */
export async function textOf(
  tool: ToolProcess,
  maxBytes: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(tool, tool.stdout)) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) return { text: '', whole: false };
  }
  return { text: Buffer.concat(chunks).toString('latin1'), whole: true };
}
