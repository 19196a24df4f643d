import { describe, expect, it } from 'vitest';
import type { CameraNeeds, CameraStream, Drive } from '@drivesweep/contracts';
import type { EgomotionTrack } from '@drivesweep/geometry';
import { prepareWindows } from './prepare-windows.ts';
import type { PreparedWindow } from './prepare-windows.ts';

const GRID = { historySteps: 4, horizonSteps: 2, stepUs: 100_000 };

/** Straight along x at 10 m/s, a pose every 0.1 s. */
function straight(tUs: readonly number[]): EgomotionTrack {
  const zeros = new Float64Array(tUs.length);
  return {
    tUs: Float64Array.from(tUs),
    xM: Float64Array.from(tUs, (t) => (10 * t) / 1e6),
    yM: zeros,
    zM: zeros,
    qx: zeros,
    qy: zeros,
    qz: zeros,
    qw: new Float64Array(tUs.length).fill(1),
  };
}

const tenths = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => (from + i) * 100_000);

function driveOf(changes: Partial<Drive> = {}): Drive {
  return {
    driveId: 'd',
    egomotion: straight(tenths(0, 20)),
    span: { firstUs: 0, lastUs: 2_000_000 },
    cameras: [],
    obstacles: null,
    egoBox: null,
    facts: { country: 'DE' },
    ...changes,
  };
}

const camera = (name: string, frameTimesUs: readonly number[]): CameraStream => ({
  name,
  frameTimesUs: Float64Array.from(frameTimesUs),
  media: { kind: 'mp4', key: 'v', offset: 0, bytes: 1 },
});

const NEEDS: CameraNeeds = {
  names: ['front'],
  offsetsUs: [-100_000, 0],
  format: { height: 2, width: 2, colour: 'rgb', resize: 'area' },
};

const codes = (windows: readonly PreparedWindow[]) =>
  windows.map((window) => (window.status === 'answerable' ? 'answerable' : window.code));

describe('prepareWindows', () => {
  it('gives history, future and speed in the ego frame at t0', () => {
    const { windows } = prepareWindows(driveOf(), [1_000_000], GRID, null);
    const [window] = windows;
    if (window?.status !== 'answerable') throw new Error('not answerable');
    const rounded = (values: Float64Array) => [...values].map((v) => Math.round(v * 1e6) / 1e6);
    expect(rounded(window.history.x)).toEqual([-3, -2, -1, 0]);
    expect(rounded(window.future.x)).toEqual([1, 2]);
    expect(window.v0Mps).toBeCloseTo(10, 2);
    expect(window).toMatchObject({ windowId: 'd@1000000', facts: { country: 'DE' } });
  });

  it('gives what is near and how large the vehicle is, when the drive says so', () => {
    const standing = {
      ...{ trackId: '7', className: 'person', lengthM: 0.5, widthM: 0.5, heightM: 1.8 },
      tUs: Float64Array.of(900_000, 1_000_000),
      xRigM: Float64Array.of(21, 20),
      yRigM: Float64Array.of(-2, -2),
      zRigM: Float64Array.of(0, 0),
      yawRig: Float64Array.of(0, 0),
    };
    const egoBox = { lengthM: 4.8, widthM: 2.1, rearAxleToCentreM: 1.4 };
    const { windows } = prepareWindows(
      driveOf({ obstacles: [standing], egoBox }),
      [1_000_000],
      GRID,
      null,
    );
    expect(windows).toMatchObject([{ obstacles: [{ trackId: '7' }], egoBox }]);
    const unlabelled = prepareWindows(driveOf(), [1_000_000], GRID, null);
    expect(unlabelled.windows).toMatchObject([{ obstacles: null, egoBox: null }]);
  });

  it('answers the first and the last window of the span and none outside', () => {
    const t0s = [299_999, 300_000, 1_800_000, 1_800_001];
    const { windows } = prepareWindows(driveOf(), t0s, GRID, null);
    const outside = 'WINDOW_OUTSIDE_DRIVE';
    expect(codes(windows)).toEqual([outside, 'answerable', 'answerable', outside]);
  });

  it('cuts at the span, though the egomotion goes on', () => {
    const drive = driveOf({ span: { firstUs: 0, lastUs: 1_000_000 } });
    const { windows } = prepareWindows(drive, [800_000, 900_000], GRID, null);
    expect(codes(windows)).toEqual(['answerable', 'WINDOW_OUTSIDE_DRIVE']);
  });

  it('fails only the windows that a gap of more than half a second touches', () => {
    const egomotion = straight([...tenths(0, 5), ...tenths(11, 20)]);
    const t0s = [300_000, 700_000, 1_500_000];
    const { windows } = prepareWindows(driveOf({ egomotion }), t0s, GRID, null);
    expect(codes(windows)).toEqual(['answerable', 'EGOMOTION_GAP', 'answerable']);
  });

  it('bridges a gap of exactly half a second', () => {
    const egomotion = straight([...tenths(0, 5), ...tenths(10, 20)]);
    const { windows } = prepareWindows(driveOf({ egomotion }), [700_000], GRID, null);
    expect(codes(windows)).toEqual(['answerable']);
  });

  it.each([
    ['EGOMOTION_MISSING', straight(tenths(0, 2))],
    ['EGOMOTION_NOT_MONOTONIC', straight([0, 100_000, 100_000, 200_000, 300_000])],
    ['EGOMOTION_NOT_FINITE', straight([0, 100_000, NaN, 200_000, 300_000])],
  ])('says %s for every window of the drive', (code, egomotion) => {
    const { windows } = prepareWindows(driveOf({ egomotion }), [1, 2], GRID, null);
    expect(codes(windows)).toEqual([code, code]);
  });

  it('has no answer at no time', () => {
    const { windows } = prepareWindows(driveOf(), [null], GRID, null);
    expect(windows[0]).toMatchObject({ t0Us: null, windowId: 'd@none', status: 'error' });
  });

  it('plans the frames of answerable windows only', () => {
    const drive = driveOf({ cameras: [camera('front', tenths(0, 20))] });
    const { windows, cameras } = prepareWindows(drive, [0, 500_000, 600_000], GRID, NEEDS);
    expect(codes(windows)).toEqual(['WINDOW_OUTSIDE_DRIVE', 'answerable', 'answerable']);
    expect(cameras[0]?.frameIndices).toEqual([4, 5, 6]);
    expect(windows[2]).toMatchObject({ frameIndices: [[5, 6]] });
  });

  it('names a camera that the drive does not have, and why if that is known', () => {
    const missing = prepareWindows(driveOf(), [500_000], GRID, NEEDS).windows;
    expect(codes(missing)).toEqual(['CAMERA_MISSING']);
    const problems = [
      { stream: 'front', code: 'DRIVE_UNREADABLE', message: 'zip cut off' },
    ] as const;
    const { windows } = prepareWindows(driveOf({ problems }), [500_000], GRID, NEEDS);
    expect(windows[0]).toMatchObject({
      code: 'DRIVE_UNREADABLE',
      message: 'zip cut off',
    });
  });

  it('fails the window whose frame the camera does not have yet', () => {
    const drive = driveOf({ cameras: [camera('front', tenths(5, 20))] });
    const { windows } = prepareWindows(drive, [500_000, 600_000], GRID, NEEDS);
    expect(codes(windows)).toEqual(['FRAME_MISSING', 'answerable']);
  });
});
