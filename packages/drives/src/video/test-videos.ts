import { spawn, spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  DecodedFrame,
  FrameFormat,
  FrameRequest,
  MediaRef,
  ObjectStore,
} from '@drivesweep/contracts';
import { DrivesweepError } from '@drivesweep/contracts';

/** Videos for tests in which each picture says its own number, so that a wrong index cannot hide. */

export const SIDE = 64;
export const GREY: FrameFormat = { height: 32, width: 32, colour: 'grey', resize: 'area' };

/** Upper half: number % 16; lower half: number / 16. Sixteen grey levels, 16 apart, survive lossy coding. */
function numberedPicture(number: number): Uint8Array {
  const picture = new Uint8Array(SIDE * SIDE);
  const level = (digit: number) => 8 + 16 * digit;
  picture.fill(level(number % 16), 0, picture.length / 2);
  picture.fill(level(Math.floor(number / 16) % 16), picture.length / 2);
  return picture;
}

/** The number that a decoded 32 x 32 grey picture shows. */
export function numberOf(pixels: Uint8Array): number {
  const digit = (row: number) => Math.round(((pixels[row * 32 + 16] ?? NaN) - 8) / 16);
  return digit(8) + 16 * digit(24);
}

/** Encodes `frames` numbered pictures at 25 frames/s; `args` follow the input. */
export async function encodeNumbered(
  path: string,
  frames: number,
  args: readonly string[],
): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${SIDE}x${SIDE}`, '-r', '25'];
  const all = ['-v', 'error', '-y', ...input, '-i', 'pipe:0', '-pix_fmt', 'yuv420p', ...args, path];
  const child = spawn('ffmpeg', all, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(Buffer.concat(Array.from({ length: frames }, (_, i) => numberedPicture(i))));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`ffmpeg ${all.join(' ')} exited with ${String(code)}`);
}

/** x264 with one key frame every `gop` frames and `bFrames` between references. */
export const h264 = (gop: number, bFrames: number, more = '') => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '12'],
  ...['-x264-params', `keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=${bFrames}${more}`],
];

export function runFfmpeg(args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args]);
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${String(stderr)}`);
}

export async function mp4(path: string, offset = 0, after = 0): Promise<MediaRef> {
  const { size } = await stat(path);
  return { kind: 'mp4', key: path, offset, bytes: size - offset - after };
}

export const request = (
  media: MediaRef,
  frameIndices: readonly number[],
  format = GREY,
): FrameRequest => ({
  camera: { name: 'front', frameTimesUs: new Float64Array(0), media },
  frameIndices,
  format,
});

/** Frames until the end or the error. */
export async function collect(frames: AsyncIterable<DecodedFrame>): Promise<{
  readonly frames: readonly DecodedFrame[];
  readonly error: unknown;
}> {
  const got: DecodedFrame[] = [];
  try {
    for await (const frame of frames) got.push(frame);
    return { frames: got, error: undefined };
  } catch (error) {
    return { frames: got, error };
  }
}

/** A store whose keys are absolute paths; `inPlace` false makes it look like a remote one. */
export class PathStore implements ObjectStore {
  readonly uri = 'file:///';
  /** Every read, as `head`, or the number of bytes of a range. */
  readonly reads: (number | 'head')[] = [];
  readonly inPlace: boolean;

  constructor(inPlace: boolean) {
    this.inPlace = inPlace;
  }

  async get(key: string): Promise<Uint8Array> {
    const { bytes } = await this.#stat(key);
    return this.getRange(key, 0, bytes);
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    this.reads.push(length);
    const chunks: Uint8Array[] = [];
    if (length === 0) return new Uint8Array(0);
    for await (const chunk of createReadStream(key, { start: offset, end: offset + length - 1 })) {
      if (chunk instanceof Uint8Array) chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async head(key: string) {
    this.reads.push('head');
    return this.#stat(key).catch(() => undefined);
  }

  localPath(key: string): string | null {
    return this.inPlace ? key : null;
  }

  put(): Promise<void> {
    return this.#readOnly();
  }

  putIfAbsent(): Promise<'created' | 'exists'> {
    return this.#readOnly();
  }

  delete(): Promise<void> {
    return this.#readOnly();
  }

  list(): AsyncIterable<never> {
    throw new DrivesweepError('INTERNAL', 'PathStore does not list');
  }

  #readOnly(): Promise<never> {
    return Promise.reject(new DrivesweepError('INTERNAL', 'PathStore is read-only'));
  }

  async #stat(key: string) {
    const file = await open(key);
    try {
      return { key, bytes: (await file.stat()).size };
    } finally {
      await file.close();
    }
  }
}

/** A folder for one test file, and what removes it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'drivesweep-video-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
