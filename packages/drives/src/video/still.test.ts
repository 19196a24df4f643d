import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { CameraStream } from '@drivesweep/contracts';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { encodeJpeg } from './encode-jpeg.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { jpegSize } from './jpeg-size.ts';
import { captureStill } from './still.ts';

const never = new AbortController().signal;

/** A picture of one colour. */
function plain(width: number, height: number, colour: readonly [number, number, number]) {
  const plane = width * height;
  const pixels = new Uint8Array(3 * plane);
  colour.forEach((level, c) => pixels.fill(level, c * plane, (c + 1) * plane));
  return { width, height, pixels };
}

/** The colour that ffmpeg sees in the middle of a JPEG. */
function colourOf(jpeg: Uint8Array): number[] {
  const args = ['-v', 'error', '-f', 'mjpeg', '-i', 'pipe:0', '-vf', 'crop=2:2', '-pix_fmt'];
  const raw = [...args, 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  return [...spawnSync('ffmpeg', raw, { input: jpeg }).stdout.subarray(0, 3)];
}

describe('a picture as a JPEG', () => {
  it('has the size and the colours of the picture', async () => {
    const jpeg = await encodeJpeg(plain(64, 36, [200, 100, 30]), never);
    expect(jpegSize(jpeg, 'it')).toEqual({ width: 64, height: 36 });
    const [r = 0, g = 0, b = 0] = colourOf(jpeg);
    expect(Math.max(Math.abs(r - 200), Math.abs(g - 100), Math.abs(b - 30))).toBeLessThan(6);
  });

  it('is the same bytes again', async () => {
    const encode = () => encodeJpeg(plain(64, 36, [1, 2, 3]), never);
    expect(Buffer.compare(await encode(), await encode())).toBe(0);
  });

  it('needs ffmpeg, and says so', async () => {
    const encoding = encodeJpeg(plain(2, 2, [1, 2, 3]), never, 'no-such-ffmpeg');
    await expect(encoding).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('is refused for a picture with too few pixels', async () => {
    const picture = { width: 4, height: 4, pixels: new Uint8Array(4) };
    await expect(encodeJpeg(picture, never)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a still of a camera', () => {
  function cameraOf(...pictures: readonly Uint8Array[]) {
    const store = new MemoryObjectStore();
    pictures.forEach((picture, i) => store.objects.set(`front/${i}.jpg`, picture));
    const keys = pictures.map((_, i) => `front/${i}.jpg`);
    const camera: CameraStream = {
      name: 'front',
      frameTimesUs: Float64Array.from(pictures, (_, i) => i * 100_000),
      media: { kind: 'jpeg-frames', keys },
    };
    return { camera, decoder: createFrameDecoder({ store, scratchDir: 'unused' }) };
  }

  it('is the frame that was asked for, in proportion', async () => {
    const [red, blue] = await Promise.all([
      encodeJpeg(plain(120, 80, [220, 10, 10]), never),
      encodeJpeg(plain(120, 80, [10, 10, 220]), never),
    ]);
    const { camera, decoder } = cameraOf(red, blue);
    const { jpeg, widthPx, heightPx } = await captureStill(decoder, camera, 1, 60, never);
    expect([widthPx, heightPx]).toEqual([60, 40]);
    expect(jpegSize(jpeg, 'it')).toEqual({ width: 60, height: 40 });
    expect(colourOf(jpeg)[2]).toBeGreaterThan(200);
  });

  it('is never larger than the frame', async () => {
    const { camera, decoder } = cameraOf(await encodeJpeg(plain(120, 80, [9, 9, 9]), never));
    expect(await captureStill(decoder, camera, 0, 640, never)).toMatchObject({ widthPx: 120 });
  });

  it('of something that is no JPEG says so by name', async () => {
    const { camera, decoder } = cameraOf(Uint8Array.of(1, 2, 3));
    const still = captureStill(decoder, camera, 0, 640, never);
    await expect(still).rejects.toThrow(/front\/0\.jpg is not a JPEG/);
  });

  it('of a picture that is not there says so by name', async () => {
    const { camera, decoder } = cameraOf();
    const still = captureStill(decoder, camera, 0, 640, never);
    await expect(still).rejects.toMatchObject({ code: 'FRAME_MISSING' });
  });
});
