import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  OkPrediction,
  PartMetadata,
  PolicySample,
  PredictionRow,
} from '@drivesweep/contracts';
import { corrupt } from './arrow-read.ts';
import { writeFile } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { readPredictionColumns, readScoredColumns } from './prediction-columns.ts';
import type { OptionalLists, PathColumns, PredictionColumns } from './prediction-columns.ts';
import { predictionColumns } from './prediction-rows.ts';
import { egoBoxAt, obstaclesAt } from './surroundings.ts';

/**
 * One prediction part as a Parquet file. Paths, boxes, actions and log-probabilities are stored as float32. The same rows
 * and metadata give the same bytes. Paths with lists of unequal length are INTERNAL.
 */
export function encodePredictionPart(
  rows: readonly PredictionRow[],
  metadata: PartMetadata,
): Uint8Array {
  const written = metadataToWrite(metadata, PREDICTION_SCHEMA_VERSION);
  return writeFile(predictionColumns(rows), rows.length, written);
}

/** Paths end to end as doubles: widened once per part, because making an array for each path took half of the time. */
interface WidePaths {
  readonly offsets: Int32Array;
  readonly axes: Readonly<Record<keyof OkPrediction['history'], Float64Array>>;
}

function widen({ offsets, x, y, z, yaw }: PathColumns): WidePaths {
  return { offsets, axes: { x: wide(x), y: wide(y), z: wide(z), yaw: wide(yaw) } };
}

/** By a loop: the constructor of Float64Array takes ten times as long to convert. */
function wide(values: Float32Array): Float64Array {
  const widened = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) widened[i] = values[i] ?? NaN;
  return widened;
}

/** Views of path i, not copies; made by the constructor, which takes a third of the time of `subarray`. */
function pathAt({ offsets, axes }: WidePaths, i: number): OkPrediction['history'] {
  const from = offsets[i] ?? 0;
  const length = (offsets[i + 1] ?? 0) - from;
  const view = ({ buffer, byteOffset, BYTES_PER_ELEMENT }: Float64Array) =>
    new Float64Array(buffer, byteOffset + from * BYTES_PER_ELEMENT, length);
  return { x: view(axes.x), y: view(axes.y), z: view(axes.z), yaw: view(axes.yaw) };
}

/** The bounds of optional list i; null when the list is. */
function boundsAt<T>({ offsets, valid }: OptionalLists<T>, i: number): [number, number] | null {
  return valid?.[i] === 0 ? null : [offsets[i] ?? 0, offsets[i + 1] ?? 0];
}

function floatsAt(lists: OptionalLists<Float32Array>, i: number): Float64Array | null {
  const bounds = boundsAt(lists, i);
  return bounds && new Float64Array(lists.values.subarray(...bounds));
}

function integersAt(lists: OptionalLists<Int32Array>, i: number): Int32Array | null {
  const bounds = boundsAt(lists, i);
  return bounds && lists.values.slice(...bounds);
}

function finishReason(text: string | null): PolicySample['finishReason'] {
  if (text === null || text === 'stop' || text === 'truncated') return text;
  throw corrupt(`unknown finish reason ${JSON.stringify(text)}`);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function sampleAt({ samples }: PredictionColumns, paths: WidePaths, i: number): PolicySample {
  return {
    ...pathAt(paths, i),
    accel: floatsAt(samples.accel, i),
    curvature: floatsAt(samples.curvature, i),
    trace: samples.trace[i] ?? null,
    tokenIds: integersAt(samples.tokenIds, i),
    logprobs: floatsAt(samples.logprobs, i),
    finishReason: finishReason(samples.finishReason[i] ?? null),
    probability: numberOrNull(samples.probability[i]),
  };
}

function samplesAt(columns: PredictionColumns, paths: WidePaths, row: number): PolicySample[] {
  const first = columns.sampleOffsets[row] ?? 0;
  const count = (columns.sampleOffsets[row + 1] ?? 0) - first;
  return Array.from({ length: count }, (_, k) => sampleAt(columns, paths, first + k));
}

interface PartPaths {
  readonly history: WidePaths;
  readonly future: WidePaths;
  readonly samples: WidePaths;
}

function rowAt(columns: PredictionColumns, paths: PartPaths, row: number): PredictionRow {
  const identity = {
    windowId: columns.windowId[row] ?? '',
    driveId: columns.driveId[row] ?? '',
    t0Us: numberOrNull(columns.t0Us[row]),
    facts: columns.facts[row] ?? {},
  };
  const status = columns.status[row];
  if (status === 'error' || status === 'skipped') {
    const code = columns.errorCode[row];
    if (code == null) throw corrupt(`row ${row} is ${status} without a code`);
    return { ...identity, status, code, message: columns.errorMessage[row] ?? '' };
  }
  return {
    ...identity,
    status: 'ok',
    history: pathAt(paths.history, row),
    future: pathAt(paths.future, row),
    v0Mps: columns.v0Mps[row] ?? NaN,
    obstacles: obstaclesAt(columns.obstacles, row),
    egoBox: egoBoxAt(columns.egoBox, row),
    samples: samplesAt(columns, paths.samples, row),
  };
}

interface DecodedPredictions {
  readonly metadata: PartMetadata;
  readonly rows: PredictionRow[];
}

/**
 * Reads a prediction part back into rows; what is stored as float32 comes back as the float64 of the same value, so
 * 0.1 becomes 0.10000000149011612. Throws PART_CORRUPT for damaged bytes and SCHEMA_UNSUPPORTED for another version.
 */
export function decodePredictionPart(bytes: Uint8Array): DecodedPredictions {
  return rowsOf(readPredictionColumns(bytes));
}

/**
 * The same rows with what scores look at only: accel, curvature, token ids, log-probabilities and finish reasons are
 * null. Errors as `decodePredictionPart`.
 */
export async function decodeScoredPredictions(bytes: Uint8Array): Promise<DecodedPredictions> {
  return rowsOf(await readScoredColumns(bytes));
}

function rowsOf(columns: PredictionColumns): DecodedPredictions {
  const paths = {
    history: widen(columns.history),
    future: widen(columns.future),
    samples: widen(columns.samples.paths),
  };
  const rows = Array.from({ length: columns.rows }, (_, row) => rowAt(columns, paths, row));
  return { metadata: columns.metadata, rows };
}
