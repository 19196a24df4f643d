import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  EgoBox,
  FailedPrediction,
  OkPrediction,
  PartMetadata,
  PolicySample,
  WindowObstacle,
} from '@drivesweep/contracts';

/* Rows for tests. Their numbers are exact in float32, so that they come back equal. */

export const METADATA: PartMetadata = {
  schemaVersion: PREDICTION_SCHEMA_VERSION,
  sweepId: 'sw-0123456789abcdef',
  shardId: '0123456789abcdef',
  bundleSha256: 'ab'.repeat(32),
  provider: 'cpu',
  stepUs: 100_000,
  software: { node: 'v20.20.2', drivesweep: '0.1.0' },
};

const path = (...x: number[]) => ({
  x: Float64Array.from(x),
  y: Float64Array.from(x, (value) => -value),
  z: Float64Array.from(x, () => 0),
  yaw: Float64Array.from(x, (value) => value / 64),
});

/** Of a policy that writes, and offers the two most likely tokens. */
export const SAMPLE: PolicySample = {
  ...path(0.5, 1, 1.5),
  accel: Float64Array.of(0.25, 0.5, 0.75),
  curvature: Float64Array.of(-0.125, 0, 0.125),
  trace: 'keeps its lane, because the road is free',
  tokenIds: Int32Array.of(1, 2, 151_645),
  logprobs: Float64Array.of(-0.5, -0.25, -0.125),
  topTokens: {
    k: 2,
    ids: Int32Array.of(1, 9, 2, 8, 7, 151_645),
    logprobs: Float64Array.of(-0.5, -2, -0.25, -4, -0.0625, -0.125),
  },
  finishReason: 'stop',
  probability: 0.1,
};

/** No text at all, and a text that holds nothing. */
export const SILENT = { tokenIds: null, topTokens: null } as const;
export const WITHOUT_TOKENS = {
  tokenIds: new Int32Array(),
  topTokens: { k: 2, ids: new Int32Array(), logprobs: new Float64Array() },
} as const;

/** The samples of an action-free, silent policy, and of the others, in turn. */
function sample(k: number): PolicySample {
  if (k % 2 === 0) return { ...SAMPLE, trace: `sample ${k}`, finishReason: 'truncated' };
  return {
    ...path(k, k + 1, k + 2),
    accel: null,
    curvature: null,
    trace: null,
    tokenIds: null,
    logprobs: null,
    topTokens: null,
    finishReason: null,
    probability: null,
  };
}

/** A car that overtakes; its times are exact in microseconds. */
export const OBSTACLE: WindowObstacle = {
  trackId: '17',
  className: 'automobile',
  lengthM: 4.43,
  widthM: 1.81,
  tS: Float64Array.of(-2.087, -1.987, 0.000001, 7.3),
  x: Float64Array.of(-20.5, -19, 4, 100.25),
  y: Float64Array.of(3.5, 3.5, 3.25, 0),
  yaw: Float64Array.of(0, -0.125, -0.25, 3.125),
};

export const EGO_BOX: EgoBox = { lengthM: 4.87, widthM: 2.12, rearAxleToCentreM: 1.42 };

export function okRow(windowId: string, samples: number): OkPrediction {
  return {
    windowId,
    driveId: 'drive-a',
    t0Us: 1_600_000,
    facts: { country: 'DE', hour_of_day: '14' },
    status: 'ok',
    history: path(-1, 0),
    future: path(1, 2, 3),
    v0Mps: 12.3,
    obstacles: [OBSTACLE, { ...OBSTACLE, trackId: '4', className: 'person' }],
    egoBox: EGO_BOX,
    samples: Array.from({ length: samples }, (_, k) => sample(k)),
  };
}

export function failedRow(windowId: string): FailedPrediction {
  return {
    windowId,
    driveId: 'drive-b',
    t0Us: null,
    facts: {},
    status: 'error',
    code: 'EGOMOTION_GAP',
    message: 'drive-b: no pose for 400 ms at 1600000 µs',
  };
}
