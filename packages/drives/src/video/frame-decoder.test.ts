import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FrameFormat, MediaRef } from '@drivesweep/contracts';
import { createFrameDecoder } from './frame-decoder.ts';
import type { FrameDecoderOptions } from './frame-decoder.ts';
import {
  collect,
  encodeNumbered,
  GREY,
  h264,
  mp4,
  numberOf,
  PathStore,
  request,
  runFfmpeg,
  temporaryFolder,
} from './test-videos.ts';

const FRAMES = 120;
let folder = '';
let remove = () => Promise.resolve();

beforeAll(async () => {
  ({ path: folder, remove } = await temporaryFolder());
  await encodeNumbered(file('plain.mp4'), FRAMES, h264(25, 2));
});
afterAll(() => remove());

/** No test may leave a process or a copy of a media behind. */
afterEach(async () => {
  // The handle of a process that has exited is closed in the next turn of the event loop.
  await expect.poll(() => process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
  expect(await readdir(join(folder, 'scratch')).catch(() => [])).toEqual([]);
});

const file = (name: string) => join(folder, name);
const never = new AbortController().signal;
const decoderOf = (options: Partial<FrameDecoderOptions> = {}) =>
  createFrameDecoder({ store: new PathStore(true), scratchDir: file('scratch'), ...options });
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

/** Decodes frames and says which number each picture shows. */
async function numbersAt(media: MediaRef, frameIndices: readonly number[]): Promise<number[]> {
  const { frames, error } = await collect(decoderOf().decode(request(media, frameIndices), never));
  expect(error).toBeUndefined();
  expect(frames.map((frame) => frame.frameIndex)).toEqual(frameIndices);
  return frames.map((frame) => numberOf(frame.pixels));
}

/** A program that writes down how it was called and then is ffmpeg. */
async function spyOn(
  tool: 'ffmpeg' | 'ffprobe',
): Promise<{ path: string; calls: () => Promise<string[]> }> {
  const [path, log] = [file(`${tool}-spy`), file(`${tool}-calls`)];
  await writeFile(path, `#!/bin/sh\necho "$*" >> '${log}'\nexec ${tool} "$@"\n`, { mode: 0o755 });
  await writeFile(log, '');
  return { path, calls: async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean) };
}

describe('frame index', () => {
  const variants: readonly (readonly [string, readonly string[]])[] = [
    ['every frame a key frame', h264(1, 0)],
    ['no B-frames, one key frame a second', h264(25, 0)],
    ['B-frames in a pyramid', h264(25, 4, ':b-pyramid=normal')],
    ['one key frame in all', h264(1000, 3)],
    ['open groups of pictures', h264(25, 3, ':open-gop=1')],
    ['a table of contents at the front', [...h264(25, 2), '-movflags', '+faststart']],
    ['fragments', [...h264(25, 2), '-movflags', '+frag_keyframe+empty_moov']],
    ['no edit list', [...h264(25, 2), '-use_editlist', '0']],
    ['a first frame at 1.5 s', [...h264(25, 2), '-vf', 'setpts=PTS+1.5/TB']],
    ['29.97 frames/s', ['-vf', 'setpts=N*1001/30000/TB', '-r', '30000/1001', ...h264(30, 2)]],
    [
      'uneven times',
      [
        '-vf',
        'setpts=(N+mod(N*7\\,5)/10)/25/TB',
        '-fps_mode',
        'vfr',
        '-enc_time_base',
        '1/1000',
        ...h264(25, 2),
      ],
    ],
    [
      'HEVC with open groups',
      [
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-tag:v',
        'hvc1',
        '-x265-params',
        'log-level=none:keyint=25:min-keyint=25:bframes=3:open-gop=1:crf=10',
      ],
    ],
  ];

  it.each(variants)('is the order of presentation: %s', async (name, args) => {
    const path = file(`${name.replaceAll(/\W/g, '-')}.mp4`);
    await encodeNumbered(path, FRAMES, args);
    const media = await mp4(path);
    // All in one pass, a 10 Hz grid, and far frames that are reached by seeking.
    for (const wanted of [range(0, FRAMES), range(1, FRAMES, 3), [0, 49, 50, 51, 118, 119], [77]]) {
      expect(await numbersAt(media, wanted)).toEqual(wanted);
    }
  });

  it('counts from the first frame that an edit list shows', async () => {
    // Cut by copying at 1.2 s: the file begins at the key frame 25 and hides frames 25 to 29.
    runFfmpeg(['-ss', '1.2', '-i', file('plain.mp4'), '-c', 'copy', file('cut.mp4')]);
    const wanted = [0, 1, 19, 20, 21, 89];
    expect(await numbersAt(await mp4(file('cut.mp4')), wanted)).toEqual(wanted.map((i) => i + 30));
  });

  it('is not moved by sound, nor by a cover picture before the video', async () => {
    runFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=16x16', '-frames:v', '1', file('cover.png')]);
    const inputs = ['-i', file('cover.png'), '-i', file('plain.mp4'), '-f', 'lavfi', '-i', 'sine'];
    const map = ['-map', '0', '-map', '1', '-map', '2', '-disposition:v:0', 'attached_pic'];
    runFfmpeg([...inputs, ...map, '-c:v', 'copy', '-t', '4.8', file('cover.mp4')]);
    const wanted = [0, 60, 119];
    expect(await numbersAt(await mp4(file('cover.mp4')), wanted)).toEqual(wanted);
  });
});

describe('where the media lies', () => {
  it('reads a part of an object in place, whatever the path looks like', async () => {
    const video = await readFile(file('plain.mp4'));
    const path = file('odd, name: 100%25 \'q\' "d" [0]=$HOME;&?#\\,,:x.zip');
    await writeFile(path, Buffer.concat([Buffer.alloc(777, 1), video, Buffer.alloc(333, 2)]));
    const wanted = [3, 60];
    expect(await numbersAt(await mp4(path, 777, 333), wanted)).toEqual(wanted);
  });

  it('copies from a store that has no local path, once for a drive, and deletes the copy', async () => {
    const store = new PathStore(false);
    const decoder = decoderOf({ store });
    const media = await mp4(file('plain.mp4'));
    for (const wanted of [[3], [60]]) {
      const { frames } = await collect(decoder.decode(request(media, wanted), never));
      expect(frames.map((frame) => numberOf(frame.pixels))).toEqual(wanted);
    }
    expect(store.reads).toEqual(['head', media.kind === 'mp4' ? media.bytes : 0]);
    expect(await readdir(file('scratch'))).toHaveLength(1);
    await decoder.close();
  });
});

describe('what it costs', () => {
  it('seeks for far frames, decodes dense ones in one pass, and probes a media once', async () => {
    const [ffmpeg, ffprobe] = [await spyOn('ffmpeg'), await spyOn('ffprobe')];
    await encodeNumbered(file('long.mp4'), 250, [
      ...h264(25, 2),
      '-vf',
      'scale=1280:720',
      '-preset',
      'ultrafast',
    ]);
    const decoder = decoderOf({ ffmpeg: ffmpeg.path, ffprobe: ffprobe.path });
    const media = await mp4(file('long.mp4'));
    const far = await collect(decoder.decode(request(media, [30, 33, 230, 233]), never));
    expect(far.frames.map((frame) => numberOf(frame.pixels))).toEqual([30, 33, 230, 233]);
    expect((await ffmpeg.calls()).map((call) => /-ss (\S+)/.exec(call)?.[1])).toEqual([
      '1.020000',
      '9.020000',
    ]);
    const dense = await collect(decoder.decode(request(media, range(0, 250, 3)), never));
    expect(dense.frames.map((frame) => numberOf(frame.pixels))).toEqual(range(0, 250, 3));
    expect(await ffmpeg.calls()).toHaveLength(3);
    expect(await ffprobe.calls()).toHaveLength(1);
  });

  it('learns once that a video cannot be seeked in, and then never seeks in it', async () => {
    const ffmpeg = await spyOn('ffmpeg');
    await encodeNumbered(file('open.mp4'), 250, [
      ...h264(25, 3, ':open-gop=1'),
      ...['-vf', 'scale=1280:720', '-preset', 'ultrafast'],
    ]);
    const decoder = decoderOf({ ffmpeg: ffmpeg.path });
    const media = await mp4(file('open.mp4'));
    const seeks = [];
    for (const frame of [130, 240, 200]) {
      const { frames } = await collect(decoder.decode(request(media, [frame]), never));
      expect(frames.map(({ pixels }) => numberOf(pixels))).toEqual([frame]);
      const calls = await ffmpeg.calls();
      seeks.push(calls.filter((call) => call.includes(' -ss ')).length, calls.length);
    }
    // For the first frame a seek in vain and a pass; then a pass for each frame, without any seek.
    expect(seeks).toEqual([1, 2, 1, 3, 1, 4]);
  });

  it('does not run ahead of a consumer that does not ask', async () => {
    const format = { ...GREY, height: 512, width: 512 };
    const spy = file('ffmpeg-counting');
    const out = file('written');
    await writeFile(spy, `#!/bin/sh\nffmpeg "$@" | tee '${out}'\n`, { mode: 0o755 });
    const media = await mp4(file('plain.mp4'));
    const frames = decoderOf({ ffmpeg: spy })
      .decode(request(media, range(0, FRAMES), format), never)
      [Symbol.asyncIterator]();
    await frames.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const written = (await readFile(out)).length;
    // Three pipes and our own buffer, against 31 MB in all.
    expect(written).toBeLessThan(6 * 512 * 512);
    await frames.return?.();
  });
});

describe('pixels', () => {
  it('come as planes of red, green and blue in the wanted order', async () => {
    const colour = ['-f', 'lavfi', '-i', 'color=0xE06020:s=64x64:r=25:d=0.2'];
    runFfmpeg([
      ...colour,
      '-pix_fmt',
      'yuv444p',
      '-c:v',
      'libx264',
      '-qp',
      '0',
      file('orange.mp4'),
    ]);
    const media = await mp4(file('orange.mp4'));
    const planes = async (format: FrameFormat) => {
      const { frames } = await collect(decoderOf().decode(request(media, [2], format), never));
      const pixels = frames[0]?.pixels ?? new Uint8Array();
      const plane = format.height * format.width;
      return Array.from({ length: pixels.length / plane }, (_, p) => pixels[p * plane + plane / 2]);
    };
    const near = (values: readonly number[]) =>
      values.map((v) => expect.closeTo(v, -0.6) as number);
    const size = { height: 24, width: 40, resize: 'bilinear' } as const;
    expect(await planes({ ...size, colour: 'rgb' })).toEqual(near([0xe0, 0x60, 0x20]));
    expect(await planes({ ...size, colour: 'bgr' })).toEqual(near([0x20, 0x60, 0xe0]));
    // 0.299 R + 0.587 G + 0.114 B, over the full range.
    expect(await planes({ ...size, colour: 'grey' })).toEqual(near([127]));
  });

  it('are those of the frame alone: the same in one pass, by seeking, and with more threads', async () => {
    runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=25:d=4',
      ...h264(25, 2),
      file('busy.mp4'),
    ]);
    const format: FrameFormat = { height: 100, width: 178, colour: 'rgb', resize: 'bicubic' };
    const media = await mp4(file('busy.mp4'));
    const hashes = async (wanted: readonly number[], threads: number) => {
      const decoder = decoderOf({ threads });
      const { frames } = await collect(decoder.decode(request(media, wanted, format), never));
      return frames.map(({ pixels }) => createHash('sha256').update(pixels).digest('hex'));
    };
    const all = await hashes(range(0, 100), 1);
    expect(new Set(all).size).toBe(100);
    expect(await hashes(range(0, 100), 4)).toEqual(all);
    for (const frame of [30, 75]) expect(await hashes([frame], 1)).toEqual([all[frame]]);
  });
});

describe('damage', () => {
  const damage = async (name: string, change: (bytes: Buffer) => Buffer) => {
    await encodeNumbered(file('front.mp4'), FRAMES, [...h264(25, 2), '-movflags', '+faststart']);
    await writeFile(file(name), change(await readFile(file('front.mp4'))));
    return mp4(file(name));
  };

  it('gives the frames before a cut and then says which one did not come', async () => {
    const media = await damage('cut-off.mp4', (bytes) => bytes.subarray(0, bytes.length * 0.6));
    const { frames, error } = await collect(
      decoderOf().decode(request(media, range(0, FRAMES)), never),
    );
    expect(frames.length).toBeGreaterThan(20);
    expect(frames.map((frame) => numberOf(frame.pixels))).toEqual(range(0, frames.length));
    expect(error).toMatchObject({
      code: 'FRAME_UNDECODABLE',
      frameIndex: frames.length,
      resumeAtFrame: null,
    });
    expect(String(error)).toContain(`camera front, frame ${frames.length}`);
  });

  it('gives the frames before a cut of the object around the video too, from a remote store', async () => {
    const media = await damage('cut-object.mp4', (bytes) => bytes.subarray(0, bytes.length * 0.6));
    const declared = { ...media, bytes: (await readFile(file('front.mp4'))).length };
    const decoder = decoderOf({ store: new PathStore(false) });
    const { frames, error } = await collect(
      decoder.decode(request(declared, range(0, FRAMES)), never),
    );
    expect(frames.length).toBeGreaterThan(20);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE' });
    await decoder.close();
  });

  it('ends at damage in the middle, and goes on from the next key frame when asked again', async () => {
    const media = await damage('scratched.mp4', (bytes) => {
      const middle = Math.floor(bytes.length * 0.5);
      return Buffer.from(bytes.fill(0xff, middle, middle + 40));
    });
    const { frames, error } = await collect(
      decoderOf().decode(request(media, range(0, FRAMES)), never),
    );
    expect(frames.map((frame) => numberOf(frame.pixels))).toEqual(range(0, frames.length));
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: frames.length });
    const { resumeAtFrame } = error as { resumeAtFrame: number };
    expect(resumeAtFrame % 25).toBe(0);
    const wanted = range(resumeAtFrame, FRAMES);
    expect(await numbersAt(media, wanted)).toEqual(wanted);
  });

  it('takes no other kind of file for an MP4', async () => {
    runFfmpeg(['-i', file('plain.mp4'), '-c', 'copy', '-f', 'matroska', file('matroska.mp4')]);
    const media = await mp4(file('matroska.mp4'));
    const { error } = await collect(decoderOf().decode(request(media, [4]), never));
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 4 });
  });

  it('gives no picture that is built on a damaged one, wanted or not', async () => {
    for (const place of [0.5, 0.65, 0.8]) {
      const media = await damage('holed.mp4', (bytes) => {
        const at = Math.floor(bytes.length * place);
        return Buffer.from(bytes.fill(0xff, at, at + 40));
      });
      for (const wanted of [range(0, FRAMES, 7), range(3, FRAMES, 7)]) {
        const { frames, error } = await collect(decoderOf().decode(request(media, wanted), never));
        expect(frames.map((frame) => numberOf(frame.pixels))).toEqual(
          wanted.slice(0, frames.length),
        );
        expect(error).toMatchObject({ frameIndex: wanted[frames.length] });
      }
    }
  });

  it('notices a frame that ffmpeg leaves out without a word', async () => {
    const silent = file('silent');
    const labels = 'frame:0    pts:0       pts_time:0\\nframe:1    pts:80000   pts_time:0.08\\n';
    const script = `head -c ${2 * GREY.height * GREY.width} /dev/zero; printf '${labels}' >&3`;
    await writeFile(silent, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const decoder = decoderOf({ ffmpeg: silent });
    const media = await mp4(file('plain.mp4'));
    const { frames, error } = await collect(decoder.decode(request(media, [0, 1, 2]), never));
    expect(frames.map((frame) => frame.frameIndex)).toEqual([0]);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 1, resumeAtFrame: 25 });
    expect(String(error)).toContain('ffmpeg left the frame out');
  });

  it('says of a video that is not there that it is missing, in place or remote', async () => {
    const nowhere: MediaRef = { kind: 'mp4', key: file('nowhere.mp4'), offset: 0, bytes: 99 };
    const remote = decoderOf({ store: new PathStore(false) }).decode(request(nowhere, [7]), never);
    expect((await collect(remote)).error).toMatchObject({ code: 'FRAME_MISSING', frameIndex: 7 });
    const inPlace = decoderOf().decode(request(nowhere, [7]), never);
    const { error } = await collect(inPlace);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 7 });
    expect(String(error)).toContain('No such file');
  });

  it('says that the video is shorter than the camera says', async () => {
    const media = await mp4(file('plain.mp4'));
    const { frames, error } = await collect(decoderOf().decode(request(media, [119, 120]), never));
    expect(frames.map((frame) => frame.frameIndex)).toEqual([119]);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 120 });
    expect(String(error)).toContain('the video holds 120 frames');
  });

  it.each([
    ['nothing', ''],
    ['text', 'not a video'],
    ['a script that names another file', "ffconcat version 1.0\nfile 'plain.mp4'\n"],
  ])('answers %s with FRAME_UNDECODABLE at the first wanted frame', async (name, content) => {
    await writeFile(file(`${name}.mp4`), content);
    const media = await mp4(file(`${name}.mp4`));
    const { frames, error } = await collect(decoderOf().decode(request(media, [4, 5]), never));
    expect(frames).toEqual([]);
    expect(error).toMatchObject({ code: 'FRAME_UNDECODABLE', frameIndex: 4, resumeAtFrame: null });
  });
});

describe('limits', () => {
  const failing = async (options: Partial<FrameDecoderOptions>) => {
    const media = await mp4(file('plain.mp4'));
    return (await collect(decoderOf(options).decode(request(media, [0, 1]), never))).error;
  };

  it('refuses a video of too many bytes, pixels or frames before decoding it', async () => {
    for (const limits of [{ maxBytes: 999 }, { maxPixels: 64 * 64 - 1 }, { maxFrames: 119 }]) {
      const ffmpeg = file('never-called');
      expect(await failing({ limits, ffmpeg })).toMatchObject({
        code: 'VIDEO_LIMIT',
        frameIndex: 0,
      });
    }
  });

  it('kills a tool that hangs', async () => {
    const hanging = file('hanging');
    await writeFile(hanging, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const limits = { stallMs: 200 };
    expect(await failing({ ffmpeg: hanging, limits })).toMatchObject({ code: 'VIDEO_LIMIT' });
    expect(await failing({ ffprobe: hanging, limits })).toMatchObject({ code: 'VIDEO_LIMIT' });
  });

  it('does not wait for what a wrapper leaves behind', async () => {
    const wrapper = file('wrapper');
    await writeFile(wrapper, '#!/bin/sh\nsleep 5 &\nexit 3\n', { mode: 0o755 });
    const begun = performance.now();
    expect(await failing({ ffmpeg: wrapper, limits: { stallMs: 300 } })).toMatchObject({
      code: 'VIDEO_LIMIT',
    });
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  it('keeps no more of what a tool says than it may', async () => {
    const loud = file('loud');
    const shout = 'head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 1';
    await writeFile(loud, `#!/bin/sh\n${shout}\n`, { mode: 0o755 });
    const error = await failing({ ffmpeg: loud, limits: { maxStderrBytes: 500 } });
    expect(String(error).length).toBeLessThan(700);
  });

  it('says how to install a tool that is missing', async () => {
    for (const missing of [{ ffmpeg: 'no-such-ffmpeg' }, { ffprobe: 'no-such-ffprobe' }]) {
      expect(await failing(missing)).toMatchObject({
        code: 'TOOL_MISSING',
        hint: expect.stringContaining('apt-get install ffmpeg') as string,
      });
    }
  });
});

const recorded = fileURLToPath(
  new URL('../../../../../shared/data/carnd_video/solidWhiteRight.mp4', import.meta.url),
);

describe.skipIf(!existsSync(recorded))(
  'a recorded drive (../shared/data, skipped without it)',
  () => {
    it('comes out as ffmpeg alone gives it, all frames and single ones', async () => {
      const whole = file('recorded.gray');
      const scaler = ['-sws_flags', 'bilinear+accurate_rnd+full_chroma_int+bitexact'];
      const raw = ['-s', '96x54', ...scaler, '-pix_fmt', 'gray', '-fps_mode', 'passthrough'];
      runFfmpeg(['-i', recorded, '-map', '0:v', ...raw, '-f', 'rawvideo', whole]);
      const pixels = await readFile(whole);
      const frameOf = (i: number) => pixels.subarray(i * 96 * 54, (i + 1) * 96 * 54);
      expect(pixels.length).toBe(221 * 96 * 54);

      const format: FrameFormat = { height: 54, width: 96, colour: 'grey', resize: 'bilinear' };
      const media = await mp4(recorded);
      for (const wanted of [range(0, 221), range(2, 221, 5), [0, 111, 220], [150]]) {
        const frames = decoderOf().decode(request(media, wanted, format), never);
        const { frames: got, error } = await collect(frames);
        expect(error).toBeUndefined();
        expect(got.map((frame) => frame.frameIndex)).toEqual(wanted);
        for (const frame of got) expect(frameOf(frame.frameIndex).equals(frame.pixels)).toBe(true);
      }
    });
  },
);

describe('leaving early', () => {
  it('rejects with the reason of the signal and leaves no listener', async () => {
    const abort = new AbortController();
    const reason = new Error('stopped');
    const media = await mp4(file('plain.mp4'));
    const frames = decoderOf().decode(request(media, range(0, FRAMES)), abort.signal);
    const take = async () => {
      for await (const frame of frames) if (frame.frameIndex === 3) abort.abort(reason);
    };
    await expect(take()).rejects.toBe(reason);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('stops a run that gives nothing as soon as the signal is aborted', async () => {
    const hanging = file('hanging-too');
    await writeFile(hanging, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    const abort = new AbortController();
    const media = await mp4(file('plain.mp4'));
    const frames = collect(
      decoderOf({ ffmpeg: hanging }).decode(request(media, [0]), abort.signal),
    );
    setTimeout(() => abort.abort(new Error('stopped')), 300);
    expect((await frames).error).toMatchObject({ message: 'stopped' });
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('starts nothing when the signal is aborted already', async () => {
    const media = await mp4(file('plain.mp4'));
    const frames = decoderOf({ ffprobe: 'never-called' }).decode(
      request(media, [0]),
      AbortSignal.abort(new Error('no')),
    );
    expect((await collect(frames)).error).toMatchObject({ message: 'no' });
  });

  it('lets a consumer break off', async () => {
    const store = new PathStore(false);
    const [ffmpeg, pidFile] = [file('ffmpeg-pid'), file('pid')];
    const script = `#!/bin/sh\necho $$ > '${pidFile}'\nexec ffmpeg "$@"\n`;
    await writeFile(ffmpeg, script, { mode: 0o755 });
    const decoder = decoderOf({ store, ffmpeg, limits: { idleScratchBytes: 0 } });
    await copyFile(file('plain.mp4'), file('broken-off.mp4'));
    const media = await mp4(file('broken-off.mp4'));
    const signal = new AbortController().signal;
    for await (const frame of decoder.decode(request(media, range(0, FRAMES)), signal)) {
      if (frame.frameIndex === 2) break;
    }
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('gives nothing for nothing', async () => {
    const nowhere: MediaRef = { kind: 'mp4', key: file('nowhere.mp4'), offset: 0, bytes: 1 };
    expect(await collect(decoderOf().decode(request(nowhere, []), never))).toMatchObject({
      frames: [],
    });
  });
});
