import { PREDICTION_SCHEMA_VERSION, SAMPLE_COLUMNS } from '@drivesweep/contracts';
import type {
  EgoBox,
  Lists,
  Paths,
  SampleColumn,
  StoredSamples,
  StoredWindows,
  WindowObstacle,
} from '@drivesweep/contracts';
import {
  corrupt,
  float32Values,
  float64Values,
  int32Values,
  int64Values,
  nanWhereNull,
  readLists,
  requiredTexts,
  sameOffsets,
  structMember,
  partColumn,
  validityOf,
} from './arrow-read.ts';
import type { ReadColumn, ReadRows } from './arrow-read.ts';
import { factsOf, rowStatuses } from './identity-columns.ts';
import { noLists, optionalLists } from './optional-lists.ts';
import { readPartColumns } from './part-file.ts';
import { PATH_AXES } from './prediction-rows.ts';
import type { PathAxis } from './prediction-rows.ts';
import { egoBoxAt, obstaclesAt, readEgoBoxColumns, readObstacleColumns } from './surroundings.ts';
import { readTextBytes } from './text-bytes.ts';
import { noTopTokens, readTopTokens } from './top-tokens.ts';

/** What is read of a part, beside what every window has: ids, facts, speed, the recorded future. */
export interface PartExtent {
  readonly samples: readonly SampleColumn[];
  readonly history: boolean;
  /** Obstacles and the size of the vehicle. */
  readonly surroundings: boolean;
}

export const WHOLE_PART: PartExtent = {
  samples: SAMPLE_COLUMNS,
  history: true,
  surroundings: true,
};

/** The windows of a prediction part; what was not read is empty or null. */
export interface PartWindows extends StoredWindows {
  readonly obstaclesAt: (row: number) => readonly WindowObstacle[] | null;
  readonly egoBoxAt: (row: number) => EgoBox | null;
}

const SURROUNDINGS = ['obstacles', 'ego_length_m', 'ego_width_m', 'ego_rear_axle_to_centre_m'];

/** Columns as Parquet calls them. */
function namesOf({ samples, history, surroundings }: PartExtent): string[] {
  return [
    ...['window_id', 'drive_id', 't0_us', 'status', 'v0_mps', 'facts'],
    ...(history ? PATH_AXES.map((axis) => `history_${axis}`) : []),
    ...PATH_AXES.map((axis) => `future_${axis}`),
    // There are always some members: how many samples a window has is said by them.
    ...['probability', ...samples].map((name) => `samples.list.element.${name}`),
    ...(surroundings ? SURROUNDINGS : []),
  ];
}

/**
 * Reads what `extent` names of a prediction part. Throws PART_CORRUPT for damaged bytes and SCHEMA_UNSUPPORTED for
 * another version.
 */
export async function openPartWindows(bytes: Uint8Array, extent: PartExtent): Promise<PartWindows> {
  const { rows } = await readPartColumns(bytes, PREDICTION_SCHEMA_VERSION, namesOf(extent));
  const column = (name: string) => partColumn(rows, name);
  const t0Us = column('t0_us');
  const v0Mps = column('v0_mps');
  const samples = readLists(column('samples'));
  return {
    rows: rows.length,
    windowId: requiredTexts(column('window_id')),
    driveId: requiredTexts(column('drive_id')),
    t0Us: nanWhereNull(int64Values(t0Us), validityOf(t0Us)),
    status: rowStatuses(column('status')),
    v0Mps: nanWhereNull(float64Values(v0Mps), validityOf(v0Mps)),
    facts: factsOf(column('facts')),
    history: extent.history
      ? pathsOf('history', PATH_AXES, (axis) => column(`history_${axis}`))
      : noPaths(rows.length),
    future: pathsOf('future', PATH_AXES, (axis) => column(`future_${axis}`)),
    sampleOffsets: samples.offsets,
    samples: samplesOf(samples.members, extent.samples),
    ...surroundingsOf(rows, extent),
  };
}

/** Axes that are not read stay empty. Throws PART_CORRUPT when lists that belong together differ in length. */
function pathsOf(
  what: string,
  axes: readonly PathAxis[],
  member: (axis: PathAxis) => ReadColumn,
): Paths {
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

function noPaths(rows: number): Paths {
  const none = new Float32Array();
  return { offsets: new Int32Array(rows + 1), x: none, y: none, z: none, yaw: none };
}

function samplesOf(structs: ReadColumn, read: readonly SampleColumn[]): StoredSamples {
  const member = (name: string) => structMember(structs, name);
  const probability = member('probability');
  const axes = PATH_AXES.filter((axis) => read.includes(axis));
  const lists = <T>(name: SampleColumn, none: T, listsOf: (column: ReadColumn) => Lists<T>) =>
    read.includes(name) ? listsOf(member(name)) : noLists(structs, none);
  const floats = (name: SampleColumn) =>
    lists(name, new Float32Array(), (column) => optionalLists(column, float32Values));
  const texts = (name: SampleColumn) => lists(name, new Uint8Array(), readTextBytes);
  return {
    paths: axes.length === 0 ? noPaths(structs.length) : pathsOf('samples', axes, member),
    accel: floats('accel'),
    curvature: floats('curvature'),
    trace: texts('trace'),
    tokenIds: lists('token_ids', new Int32Array(), (column) => optionalLists(column, int32Values)),
    logprobs: floats('logprobs'),
    topTokens: read.includes('top_k') ? readTopTokens(structs) : noTopTokens(structs),
    finishReason: texts('finish_reason'),
    probability: nanWhereNull(float64Values(probability), validityOf(probability)),
  };
}

function surroundingsOf(
  rows: ReadRows,
  { surroundings }: PartExtent,
): Pick<PartWindows, 'obstaclesAt' | 'egoBoxAt'> {
  if (!surroundings) return { obstaclesAt: () => null, egoBoxAt: () => null };
  const obstacles = readObstacleColumns(rows);
  const egoBox = readEgoBoxColumns(rows);
  return {
    obstaclesAt: (row) => obstaclesAt(obstacles, row),
    egoBoxAt: (row) => egoBoxAt(egoBox, row),
  };
}
