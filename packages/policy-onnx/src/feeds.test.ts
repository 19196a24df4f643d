import { describe, expect, it } from 'vitest';
import type { PolicyInput } from '@drivesweep/contracts';
import { framesTensor } from './feeds.ts';
import type { BundleCameras } from './manifest-cameras.ts';

/** Two colour channels would do, but colours come as three. 2 x 3 pixels: plane c, row r, column k is 100c + 10r + k. */
const IMAGE = Uint8Array.of(
  ...[0, 1, 2, 10, 11, 12],
  ...[100, 101, 102, 110, 111, 112],
  ...[200, 201, 202, 210, 211, 212],
);

const CAMERA: BundleCameras = {
  names: ['front'],
  frames: { offsetsUs: [0] },
  height: 2,
  width: 3,
  resize: 'area',
  colour: 'rgb',
  layout: 'BNCHW',
  dtype: 'uint8',
};

function windowWith(frames: Uint8Array): PolicyInput {
  const none = new Float64Array(0);
  return { windowId: 'w', history: { x: none, y: none, z: none, yaw: none }, v0Mps: 0, frames };
}

const tensorOf = (changes: Partial<BundleCameras>, ...images: Uint8Array[]) =>
  framesTensor({ ...CAMERA, ...changes }, images.map(windowWith));

describe('framesTensor', () => {
  it('hands over the very bytes of one window that are as the graph wants them', () => {
    const { data, dims } = tensorOf({}, IMAGE);
    expect(data).toBe(IMAGE);
    expect(dims).toEqual([1, 1, 3, 2, 3]);
  });

  it('joins the windows of a batch', () => {
    const { data, dims } = tensorOf(
      { layout: 'BCHW' },
      IMAGE,
      IMAGE.map((v) => v + 1),
    );
    expect(dims).toEqual([2, 3, 2, 3]);
    expect([...data]).toEqual([...IMAGE, ...IMAGE.map((v) => v + 1)]);
  });

  it('puts channels last', () => {
    const { data, dims } = tensorOf({ layout: 'BHWC' }, IMAGE);
    expect(dims).toEqual([1, 2, 3, 3]);
    expect([...data].slice(0, 6)).toEqual([0, 100, 200, 1, 101, 201]);
  });

  it('puts channels last in each of several images', () => {
    const frames = { offsetsUs: [-1, 0] };
    const two = Uint8Array.of(...IMAGE, ...IMAGE.map((v) => v + 1));
    const { data, dims } = tensorOf({ layout: 'BNHWC', frames }, two);
    expect(dims).toEqual([1, 2, 2, 3, 3]);
    expect([...data].slice(18, 24)).toEqual([1, 101, 201, 2, 102, 202]);
  });

  it('cuts out the crop', () => {
    const crop = { top: 1, left: 1, height: 1, width: 2 };
    const { data, dims } = tensorOf({ crop }, IMAGE);
    expect(dims).toEqual([1, 1, 3, 1, 2]);
    expect([...data]).toEqual([11, 12, 111, 112, 211, 212]);
  });

  it('normalises each channel: (pixel * scale - mean) / std', () => {
    const { data } = tensorOf(
      { dtype: 'float32', scale: 0.5, mean: [0, 50, 100], std: [1, 1, 2] },
      IMAGE,
    );
    expect([...data]).toEqual([
      ...[0, 0.5, 1, 5, 5.5, 6],
      ...[0, 0.5, 1, 5, 5.5, 6],
      ...[0, 0.25, 0.5, 2.5, 2.75, 3],
    ]);
  });

  it('refuses a window with too few bytes, naming it', () => {
    expect(() => tensorOf({}, IMAGE.subarray(1))).toThrow('window w brings 17 bytes of frames');
  });
});
