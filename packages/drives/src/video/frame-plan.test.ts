import { describe, expect, it } from 'vitest';
import type { CameraStream } from '@drivesweep/contracts';
import { findFrameIndexAt, planFrames } from './frame-plan.ts';

const camera = (name: string, frameTimesUs: readonly number[]): CameraStream => ({
  name,
  frameTimesUs: Float64Array.from(frameTimesUs),
  media: { kind: 'mp4', key: `${name}.mp4`, offset: 0, bytes: 1 },
});

/** Frames at 0, 100 ms, 200 ms ... */
const tenHz = (frames: number) => Array.from({ length: frames }, (_, i) => i * 100_000);
const offsetsUs = [-100_000, 0];

describe('findFrameIndexAt', () => {
  const times = [10, 20, 30];

  it('finds the last frame at or before a time', () => {
    expect([10, 19, 20, 29, 30, 1000].map((t) => findFrameIndexAt(times, t))).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
  });

  it('finds nothing before the first frame, nor in no frames', () => {
    expect(findFrameIndexAt(times, 9)).toBeUndefined();
    expect(findFrameIndexAt([], 9)).toBeUndefined();
  });

  it('agrees with looking at every frame', () => {
    const uneven = [3, 4, 9, 11, 12, 30, 31];
    for (let t = 0; t < 35; t += 1) {
      const last = uneven.findLastIndex((frame) => frame <= t);
      expect(findFrameIndexAt(uneven, t)).toBe(last < 0 ? undefined : last);
    }
  });
});

describe('planFrames', () => {
  it('asks once for a frame that several windows need', () => {
    const plan = planFrames(
      { names: ['front'], offsetsUs },
      [camera('front', tenHz(10))],
      [500_000, 600_000],
    );
    expect(plan.cameras.map((c) => c.frameIndices)).toEqual([[4, 5, 6]]);
    expect(plan.windows).toEqual([
      { t0Us: 500_000, frameIndices: [[4, 5]] },
      { t0Us: 600_000, frameIndices: [[5, 6]] },
    ]);
  });

  it('keeps the order of the policy for cameras and of the caller for windows', () => {
    const cameras = [camera('rear', tenHz(10)), camera('front', tenHz(20))];
    const plan = planFrames(
      { names: ['front', 'rear'], offsetsUs: [0] },
      cameras,
      [900_000, 100_000],
    );
    expect(plan.cameras.map((c) => c.camera.name)).toEqual(['front', 'rear']);
    expect(plan.cameras[0]?.frameIndices).toEqual([1, 9]);
    expect(plan.windows[0]).toEqual({ t0Us: 900_000, frameIndices: [[9], [9]] });
  });

  it('gives a window before the first frame FRAME_MISSING and decodes nothing for it', () => {
    const plan = planFrames(
      { names: ['front'], offsetsUs },
      [camera('front', tenHz(10))],
      [50_000, 300_000],
    );
    expect(plan.windows[0]).toMatchObject({ t0Us: 50_000, error: { code: 'FRAME_MISSING' } });
    expect(plan.cameras[0]?.frameIndices).toEqual([2, 3]);
  });

  it('takes a frame of up to two periods before, and none that is older', () => {
    // 4 Hz: two periods are 0.5 s. The last frame is at 0.75 s.
    const slow = camera('front', [0, 250_000, 500_000, 750_000]);
    const plan = planFrames({ names: ['front'], offsetsUs: [0] }, [slow], [1_250_000, 1_250_001]);
    expect(plan.windows[0]).toEqual({ t0Us: 1_250_000, frameIndices: [[3]] });
    expect(plan.windows[1]).toMatchObject({ error: { code: 'FRAME_MISSING' } });
  });

  it('allows 0.2 s however fast the camera is, also across dropped frames', () => {
    const fast = Array.from({ length: 30 }, (_, i) => i * 33_333);
    const dropped = [...fast, 1_500_000, 1_533_333];
    const at = [29 * 33_333 + 200_000, 29 * 33_333 + 200_001, 1_510_000];
    const plan = planFrames({ names: ['front'], offsetsUs: [0] }, [camera('front', dropped)], at);
    expect(plan.windows.map((w) => ('error' in w ? w.error.code : w.frameIndices))).toEqual([
      [[29]],
      'FRAME_MISSING',
      [[30]],
    ]);
  });

  it('names the camera that the drive lacks', () => {
    const needs = { names: ['front', 'rear'], offsetsUs: [0] };
    const plan = planFrames(needs, [camera('front', tenHz(3))], [100_000]);
    expect(plan.windows[0]).toMatchObject({
      error: { code: 'CAMERA_MISSING', message: 'camera rear is not in the drive' },
    });
    expect(plan.cameras.map((c) => c.frameIndices)).toEqual([[]]);
  });

  it('says of a camera without frames that it has none', () => {
    const plan = planFrames({ names: ['front'], offsetsUs: [0] }, [camera('front', [])], [0]);
    expect(plan.windows[0]).toMatchObject({
      error: { message: 'camera front has no frame at or before 0 us: it has no frames' },
    });
  });
});
