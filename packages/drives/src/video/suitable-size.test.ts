import { describe, expect, it } from 'vitest';
import type { FrameFormat } from '@drivesweep/contracts';
import { unsuitableSize } from './suitable-size.ts';

const ANY: FrameFormat = { height: 320, width: 576, colour: 'rgb', resize: 'catmull-rom' };
const RULED: FrameFormat = {
  ...ANY,
  smartResize: { factor: 32, minPixels: 163_840, maxPixels: 196_608 },
};

describe('the size of a camera', () => {
  it('is any, where the policy has no rule', () => {
    expect(unsuitableSize({ height: 10, width: 5000 }, ANY)).toBeNull();
  });

  it('suits where the rule chooses the size of the graph', () => {
    expect(unsuitableSize({ height: 1080, width: 1920 }, RULED)).toBeNull();
    expect(unsuitableSize({ height: 720, width: 1280 }, RULED)).toBeNull();
  });

  it('does not suit where it chooses another, and both are named', () => {
    expect(unsuitableSize({ height: 1208, width: 1920 }, RULED)).toBe(
      "the camera gives 1208x1920, which the policy's own rule makes 320x544; its graph takes 320x576",
    );
  });

  it('does not suit where the rule has no answer', () => {
    expect(unsuitableSize({ height: 10, width: 5000 }, RULED)).toContain('does not take');
  });
});
