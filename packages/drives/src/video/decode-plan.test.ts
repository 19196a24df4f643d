import { describe, expect, it } from 'vitest';
import { planDecode } from './decode-plan.ts';
import type { DecodeCosts, DecodeSegment } from './decode-plan.ts';

/** A process costs as much as 14 frames, as 1080p does. */
const costs: DecodeCosts = { startS: 0.07, frameS: 0.005 };

/** Key frames every `gop` frames. */
const keysEvery = (gop: number, frames: number) =>
  Array.from({ length: Math.ceil(frames / gop) }, (_, i) => i * gop);

const every = (step: number, frames: number) =>
  Array.from({ length: Math.ceil(frames / step) }, (_, i) => i * step);

/** What a plan costs when it is carried out. */
function secondsOf(plan: readonly DecodeSegment[], { startS, frameS }: DecodeCosts): number {
  return plan.reduce((sum, { startFrame, frameIndices }) => {
    const last = frameIndices.at(-1) ?? startFrame;
    return sum + startS + (last - startFrame + 1) * frameS;
  }, 0);
}

/** The cheapest of all ways to cut `wanted` into runs, each from its key frame. */
function cheapestS(wanted: readonly number[], keys: readonly number[], c: DecodeCosts): number {
  const keyOf = (frame: number) => keys.findLast((key) => key <= frame) ?? 0;
  let best = Infinity;
  for (let cuts = 0; cuts < 2 ** (wanted.length - 1); cuts += 1) {
    const plan: { startFrame: number; frameIndices: number[] }[] = [];
    wanted.forEach((frame, i) => {
      if (i === 0 || (cuts >> (i - 1)) & 1) {
        plan.push({ startFrame: keyOf(frame), frameIndices: [] });
      }
      plan.at(-1)?.frameIndices.push(frame);
    });
    best = Math.min(best, secondsOf(plan, c));
  }
  return best;
}

describe('planDecode', () => {
  it('decodes dense windows in one pass', () => {
    const wanted = every(3, 600);
    expect(planDecode(wanted, keysEvery(30, 600), 600, costs)).toEqual([
      { startFrame: 0, frameIndices: wanted },
    ]);
  });

  it('seeks to the key frame before each of a few windows in a long video', () => {
    const wanted = [100, 103, 106, 109, 5000, 5003, 5006, 5009];
    expect(planDecode(wanted, keysEvery(30, 18_000), 18_000, costs)).toEqual([
      { startFrame: 90, frameIndices: [100, 103, 106, 109] },
      { startFrame: 4980, frameIndices: [5000, 5003, 5006, 5009] },
    ]);
  });

  it('runs on where the next key frame lies too near to be worth a process', () => {
    // From 29 on to 44 costs 15 frames; from key frame 30 a start (14 frames) and 15 frames.
    expect(planDecode([29, 44], [0, 30], 100, costs)).toHaveLength(1);
    // From 0 on to 30 costs 30 frames; from key frame 30 a start and 1 frame.
    expect(planDecode([0, 30], [0, 30], 100, costs)).toHaveLength(2);
  });

  it('has one segment where the only key frame is the first', () => {
    expect(planDecode([0, 5000], [0], 6000, costs)).toHaveLength(1);
  });

  it('starts at frame 0 when no key frame is known before the wanted one', () => {
    expect(planDecode([5], [10], 20, costs)).toEqual([{ startFrame: 0, frameIndices: [5] }]);
  });

  it('plans nothing for nothing', () => {
    expect(planDecode([], [0], 20, costs)).toEqual([]);
  });

  it('refuses indices that are not ascending frames of the media', () => {
    for (const wanted of [[3, 3], [4, 3], [20], [-1], [1.5]]) {
      expect(() => planDecode(wanted, [0], 20, costs)).toThrow(RangeError);
    }
  });

  it('never costs more than the best of all possible plans, for every choice among 11 frames', () => {
    for (const keys of [[0], [0, 4], [0, 2, 5, 6, 10], [0, 1, 2, 3, 9]]) {
      for (const startS of [0, 0.01, 0.02, 0.07]) {
        for (let choice = 1; choice < 2 ** 11; choice += 1) {
          const wanted = every(1, 11).filter((i) => (choice >> i) & 1);
          const c = { startS, frameS: 0.005 };
          const plan = planDecode(wanted, keys, 11, c);
          expect(plan.flatMap((segment) => segment.frameIndices)).toEqual(wanted);
          if (wanted.length > 7) continue;
          expect(secondsOf(plan, c)).toBeCloseTo(cheapestS(wanted, keys, c), 9);
        }
      }
    }
  });
});
