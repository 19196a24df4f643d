import { describe, expect, it } from 'vitest';
import { smartResize } from './smart-resize.ts';

/** Alpamayo-R1 and 1.5. */
const ALPAMAYO = { factor: 32, minPixels: 163_840, maxPixels: 196_608 };
/** The defaults of Qwen2-VL. */
const QWEN2_VL = { factor: 28, minPixels: 56 * 56, maxPixels: 14 * 14 * 4 * 1280 };

/** From `smart_resize` of transformers 5.23.0 itself. */
const CHOSEN: [height: number, width: number, toHeight: number, toWidth: number][] = [
  [1080, 1920, 320, 576],
  [720, 1280, 320, 576],
  [2160, 3840, 320, 576],
  [480, 640, 384, 512],
  [1208, 1920, 320, 544],
  [874, 1164, 384, 480],
  [320, 576, 320, 576],
  [321, 577, 320, 576],
  [336, 592, 320, 576],
  [335, 591, 320, 576],
  [64, 64, 416, 416],
  [100, 3000, 64, 2400],
  [3000, 100, 2400, 64],
  [1, 1, 416, 416],
  [1, 200, 32, 5728],
  [900, 1600, 320, 576],
  [16, 48, 256, 704],
  [1200, 1920, 320, 544],
  [376, 1241, 224, 800],
  [600, 960, 320, 544],
  [1440, 1080, 512, 384],
];

describe('smartResize', () => {
  it.each(CHOSEN)('brings %d x %d to %d x %d', (height, width, toHeight, toWidth) => {
    expect(smartResize({ height, width }, ALPAMAYO)).toEqual({ height: toHeight, width: toWidth });
  });

  it('takes the multiple that is next, and the even one of two', () => {
    expect(smartResize({ height: 1080, width: 1920 }, QWEN2_VL)).toEqual({
      height: 728,
      width: 1316,
    });
    expect(smartResize({ height: 70, width: 98 }, QWEN2_VL)).toEqual({ height: 56, width: 112 });
  });

  it('keeps what it has chosen', () => {
    for (const [, , height, width] of CHOSEN.filter(([, , h, w]) => h * w >= 163_840)) {
      if (height * width > ALPAMAYO.maxPixels) continue;
      expect(smartResize({ height, width }, ALPAMAYO)).toEqual({ height, width });
    }
  });

  it.each([
    [0, 10],
    [1, 201],
    [NaN, 10],
  ])('has no answer for %d x %d', (height, width) => {
    expect(() => smartResize({ height, width }, ALPAMAYO)).toThrow(RangeError);
  });
});
