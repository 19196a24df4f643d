import type {
  DriveFacts,
  EgoBox,
  OkPrediction,
  RowStatus,
  WindowObstacle,
} from '@drivesweep/contracts';
import { listAt } from './optional-lists.ts';
import { readPredictionColumns } from './prediction-columns.ts';
import type { PathColumns, PredictionColumns } from './prediction-columns.ts';
import { egoBoxAt, obstaclesAt } from './surroundings.ts';
import { topTokensAt } from './top-tokens.ts';
import type { PartTopTokens } from './top-tokens.ts';

/** A path as it lies in the part: views, not copies. Metres and radians, ego frame at t0. */
export interface PartPath {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly yaw: Float32Array;
}

export interface PartSample extends PartPath {
  readonly accel: Float32Array | null;
  readonly curvature: Float32Array | null;
  readonly trace: string | null;
  readonly tokenIds: Int32Array | null;
  readonly logprobs: Float32Array | null;
  readonly topTokens: PartTopTokens | null;
  readonly finishReason: string | null;
  readonly probability: number | null;
}

/** A window that was answered, in single precision as it is stored. */
export interface PartWindow {
  readonly windowId: string;
  readonly driveId: string;
  readonly t0Us: number;
  readonly v0Mps: number;
  readonly facts: DriveFacts;
  readonly history: PartPath;
  readonly future: PartPath;
  readonly samples: readonly PartSample[];
  readonly obstacles: () => readonly WindowObstacle[] | null;
  readonly egoBox: () => EgoBox | null;
}

/** The rows of a prediction part, looked at one by one without making doubles of what is only passed on. */
export interface PartWindows {
  readonly rows: number;
  readonly status: readonly RowStatus[];
  readonly windowId: readonly string[];
  readonly driveId: readonly string[];
  readonly facts: readonly DriveFacts[];
  /** Only of rows whose status is ok. */
  windowAt(row: number): PartWindow;
}

/** Reads a prediction part. Throws PART_CORRUPT for damaged bytes and SCHEMA_UNSUPPORTED for another version. */
export function openPartWindows(bytes: Uint8Array): PartWindows {
  const columns = readPredictionColumns(bytes);
  const { rows, status, windowId, driveId, facts } = columns;
  return { rows, status, windowId, driveId, facts, windowAt: (row) => windowAt(columns, row) };
}

function windowAt(columns: PredictionColumns, row: number): PartWindow {
  const first = columns.sampleOffsets[row] ?? 0;
  const end = columns.sampleOffsets[row + 1] ?? 0;
  const samples: PartSample[] = [];
  for (let i = first; i < end; i++) samples.push(sampleAt(columns, i));
  return {
    windowId: columns.windowId[row] ?? '',
    driveId: columns.driveId[row] ?? '',
    t0Us: columns.t0Us[row] ?? NaN,
    v0Mps: columns.v0Mps[row] ?? NaN,
    facts: columns.facts[row] ?? {},
    history: pathAt(columns.history, row),
    future: pathAt(columns.future, row),
    samples,
    obstacles: () => obstaclesAt(columns.obstacles, row),
    egoBox: () => egoBoxAt(columns.egoBox, row),
  };
}

function sampleAt({ samples }: PredictionColumns, i: number): PartSample {
  const { x, y, z, yaw } = pathAt(samples.paths, i);
  const probability = samples.probability[i] ?? NaN;
  return {
    x,
    y,
    z,
    yaw,
    accel: listAt(samples.accel, i),
    curvature: listAt(samples.curvature, i),
    trace: samples.trace[i] ?? null,
    tokenIds: listAt(samples.tokenIds, i),
    logprobs: listAt(samples.logprobs, i),
    topTokens: topTokensAt(samples.topTokens, i),
    finishReason: samples.finishReason[i] ?? null,
    probability: Number.isNaN(probability) ? null : probability,
  };
}

function pathAt({ offsets, x, y, z, yaw }: PathColumns, i: number): PartPath {
  const from = offsets[i] ?? 0;
  const to = offsets[i + 1] ?? 0;
  return {
    x: x.subarray(from, to),
    y: y.subarray(from, to),
    z: z.subarray(from, to),
    yaw: yaw.subarray(from, to),
  };
}

/** A stored path in double precision, as scores look at it. */
export function widePath({ x, y, z, yaw }: PartPath): OkPrediction['history'] {
  return {
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    z: Float64Array.from(z),
    yaw: Float64Array.from(yaw),
  };
}
