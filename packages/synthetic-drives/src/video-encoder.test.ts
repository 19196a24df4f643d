import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ffmpegEncoder } from './video-encoder.ts';

const FORMAT = { width: 64, height: 36, framesPerSecond: 30 };

function* greyFrames(count: number): Iterable<Uint8Array> {
  const frame = new Uint8Array(64 * 36 * 4);
  for (let i = 0; i < count; i++) yield frame.fill(4 * i);
}

describe('ffmpegEncoder', () => {
  it('writes H.264 at a constant 30 frames a second with a key frame each second', async () => {
    const mp4 = await ffmpegEncoder()(FORMAT, greyFrames(61));
    const packets = probe(mp4, 'packet=pts_time,flags');
    expect(packets).toHaveLength(61);
    expect(packets.map((line) => Number(line.split(',')[0]))).toEqual(
      packets.map((_, i) => expect.closeTo(i / 30, 5) as number),
    );
    const keys = packets.flatMap((line, i) => (line.includes('K') ? [i] : []));
    expect(keys).toEqual([0, 30, 60]);
    expect(probe(mp4, 'stream=codec_name,width,height,pix_fmt')).toEqual(['h264,64,36,yuv420p']);
  });

  it('gives the same bytes for the same frames', async () => {
    const [a, b] = [
      await ffmpegEncoder()(FORMAT, greyFrames(20)),
      await ffmpegEncoder()(FORMAT, greyFrames(20)),
    ];
    expect(a).toEqual(b);
  });

  it('says what is missing and how to get it', async () => {
    await expect(ffmpegEncoder('no-such-ffmpeg')(FORMAT, greyFrames(3))).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      hint: expect.stringContaining('apt-get install ffmpeg') as string,
    });
  });

  it('tells what ffmpeg said when it fails, however many frames are left', async () => {
    const tooNarrow = { ...FORMAT, width: 63 };
    await expect(ffmpegEncoder()(tooNarrow, greyFrames(500))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('width not divisible by 2') as string,
    });
  });
});

function probe(mp4: Uint8Array, entries: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'video-encoder-'));
  try {
    const file = join(folder, 'a.mp4');
    writeFileSync(file, mp4);
    const args = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      entries,
      '-of',
      'csv=p=0',
      file,
    ];
    const text = execFileSync('ffprobe', args, { encoding: 'utf8' });
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
