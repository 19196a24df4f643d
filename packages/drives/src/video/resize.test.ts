import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameFormat } from '@drivesweep/contracts';
import { createFrameDecoder } from './frame-decoder.ts';
import { collect, mp4, PathStore, request, temporaryFolder } from './test-videos.ts';

/**
 * What the filter `catmull-rom` gives, against cubic convolution with a = -0.5 over a support that widens as the picture
 * shrinks: the "bicubic, antialias" of PIL and torchvision, written down here from its definition and itself held to
 * values that torchvision 0.28.0 gave for the same uint8 pictures.
 */

let folder = '';
let remove = () => Promise.resolve();
beforeAll(async () => {
  ({ path: folder, remove } = await temporaryFolder());
});
afterAll(() => remove());

/** Planes of red, green and blue. */
interface Picture {
  readonly height: number;
  readonly width: number;
  readonly planes: Uint8Array;
}

/** White noise, or a gradient with a little of it; a hash of the place, so that any program can make the same. */
function drawn(kind: 'noise' | 'gradient', height: number, width: number): Picture {
  const planes = new Uint8Array(3 * height * width);
  for (let c = 0, at = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        let hash = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(c, 2246822519);
        hash = Math.imul(hash ^ (hash >>> 13), 1274126177);
        const noise = (hash ^ (hash >>> 16)) & 255;
        const slope = Math.floor((x * 200) / width) + Math.floor((y * 40) / height) + c * 4;
        planes[at] = kind === 'noise' ? noise : Math.min(255, slope + Math.floor(noise / 32));
      }
    }
  }
  return { height, width, planes };
}

/** Cubic convolution, a = -0.5. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** For each output place, the first input place and the weights from there on; what lies outside is left out. */
function weightsOf(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to;
  const widen = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - 2 * widen + 0.5));
    const end = Math.min(from, Math.floor(centre + 2 * widen + 0.5));
    const raw = Array.from({ length: end - first }, (_, x) =>
      cubic((first + x + 0.5 - centre) / widen),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}

/** First along the rows, then along the columns, with whole bytes in between. */
function resized({ height, width, planes }: Picture, toHeight: number, toWidth: number): Picture {
  const across = weightsOf(width, toWidth);
  const rows = 3 * height;
  const narrow = new Uint8ClampedArray(rows * toWidth);
  for (let row = 0; row < rows; row++) {
    across.forEach(({ first, weights }, x) => {
      let sum = 0;
      weights.forEach((weight, i) => (sum += weight * (planes[row * width + first + i] ?? NaN)));
      narrow[row * toWidth + x] = sum;
    });
  }
  const down = weightsOf(height, toHeight);
  const result = new Uint8ClampedArray(3 * toHeight * toWidth);
  for (let c = 0; c < 3; c++) {
    down.forEach(({ first, weights }, y) => {
      for (let x = 0; x < toWidth; x++) {
        let sum = 0;
        weights.forEach((weight, i) => {
          sum += weight * (narrow[(c * height + first + i) * toWidth + x] ?? NaN);
        });
        result[(c * toHeight + y) * toWidth + x] = sum;
      }
    });
  }
  return { height: toHeight, width: toWidth, planes: Uint8Array.from(result) };
}

/** One lossless RGB frame. */
async function videoOf(name: string, { height, width, planes }: Picture) {
  const path = join(folder, `${name}.mp4`);
  const [red, green, blue] = [0, 1, 2].map((c) =>
    planes.subarray(c * height * width, (c + 1) * height * width),
  );
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gbrp', '-s', `${width}x${height}`, '-i', 'pipe:0'];
  const args = ['-v', 'error', '-y', ...input, '-c:v', 'libx264rgb', '-qp', '0', path];
  const { status, stderr } = spawnSync('ffmpeg', args, {
    input: Buffer.concat([green, blue, red].map((plane) => plane ?? new Uint8Array())),
  });
  if (status !== 0) throw new Error(String(stderr));
  return mp4(path);
}

/** Mean and largest difference in levels, of all pixels and of those at least `MARGIN` from the edge. */
function differences(a: Picture, b: Uint8Array) {
  let [sum, most, innerMost] = [0, 0, 0];
  for (let at = 0; at < b.length; at++) {
    const x = at % a.width;
    const y = Math.floor(at / a.width) % a.height;
    const off = Math.abs((a.planes[at] ?? NaN) - (b[at] ?? NaN));
    sum += off;
    most = Math.max(most, off);
    const inside = Math.min(x, y, a.width - 1 - x, a.height - 1 - y) >= MARGIN;
    if (inside) innerMost = Math.max(innerMost, off);
  }
  return { mean: sum / b.length, most, innerMost };
}
const MARGIN = 4;

type Anchor = [channel: number, y: number, x: number, value: number];
const CASES: {
  name: 'noise' | 'gradient';
  from: [number, number];
  to: [number, number];
  torchvision: Anchor[];
  mean: number;
  most: number;
}[] = [
  {
    name: 'noise',
    from: [270, 480],
    to: [96, 160],
    torchvision: [
      [1, 40, 44, 136],
      [1, 51, 64, 146],
      [2, 25, 78, 159],
      [2, 81, 117, 119],
      [0, 10, 6, 147],
      [0, 41, 82, 119],
    ],
    mean: 0.25,
    most: 14,
  },
  {
    name: 'gradient',
    from: [1080, 1920],
    to: [320, 576],
    torchvision: [
      [1, 134, 150, 75],
      [1, 171, 200, 97],
      [2, 84, 553, 214],
      [2, 272, 256, 135],
      [0, 33, 264, 100],
      [0, 138, 226, 99],
    ],
    mean: 0.13,
    most: 1,
  },
];

describe('the resize filter catmull-rom', () => {
  it.each(CASES)(
    'is antialiased bicubic on $name of $from: within a level but for edges, where pictures are mirrored',
    async ({ name, from, to, torchvision, mean, most }) => {
      const picture = drawn(name, ...from);
      const expected = resized(picture, ...to);
      const [height, width] = to;
      for (const [c, y, x, value] of torchvision) {
        const ours = expected.planes[(c * height + y) * width + x] ?? NaN;
        expect(Math.abs(ours - value)).toBeLessThanOrEqual(1);
      }
      const format: FrameFormat = { height, width, colour: 'rgb', resize: 'catmull-rom' };
      const media = await videoOf(name, picture);
      const decoder = createFrameDecoder({
        store: new PathStore(true),
        scratchDir: join(folder, 'scratch'),
      });
      const signal = new AbortController().signal;
      const { frames, error } = await collect(decoder.decode(request(media, [0], format), signal));
      expect(error).toBeUndefined();
      const measured = differences(expected, frames[0]?.pixels ?? new Uint8Array());
      expect(measured.mean).toBeLessThan(mean);
      expect(measured.most).toBeLessThanOrEqual(most);
      expect(measured.innerMost).toBeLessThanOrEqual(1);
      await decoder.close();
    },
  );
});

describe('frames of a camera whose shape the policy does not take', () => {
  const rule = { factor: 32, minPixels: 163_840, maxPixels: 196_608 };
  const format: FrameFormat = {
    height: 320,
    width: 576,
    colour: 'rgb',
    resize: 'catmull-rom',
    smartResize: rule,
  };

  it.each<[height: number, width: number, message: string | null]>([
    [360, 640, null],
    [302, 480, "the camera gives 302x480, which the policy's own rule makes 352x512"],
  ])('%d x %d: %s', async (height, width, message) => {
    const media = await videoOf(`${height}x${width}`, {
      height,
      width,
      planes: new Uint8Array(3 * height * width).fill(90),
    });
    const decoder = createFrameDecoder({
      store: new PathStore(true),
      scratchDir: join(folder, 'scratch'),
    });
    const signal = new AbortController().signal;
    const { frames, error } = await collect(decoder.decode(request(media, [0], format), signal));
    expect(frames).toHaveLength(message === null ? 1 : 0);
    if (message !== null) {
      expect(error).toMatchObject({
        code: 'FRAME_SIZE_UNSUITABLE',
        message: expect.stringContaining(message) as string,
      });
    }
    await decoder.close();
  });
});
