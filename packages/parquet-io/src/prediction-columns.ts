import { PREDICTION_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { DriveFacts, ErrorCode, PartMetadata, RowStatus } from '@drivesweep/contracts';
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
  tableColumn,
  validityOf,
} from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';
import { errorCodes, factsOf, rowStatuses } from './identity-columns.ts';
import { noLists, optionalLists } from './optional-lists.ts';
import type { OptionalLists } from './optional-lists.ts';
import { readPart, readPartColumns } from './part-file.ts';
import { PATH_AXES } from './prediction-rows.ts';
import type { PathAxis } from './prediction-rows.ts';
import { readEgoBoxColumns, readObstacleColumns } from './surroundings.ts';
import type { EgoBoxColumns, ObstacleColumns } from './surroundings.ts';
import { noTopTokens, readTopTokens } from './top-tokens.ts';
import type { TopTokenColumns } from './top-tokens.ts';

/** Paths end to end: path i is [offsets[i], offsets[i + 1]) of each array. Metres and radians, ego frame at t0. */
export interface PathColumns {
  readonly offsets: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly yaw: Float32Array;
}

/** All samples of all rows end to end. */
export interface SampleColumns {
  readonly paths: PathColumns;
  readonly accel: OptionalLists<Float32Array>;
  readonly curvature: OptionalLists<Float32Array>;
  readonly tokenIds: OptionalLists<Int32Array>;
  readonly logprobs: OptionalLists<Float32Array>;
  readonly topTokens: TopTokenColumns;
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
  readonly history: PathColumns;
  readonly future: PathColumns;
  /** The samples of row i are [sampleOffsets[i], sampleOffsets[i + 1]) of `samples`. */
  readonly sampleOffsets: Int32Array;
  readonly samples: SampleColumns;
  readonly obstacles: ObstacleColumns;
  readonly egoBox: EgoBoxColumns;
}

/**
 * Lists that belong together; `member` gives each by its axis, and those that are not in `axes` stay empty.
 * Throws PART_CORRUPT when their lengths differ.
 */
function pathsOf(
  what: string,
  axes: readonly PathAxis[],
  member: (axis: string) => ReadColumn,
): PathColumns {
  const none = new Float32Array();
  const paths: Record<PathAxis, Float32Array> = { x: none, y: none, z: none, yaw: none };
  let first: Int32Array | undefined;
  for (const axis of axes) {
    const { offsets, members } = readLists(member(axis));
    first ??= offsets;
    if (!sameOffsets(offsets, first)) throw corrupt(`${what} has lists of unequal length`);
    paths[axis] = float32Values(members);
  }
  return { offsets: first ?? new Int32Array(1), ...paths };
}

function samplesOf(structs: ReadColumn, { axes, isWhole, traces }: Extent): SampleColumns {
  const member = (name: string) => structMember(structs, name);
  const probability = member('probability');
  const floats = (name: string) =>
    isWhole ? optionalLists(member(name), float32Values) : noLists(structs, new Float32Array());
  return {
    paths: pathsOf('samples', axes, member),
    accel: floats('accel'),
    curvature: floats('curvature'),
    tokenIds: isWhole
      ? optionalLists(member('token_ids'), int32Values)
      : noLists(structs, new Int32Array()),
    logprobs: floats('logprobs'),
    topTokens: isWhole ? readTopTokens(structs) : noTopTokens(structs),
    trace: traces ? nullableTexts(member('trace')) : [],
    finishReason: isWhole ? nullableTexts(member('finish_reason')) : [],
    probability: nanWhereNull(float64Values(probability), validityOf(probability)),
  };
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

function columnsOf(
  { table, metadata }: ReturnType<typeof readPart>,
  extent: Extent,
): PredictionColumns {
  const { axes } = extent;
  const column = (name: string) => tableColumn(table, name);
  const t0Us = column('t0_us');
  const v0Mps = column('v0_mps');
  const samples = readLists(column('samples'));
  return {
    metadata,
    rows: table.numRows,
    windowId: requiredTexts(column('window_id')),
    driveId: requiredTexts(column('drive_id')),
    t0Us: nanWhereNull(int64Values(t0Us), validityOf(t0Us)),
    status: rowStatuses(column('status')),
    errorCode: errorCodes(column('error_code')),
    errorMessage: nullableTexts(column('error_message')),
    v0Mps: nanWhereNull(float64Values(v0Mps), validityOf(v0Mps)),
    facts: factsOf(column('facts')),
    history: pathsOf('history', axes, (axis) => column(`history_${axis}`)),
    future: pathsOf('future', axes, (axis) => column(`future_${axis}`)),
    sampleOffsets: samples.offsets,
    samples: samplesOf(samples.members, extent),
    obstacles: readObstacleColumns(table),
    egoBox: readEgoBoxColumns(table),
  };
}
