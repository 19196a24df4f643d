import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  Lists,
  OkPrediction,
  PartMetadata,
  Paths,
  PolicySample,
  PredictionRow,
  TopTokenLists,
} from '@drivesweep/contracts';
import { corrupt } from './arrow-read.ts';
import { writeFile } from './parquet-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { readPredictionColumns } from './prediction-columns.ts';
import type { PredictionColumns } from './prediction-columns.ts';
import { predictionColumns } from './prediction-rows.ts';
import { egoBoxAt, obstaclesAt } from './surroundings.ts';
import { topTokensAt } from './top-tokens.ts';

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

type EgoPath = OkPrediction['history'];

/** Where the paths of rows come from. */
export interface RowPaths {
  readonly history: (row: number) => EgoPath;
  readonly future: (row: number) => EgoPath;
  /** @param i place of the sample among those of all rows; `k` its place in its window */
  readonly sample: (i: number, k: number) => EgoPath;
}

/** Paths as doubles, each an array of its own: widened once per part and cut into views, which takes half of the time. */
function viewsOf({ offsets, x, y, z, yaw }: Paths): (i: number) => EgoPath {
  const axes = { x: wide(x), y: wide(y), z: wide(z), yaw: wide(yaw) };
  return (i) => {
    const from = offsets[i] ?? 0;
    const length = (offsets[i + 1] ?? 0) - from;
    // The constructor takes a third of the time of `subarray`.
    const view = ({ buffer, byteOffset, BYTES_PER_ELEMENT }: Float64Array) =>
      new Float64Array(buffer, byteOffset + from * BYTES_PER_ELEMENT, length);
    return { x: view(axes.x), y: view(axes.y), z: view(axes.z), yaw: view(axes.yaw) };
  };
}

/** By a loop: the constructor of Float64Array takes ten times as long to convert. */
function wide(values: Float32Array): Float64Array {
  const widened = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) widened[i] = values[i] ?? NaN;
  return widened;
}

/** The bounds of optional list i; null when the list is. */
function boundsAt<T>({ offsets, valid }: Lists<T>, i: number): [number, number] | null {
  return valid?.[i] === 0 ? null : [offsets[i] ?? 0, offsets[i + 1] ?? 0];
}

function floatsAt(lists: Lists<Float32Array>, i: number): Float64Array | null {
  const bounds = boundsAt(lists, i);
  return bounds && new Float64Array(lists.values.subarray(...bounds));
}

function integersAt(lists: Lists<Int32Array>, i: number): Int32Array | null {
  const bounds = boundsAt(lists, i);
  return bounds && lists.values.slice(...bounds);
}

function ownTopTokens(columns: TopTokenLists, i: number): PolicySample['topTokens'] {
  const top = topTokensAt(columns, i);
  return top && { k: top.k, ids: top.ids.slice(), logprobs: new Float64Array(top.logprobs) };
}

function finishReason(text: string | null): PolicySample['finishReason'] {
  if (text === null || text === 'stop' || text === 'truncated') return text;
  throw corrupt(`unknown finish reason ${JSON.stringify(text)}`);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function sampleAt({ samples }: PredictionColumns, path: EgoPath, i: number): PolicySample {
  return {
    x: path.x,
    y: path.y,
    z: path.z,
    yaw: path.yaw,
    accel: floatsAt(samples.accel, i),
    curvature: floatsAt(samples.curvature, i),
    trace: samples.trace[i] ?? null,
    tokenIds: integersAt(samples.tokenIds, i),
    logprobs: floatsAt(samples.logprobs, i),
    topTokens: ownTopTokens(samples.topTokens, i),
    finishReason: finishReason(samples.finishReason[i] ?? null),
    probability: numberOrNull(samples.probability[i]),
  };
}

function samplesAt(columns: PredictionColumns, paths: RowPaths, row: number): PolicySample[] {
  const first = columns.sampleOffsets[row] ?? 0;
  const end = columns.sampleOffsets[row + 1] ?? 0;
  const samples: PolicySample[] = [];
  for (let i = first; i < end; i++) {
    samples.push(sampleAt(columns, paths.sample(i, i - first), i));
  }
  return samples;
}

/** One row of a part. Throws PART_CORRUPT for a failure without a code, and for an unknown finish reason. */
export function rowAt(columns: PredictionColumns, paths: RowPaths, row: number): PredictionRow {
  const windowId = columns.windowId[row] ?? '';
  const driveId = columns.driveId[row] ?? '';
  const t0Us = numberOrNull(columns.t0Us[row]);
  const facts = columns.facts[row] ?? {};
  const status = columns.status[row] ?? 'ok';
  if (status !== 'ok') {
    const code = columns.errorCode[row];
    if (code == null) throw corrupt(`row ${row} is ${status} without a code`);
    const message = columns.errorMessage[row] ?? '';
    return { windowId, driveId, t0Us, facts, status, code, message };
  }
  return {
    windowId,
    driveId,
    t0Us,
    facts,
    status,
    history: paths.history(row),
    future: paths.future(row),
    v0Mps: columns.v0Mps[row] ?? NaN,
    obstacles: obstaclesAt(columns.obstacles, row),
    egoBox: egoBoxAt(columns.egoBox, row),
    samples: samplesAt(columns, paths, row),
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
  const columns = readPredictionColumns(bytes);
  const paths = {
    history: viewsOf(columns.history),
    future: viewsOf(columns.future),
    sample: viewsOf(columns.samples.paths),
  };
  const rows = Array.from({ length: columns.rows }, (_, row) => rowAt(columns, paths, row));
  return { metadata: columns.metadata, rows };
}
