import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import type { MediaRef } from '@drivesweep/contracts';
import { MemoryObjectStore } from '@drivesweep/testkit';
import { createFrameDecoder } from './frame-decoder.ts';
import { collect, GREY, request } from './test-videos.ts';

/** Grey JPEGs: frame i has the level 20 * i, so that each says which one it is. */
const FRAMES = 10;
const pictures: Uint8Array[] = [];

beforeAll(() => {
  for (let i = 0; i < FRAMES; i += 1) {
    const level = (20 * i).toString(16).padStart(2, '0');
    // Sizes differ: a camera may change its own.
    const colour = `color=0x${level.repeat(3)}:s=${64 + 64 * (i % 3)}x48`;
    const jpeg = ['-q:v', '2', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', 'pipe:1'];
    const args = ['-v', 'error', '-f', 'lavfi', '-i', colour, '-frames:v', '1', ...jpeg];
    pictures.push(Uint8Array.from(spawnSync('ffmpeg', args).stdout));
  }
});
afterEach(async () => {
  await expect.poll(() => process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
});

const never = new AbortController().signal;
const keyOf = (i: number) => `drive/front/${i}.jpg`;
const media: MediaRef = {
  kind: 'jpeg-frames',
  keys: Array.from({ length: FRAMES }, (_, i) => keyOf(i)),
};
const frameOf = (pixels: Uint8Array) => Math.round((pixels[500] ?? NaN) / 20);

function storeWith(change: (objects: Map<string, Uint8Array>) => void = () => undefined) {
  const store = new MemoryObjectStore();
  pictures.forEach((picture, i) => store.objects.set(keyOf(i), picture));
  change(store.objects);
  return store;
}

const decode = (store: MemoryObjectStore, wanted: readonly number[], limits = {}) =>
  collect(
    createFrameDecoder({ store, scratchDir: 'unused', limits }).decode(
      request(media, wanted),
      never,
    ),
  );

describe('a folder of JPEGs', () => {
  it('gives the wanted pictures and reads no others', async () => {
    const store = storeWith();
    const { frames, error } = await decode(store, [1, 4, 8]);
    expect(error).toBeUndefined();
    expect(frames.map((frame) => [frame.frameIndex, frameOf(frame.pixels)])).toEqual([
      [1, 1],
      [4, 4],
      [8, 8],
    ]);
    expect(frames[0]?.pixels).toHaveLength(GREY.height * GREY.width);
    const read = store.calls.filter((call) => call.op === 'get').map((call) => call.key);
    expect(read).toEqual([1, 4, 8].map(keyOf));
  });

  const damages: readonly (readonly [
    string,
    (objects: Map<string, Uint8Array>) => void,
    string,
  ])[] = [
    [
      'cut off',
      (o) => o.set(keyOf(5), pictures[5]?.slice(0, -40) ?? new Uint8Array()),
      'FRAME_UNDECODABLE',
    ],
    ['not a JPEG', (o) => o.set(keyOf(5), Buffer.from('hello '.repeat(50))), 'FRAME_UNDECODABLE'],
    ['empty', (o) => o.set(keyOf(5), new Uint8Array(0)), 'FRAME_UNDECODABLE'],
    ['missing', (o) => o.delete(keyOf(5)), 'FRAME_MISSING'],
  ];

  it.each(damages)(
    'says which picture is damaged (%s), and the others are not lost',
    async (_, damage, code) => {
      const store = storeWith(damage);
      const { frames, error } = await decode(store, [3, 4, 5, 6, 7]);
      expect(frames.map((frame) => frameOf(frame.pixels))).toEqual([3, 4]);
      expect(error).toMatchObject({ code, frameIndex: 5, resumeAtFrame: 6 });
      expect(String(error)).toContain(`camera front, frame 5 (${keyOf(5)})`);
      expect((await decode(store, [6, 7])).frames.map((frame) => frameOf(frame.pixels))).toEqual([
        6, 7,
      ]);
    },
  );

  /** Picture 5 is too wide; where it is only cut off, it still says so. */
  const damageOr = (code: string, damage: string) =>
    damage === 'cut off' ? 'FRAME_SIZE_UNSUITABLE' : code;

  it.each(damages)(
    'looks at the size of each where the policy has a rule, and finds other damage (%s) too',
    async (name, damage, code) => {
      const smartResize = { factor: 16, minPixels: 64 * 48, maxPixels: 64 * 48 };
      const format = { ...GREY, height: 48, width: 64, smartResize };
      const decoder = createFrameDecoder({ store: storeWith(damage), scratchDir: 'unused' });
      const decodeRuled = (wanted: readonly number[]) =>
        collect(decoder.decode(request(media, wanted, format), never));
      const { frames, error } = await decodeRuled([0, 3, 4, 6]);
      expect(frames.map(({ frameIndex }) => frameIndex)).toEqual([0, 3]);
      expect(error).toMatchObject({
        code: 'FRAME_SIZE_UNSUITABLE',
        frameIndex: 4,
        resumeAtFrame: 6,
      });
      expect(String(error)).toContain('the camera gives 48x128');
      expect((await decodeRuled([5])).error).toMatchObject({
        code: damageOr(code, name),
        frameIndex: 5,
      });
    },
  );

  it('says so when the damaged picture is the last', async () => {
    const store = storeWith((objects) => objects.set(keyOf(9), Buffer.from('no')));
    const { frames, error } = await decode(store, [8, 9]);
    expect(frames).toHaveLength(1);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 9, resumeAtFrame: null });
  });

  it('refuses pictures of too many bytes or pixels', async () => {
    const bytes = pictures[2]?.length ?? 0;
    const large = await decode(storeWith(), [0, 2], { maxImageBytes: bytes - 1 });
    expect(large.error).toMatchObject({ code: 'VIDEO_LIMIT' });
    // Pictures 0, 1, 2 are 64, 128 and 192 wide.
    const wide = await decode(storeWith(), [0, 1, 2], { maxPixels: 128 * 48 });
    expect(wide.frames.map((frame) => frame.frameIndex)).toEqual([0, 1]);
    expect(wide.error).toMatchObject({ code: 'VIDEO_LIMIT', frameIndex: 2 });
  });

  it('passes on an error of the store after the pictures before it', async () => {
    const store = storeWith();
    const get = store.get.bind(store);
    store.get = (key) =>
      key === keyOf(2)
        ? Promise.reject(new DrivesweepError('STORE_UNAVAILABLE', 'down'))
        : get(key);
    const { frames, error } = await decode(store, [0, 1, 2, 3]);
    expect(frames.map((frame) => frame.frameIndex)).toEqual([0, 1]);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('can be aborted and broken off', async () => {
    const abort = new AbortController();
    const decoder = createFrameDecoder({ store: storeWith(), scratchDir: 'unused' });
    const reason = new Error('stopped');
    const take = async () => {
      for await (const { frameIndex } of decoder.decode(request(media, [0, 1, 2]), abort.signal)) {
        expect(frameIndex).toBe(0);
        abort.abort(reason);
      }
    };
    await expect(take()).rejects.toBe(reason);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
    for await (const frame of decoder.decode(request(media, [0, 1, 2]), never)) {
      expect(frame.frameIndex).toBe(0);
      break;
    }
  });

  it('says how to install ffmpeg when it is missing', async () => {
    const decoder = createFrameDecoder({
      store: storeWith(),
      scratchDir: 'unused',
      ffmpeg: 'no-such',
    });
    const { error } = await collect(decoder.decode(request(media, [0]), never));
    expect(error).toMatchObject({ code: 'TOOL_MISSING' });
  });
});
