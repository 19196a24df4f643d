import { describe, expect, it } from 'vitest';
import { driveOfWindow, readPredictionLine } from './prediction-line.ts';
import { assertEndsAtOrigin, speedAtT0Mps } from './prediction-to-score.ts';

/** Ten metres a second straight on: four poses of history, two steps ahead, one sample 1 m beside the truth. */
const LINE = {
  window_id: 'drive-1@1000000',
  dt_s: 0.5,
  history: { x: [-15, -10, -5, 0], y: [0, 0, 0, 0], yaw: [0, 0, 0, 0] },
  future: { x: [5, 10], y: [0, 0], yaw: [0, 0] },
  samples: [{ x: [5, 10], y: [1, 1], yaw: [0, 0], trace: 'Keep lane', probability: 1 }],
};

const read = (value: unknown) =>
  readPredictionLine(typeof value === 'string' ? value : JSON.stringify(value), 7);

function predictionOf(value: unknown) {
  const record = read(value);
  if (record.kind !== 'prediction') throw new Error(record.message);
  return record.prediction;
}

const refusal = (changes: object) => read({ ...LINE, ...changes });

describe('a line of predictions', () => {
  it('becomes a window to score', () => {
    const { windowId, driveId, stepS, window } = predictionOf(LINE);
    expect({ windowId, driveId, stepS }).toEqual({
      windowId: 'drive-1@1000000',
      driveId: 'drive-1',
      stepS: 0.5,
    });
    expect([...(window.samples[0]?.y ?? [])]).toEqual([1, 1]);
    expect([...window.future.z]).toEqual([0, 0]);
    expect(window.samples[0]).toMatchObject({ trace: 'Keep lane', probability: 1 });
    expect(window.v0Mps).toBeCloseTo(10, 2);
    expect(window.obstacles).toBeUndefined();
  });

  it('tells no obstacles from nobody there', () => {
    expect(predictionOf({ ...LINE, obstacles: [] }).window.obstacles).toEqual([]);
  });

  it('takes obstacles at times of their own, with ids that are numbers too', () => {
    const box = { id: 4, class: 'automobile', length: 4, width: 2, t_s: [0, 1], x: [9, 9] };
    const { obstacles } = predictionOf({
      ...LINE,
      obstacles: [{ ...box, y: [3, 3], yaw: [0, 0] }],
    }).window;
    expect(obstacles?.[0]).toMatchObject({ trackId: '4', className: 'automobile', lengthM: 4 });
    expect([...(obstacles?.[0]?.tS ?? [])]).toEqual([0, 1]);
  });

  it('may name its drive and facts to slice by', () => {
    const named = predictionOf({ ...LINE, drive_id: 'd', facts: { country: 'DE' } });
    expect(named).toMatchObject({ driveId: 'd', facts: { country: 'DE' } });
  });

  it.each([
    ['PREDICTION_NOT_FINITE', 'history.x[1]', { history: { ...LINE.history, x: [0, null, 0, 0] } }],
    ['PREDICTION_SHAPE', 'future.y', { future: { ...LINE.future, y: [0] } }],
    ['PREDICTION_SHAPE', 'history', { history: { x: [0], y: [0], yaw: [0] } }],
    ['PREDICTION_SHAPE', 'future.x', { future: { x: [5], y: [0], yaw: [0] } }],
    ['PREDICTION_SHAPE', 'samples', { samples: [] }],
    [
      'PREDICTION_SHAPE',
      'samples[1].x',
      { samples: [LINE.samples[0], { x: [1], y: [1], yaw: [1] }] },
    ],
    ['PREDICTION_INVALID', 'samples[0].x', { samples: [{ y: [1, 1], yaw: [0, 0] }] }],
    ['PREDICTION_INVALID', 'dt_s', { dt_s: 0 }],
    ['PREDICTION_INVALID', 'window_id', { window_id: 12 }],
    [
      'PREDICTION_INVALID',
      'samples[0].probability',
      { samples: [{ ...LINE.samples[0], probability: 1.5 }] },
    ],
    ['PREDICTION_INVALID', 'samples[0].trace', { samples: [{ ...LINE.samples[0], trace: 3 }] }],
    ['PREDICTION_INVALID', 'history', { history: { ...LINE.history, x: [985, 990, 995, 1000] } }],
  ])('is refused with %s that names %s', (code, place, changes) => {
    const record = refusal(changes);
    expect(record).toMatchObject({ kind: 'refused', line: 7, code });
    expect(record.kind === 'refused' && record.message).toContain(place);
  });

  it('is refused by name where Python wrote NaN', () => {
    const text = JSON.stringify(LINE).replace('[5,10]', '[5, NaN]');
    expect(read(text)).toMatchObject({
      code: 'PREDICTION_NOT_FINITE',
      message: 'future.x[1] is null or NaN',
    });
  });

  it('keeps the id of a window that is refused', () => {
    expect(refusal({ dt_s: 'fast' })).toMatchObject({ windowId: LINE.window_id });
    expect(read('{"window_id": ')).toMatchObject({ windowId: null, code: 'PREDICTION_INVALID' });
    expect(read('[1]')).toMatchObject({ windowId: null, code: 'PREDICTION_INVALID' });
  });
});

describe('what a line does not say', () => {
  it('is the drive of a window whose id is not one of ours', () => {
    expect(driveOfWindow('a@b@100')).toBe('a@b');
    expect(driveOfWindow('window 12')).toBeNull();
  });

  it('is the speed: two poses give the last step, also backwards', () => {
    const path = (x: number[]) => ({
      x: Float64Array.from(x),
      y: new Float64Array(x.length),
      z: new Float64Array(x.length),
      yaw: new Float64Array(x.length),
    });
    expect(speedAtT0Mps(path([-1, 0]), 0.1)).toBeCloseTo(10);
    expect(speedAtT0Mps(path([1, 0]), 0.1)).toBeCloseTo(-10);
    expect(() => assertEndsAtOrigin(path([0, 0.4]))).not.toThrow();
    expect(() => assertEndsAtOrigin(path([0, 0.6]))).toThrow('expected 0, 0, 0');
  });
});
