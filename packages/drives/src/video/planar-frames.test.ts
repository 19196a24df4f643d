import { describe, expect, it } from 'vitest';
import type { FrameFormat } from '@drivesweep/contracts';
import { FrameAssembler, pixelFormatOf } from './planar-frames.ts';

const format = (colour: FrameFormat['colour']): FrameFormat => ({
  height: 1,
  width: 2,
  colour,
  resize: 'area',
});

/** ffmpeg's gbrp: two green, two blue, two red bytes. */
const green = [10, 11];
const blue = [20, 21];
const red = [30, 31];
const gbrp = Uint8Array.from([...green, ...blue, ...red]);

describe('FrameAssembler', () => {
  it('puts the planes of gbrp into the wanted order', () => {
    expect([...new FrameAssembler(format('rgb')).push(gbrp)]).toEqual([
      Uint8Array.from([...red, ...green, ...blue]),
    ]);
    expect([...new FrameAssembler(format('bgr')).push(gbrp)]).toEqual([
      Uint8Array.from([...blue, ...green, ...red]),
    ]);
    expect([...new FrameAssembler(format('grey')).push(gbrp.subarray(0, 2))]).toEqual([
      Uint8Array.from(green),
    ]);
  });

  it('does not care where the chunks of the pipe are cut', () => {
    const stream = Uint8Array.from([...gbrp, ...gbrp.map((v) => v + 100), ...gbrp]);
    const whole = [...new FrameAssembler(format('rgb')).push(stream)];
    expect(whole).toHaveLength(3);
    for (let size = 1; size <= stream.length; size += 1) {
      const assembler = new FrameAssembler(format('rgb'));
      const frames: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += size) {
        frames.push(...assembler.push(stream.subarray(at, at + size)));
      }
      expect(frames).toEqual(whole);
    }
  });

  it('never writes again to a frame that it gave away', () => {
    const assembler = new FrameAssembler(format('rgb'));
    const [first] = assembler.push(gbrp);
    const kept = first?.slice();
    const [second] = assembler.push(gbrp.map((v) => v + 100));
    expect(first).toEqual(kept);
    expect(second?.buffer).not.toBe(first?.buffer);
  });

  it('keeps an incomplete frame to itself', () => {
    expect([...new FrameAssembler(format('rgb')).push(gbrp.subarray(0, 5))]).toEqual([]);
  });
});

describe('pixelFormatOf', () => {
  it('is planar', () => {
    expect([pixelFormatOf('rgb'), pixelFormatOf('bgr'), pixelFormatOf('grey')]).toEqual([
      'gbrp',
      'gbrp',
      'gray',
    ]);
  });
});
