import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type {
  DriveFacts,
  ErrorCode,
  Lists,
  PartMetadata,
  Paths,
  RowStatus,
  TopTokenLists,
} from '@drivesweep/contracts';
import {
  corrupt,
  float32Values,
  float64Values,
  int32Values,
  int64Values,
  nanWhereNull,
  nullableTexts,
  readLists,
  requiredTexts,
  sameOffsets,
  structMember,
  partColumn,
  validityOf,
} from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';
import { errorCodes, factsOf, rowStatuses } from './identity-columns.ts';
import { noLists, optionalLists } from './optional-lists.ts';
import { readPart, readPartColumns } from './part-file.ts';
import type { ReadPart } from './part-file.ts';
import { PATH_AXES } from './prediction-rows.ts';
import type { PathAxis } from './prediction-rows.ts';
import { readEgoBoxColumns, readObstacleColumns } from './surroundings.ts';
import type { EgoBoxColumns, ObstacleColumns } from './surroundings.ts';
import { noTopTokens, readTopTokens } from './top-tokens.ts';

/** All samples of all rows end to end. */
export interface SampleColumns {
  readonly paths: Paths;
  readonly accel: Lists<Float32Array>;
  readonly curvature: Lists<Float32Array>;
  readonly tokenIds: Lists<Int32Array>;
  readonly logprobs: Lists<Float32Array>;
  readonly topTokens: TopTokenLists;
  readonly trace: readonly (string | null)[];
  readonly finishReason: readonly (string | null)[];
  /** NaN where there is none. */
  readonly probability: Float64Array;
}

/** A prediction part by columns: one array for all windows, so that scoring makes no object per window. */
export interface PredictionColumns {
  readonly metadata: PartMetadata;
  readonly rows: number;
  readonly windowId: readonly string[];
  readonly driveId: readonly string[];
  /** NaN where there is no t0. */
  readonly t0Us: Float64Array;
  readonly status: readonly RowStatus[];
  readonly errorCode: readonly (ErrorCode | null)[];
  readonly errorMessage: readonly (string | null)[];
  /** NaN unless ok. */
  readonly v0Mps: Float64Array;
  readonly facts: readonly DriveFacts[];
  /** Empty paths unless ok. */
  readonly history: Paths;
  readonly future: Paths;
  /** The samples of row i are [sampleOffsets[i], sampleOffsets[i + 1]) of `samples`. */
  readonly sampleOffsets: Int32Array;
  readonly samples: SampleColumns;
  readonly obstacles: ObstacleColumns;
  readonly egoBox: EgoBoxColumns;
}

const NO_FLOATS = new Float32Array();
const NO_INTEGERS = new Int32Array();

/**
 * Lists that belong together, one per axis under the name `prefix` and the axis; those that are not in `axes` stay empty.
 * Throws PART_CORRUPT when their lengths differ.
 */
function pathsOf(
  structs: ReadColumn,
  prefix: '' | 'history_' | 'future_',
  axes: readonly PathAxis[],
): Paths {
  const paths: Record<PathAxis, Float32Array> = {
    x: NO_FLOATS,
    y: NO_FLOATS,
    z: NO_FLOATS,
    yaw: NO_FLOATS,
  };
  let first: Int32Array | undefined;
  for (const axis of axes) {
    const { offsets, members } = readLists(structMember(structs, prefix + axis));
    first ??= offsets;
    if (!sameOffsets(offsets, first)) {
      throw corrupt(`${prefix.slice(0, -1) || 'samples'} has lists of unequal length`);
    }
    paths[axis] = float32Values(members);
  }
  return { offsets: first ?? new Int32Array(1), ...paths };
}

function samplesOf(structs: ReadColumn, { axes, isWhole, traces }: Extent): SampleColumns {
  return {
    paths: pathsOf(structs, '', axes),
    ...(isWhole ? generatedOf(structs) : notGenerated(structs)),
    trace: traces ? nullableTexts(structMember(structs, 'trace')) : [],
    probability: nullableNumbers(structMember(structs, 'probability')),
  };
}

type Generated = Omit<SampleColumns, 'paths' | 'trace' | 'probability'>;

/** What no score looks at. */
function generatedOf(structs: ReadColumn): Generated {
  return {
    accel: optionalLists(structMember(structs, 'accel'), float32Values),
    curvature: optionalLists(structMember(structs, 'curvature'), float32Values),
    tokenIds: optionalLists(structMember(structs, 'token_ids'), int32Values),
    logprobs: optionalLists(structMember(structs, 'logprobs'), float32Values),
    topTokens: readTopTokens(structs),
    finishReason: nullableTexts(structMember(structs, 'finish_reason')),
  };
}

/** The same where it was not read. */
function notGenerated(structs: ReadColumn): Generated {
  const noFloats = noLists(structs, NO_FLOATS);
  return {
    accel: noFloats,
    curvature: noFloats,
    tokenIds: noLists(structs, NO_INTEGERS),
    logprobs: noFloats,
    topTokens: noTopTokens(structs),
    finishReason: [],
  };
}

/** NaN where there is none. */
function nullableNumbers(column: ReadColumn): Float64Array {
  return nanWhereNull(float64Values(column), validityOf(column));
}

/** What is read of a part for its scores: all that scores look at, unless said otherwise. */
export interface ScoredExtent {
  /** Axes of the paths; on the others paths are empty. */
  readonly axes?: readonly PathAxis[];
  /** Without them every trace is null. */
  readonly traces?: boolean;
  /** Obstacles and the size of the vehicle; without them both are null. */
  readonly obstacles?: boolean;
}

/** How much is read. */
interface Extent extends Required<ScoredExtent> {
  /** With actions, tokens, their probabilities and finish reasons, which no score looks at. */
  readonly isWhole: boolean;
}

const WHOLE: Extent = { isWhole: true, axes: PATH_AXES, traces: true, obstacles: true };

/** Columns as Parquet calls them. */
function namesOf({ axes, traces, obstacles }: Extent): string[] {
  const ofRows = 'window_id drive_id t0_us status error_code error_message v0_mps facts';
  const ofSamples = [...axes, 'probability', ...(traces ? ['trace'] : [])];
  return [
    ...ofRows.split(' '),
    ...axes.flatMap((axis) => [`history_${axis}`, `future_${axis}`]),
    ...ofSamples.map((name) => `samples.list.element.${name}`),
    ...(obstacles ? SURROUNDINGS : []),
  ];
}

const SURROUNDINGS = [
  'obstacles',
  'ego_length_m',
  'ego_width_m',
  'ego_rear_axle_to_centre_m',
] as const;

/**
 * Reads a prediction part by columns. Values of paths are float32, as they are stored.
 * Throws PART_CORRUPT for damaged bytes and SCHEMA_UNSUPPORTED for another version.
 */
export function readPredictionColumns(bytes: Uint8Array): PredictionColumns {
  const part = readPart(bytes, PREDICTION_SCHEMA_VERSION);
  return columnsOf(part, WHOLE);
}

/** Reads what scores look at, in half of the time. Actions, tokens, their probabilities and finish reasons are null. */
export async function readScoredColumns(
  bytes: Uint8Array,
  extent: ScoredExtent,
): Promise<PredictionColumns> {
  const scored = { ...WHOLE, ...extent, isWhole: false };
  const part = await readPartColumns(bytes, PREDICTION_SCHEMA_VERSION, namesOf(scored));
  return columnsOf(part, scored);
}

function columnsOf({ rows, metadata }: ReadPart, extent: Extent): PredictionColumns {
  const t0Us = partColumn(rows, 't0_us');
  const samples = readLists(partColumn(rows, 'samples'));
  return {
    metadata,
    rows: rows.length,
    windowId: requiredTexts(partColumn(rows, 'window_id')),
    driveId: requiredTexts(partColumn(rows, 'drive_id')),
    t0Us: nanWhereNull(int64Values(t0Us), validityOf(t0Us)),
    status: rowStatuses(partColumn(rows, 'status')),
    errorCode: errorCodes(partColumn(rows, 'error_code')),
    errorMessage: nullableTexts(partColumn(rows, 'error_message')),
    v0Mps: nullableNumbers(partColumn(rows, 'v0_mps')),
    facts: factsOf(partColumn(rows, 'facts')),
    history: pathsOf(rows, 'history_', extent.axes),
    future: pathsOf(rows, 'future_', extent.axes),
    sampleOffsets: samples.offsets,
    samples: samplesOf(samples.members, extent),
    obstacles: readObstacleColumns(rows),
    egoBox: readEgoBoxColumns(rows),
  };
}
