import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DrivesweepError } from '@drivesweep/contracts';

export interface VideoFormat {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/**
 * Port: encodes pictures (bytes R, G, B, ignored; row by row) as one MP4 file. `frames` may reuse one buffer: a
 * frame is consumed before the next one is asked for.
 */
export type VideoEncoder = (
  format: VideoFormat,
  frames: Iterable<Uint8Array>,
) => Promise<Uint8Array>;

const INSTALL_HINT = 'Install it: apt-get install ffmpeg, brew install ffmpeg, or see ffmpeg.org.';
const KEY_FRAME_EVERY = 30;

/**
 * Encodes with an ffmpeg child: H.264, constant rate, a key frame each second, one thread and no encoder marks, so
 * that the same frames give the same bytes with the same ffmpeg. Errors: TOOL_MISSING, INTERNAL with ffmpeg's words.
 */
export function ffmpegEncoder(ffmpeg = 'ffmpeg'): VideoEncoder {
  return async (format, frames) => {
    const folder = await mkdtemp(join(tmpdir(), 'drivesweep-video-'));
    try {
      const file = join(folder, 'out.mp4');
      await pipeInto(ffmpeg, argumentsFor(format, file), frames);
      return new Uint8Array(await readFile(file));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function argumentsFor({ width, height, framesPerSecond }: VideoFormat, file: string): string[] {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb0', '-s', `${width}x${height}`];
  const rate = ['-r', String(framesPerSecond), '-i', '-'];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-bf', '0'];
  const keys = ['-g', String(KEY_FRAME_EVERY), '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];
  const same = ['-threads', '1', '-fflags', '+bitexact', '-flags:v', '+bitexact'];
  const file4 = ['-map_metadata', '-1', '-movflags', '+faststart', '-y', file];
  return [
    '-hide_banner',
    '-loglevel',
    'error',
    ...input,
    ...rate,
    ...codec,
    ...keys,
    ...same,
    ...file4,
  ];
}

async function pipeInto(
  ffmpeg: string,
  args: readonly string[],
  frames: Iterable<Uint8Array>,
): Promise<void> {
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (words = (words + text).slice(-4000)));
  // Settles once: how the child ended, or why it never began. A broken pipe shows there too.
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const gone = new AbortController();
  void ended.then(
    () => gone.abort(),
    () => gone.abort(),
  );
  try {
    for (const frame of frames) {
      if (gone.signal.aborted) break;
      // A copy, because the pipe may still hold it when the caller draws the next frame.
      if (!child.stdin.write(frame.slice())) {
        await once(child.stdin, 'drain', { signal: gone.signal }).catch(() => undefined);
      }
    }
    child.stdin.end();
    const code = await ended;
    if (code !== 0) {
      throw new DrivesweepError('INTERNAL', `${ffmpeg} ended with ${code}: ${words.trim()}`);
    }
  } catch (thrown) {
    child.kill('SIGKILL');
    if (isMissing(thrown)) {
      const message = `${ffmpeg} is needed to encode camera video and is not installed`;
      throw new DrivesweepError('TOOL_MISSING', message, { hint: INSTALL_HINT, cause: thrown });
    }
    throw thrown;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
