import { DrivesweepError } from '@drivesweep/contracts';
import type { EgoBox, OkPrediction, WindowObstacle } from '@drivesweep/contracts';
import {
  columnsOf,
  float32ListColumn,
  float64Column,
  int32ListColumn,
  stringColumn,
  structListColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import {
  corrupt,
  float32Values,
  float64Values,
  int32Values,
  nanWhereNull,
  optionalColumn,
  readLists,
  requiredTexts,
  sameOffsets,
  structMember,
  validityOf,
} from './arrow-read.ts';
import type { ReadRows } from './arrow-read.ts';

/*
 * What was around a window, and how large the vehicle is: columns that were added to prediction parts. A part without
 * them is one in which nothing of it is known.
 */

/** All obstacles of all rows end to end. Metres, microseconds relative to t0, radians; ego frame at t0. */
export interface ObstacleColumns {
  /** The obstacles of row i are [offsets[i], offsets[i + 1]) of the arrays of tracks. */
  readonly offsets: Int32Array;
  /** 0 where a row has no labels of obstacles; undefined when every row has. */
  readonly valid: Uint8Array | undefined;
  readonly trackId: readonly string[];
  readonly className: readonly string[];
  readonly lengthM: Float64Array;
  readonly widthM: Float64Array;
  /** The boxes of track j are [boxOffsets[j], boxOffsets[j + 1]) of the arrays below. */
  readonly boxOffsets: Int32Array;
  readonly tUs: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly yaw: Float32Array;
}

/** Metres; NaN where the dataset does not say. */
export interface EgoBoxColumns {
  readonly lengthM: Float64Array;
  readonly widthM: Float64Array;
  readonly rearAxleToCentreM: Float64Array;
}

const BOX_LISTS = ['x', 'y', 'yaw'] as const;
const MAX_INT32 = 2 ** 31 - 1;

const toUs = (tS: number) => Math.round(tS * 1e6);

function assertWritable(windowId: string, { trackId, tS, ...lists }: WindowObstacle): void {
  const refuse = (problem: string) =>
    new DrivesweepError('INTERNAL', `window ${windowId}: obstacle ${trackId} ${problem}`);
  if (BOX_LISTS.some((name) => lists[name].length !== tS.length)) {
    throw refuse('has lists of unequal length');
  }
  if ([tS[0] ?? 0, tS.at(-1) ?? 0].some((t) => Math.abs(toUs(t)) > MAX_INT32)) {
    throw refuse('is seen more than half an hour from t0');
  }
}

/** The columns of rows; null for a row that is not ok. Lists of unequal length are INTERNAL. */
export function surroundingsColumns(ok: readonly (OkPrediction | null)[]): ArrowColumn[] {
  for (const row of ok) row?.obstacles?.forEach((one) => assertWritable(row.windowId, one));
  const lists = ok.map((row) => row && row.obstacles);
  const { required } = columnsOf(lists.flatMap((list) => list ?? []));
  const members = [
    required(stringColumn, 'track_id', ({ trackId }) => trackId),
    required(stringColumn, 'class_name', ({ className }) => className),
    required(float64Column, 'length_m', ({ lengthM }) => lengthM),
    required(float64Column, 'width_m', ({ widthM }) => widthM),
    required(int32ListColumn, 't_us', ({ tS }) => Int32Array.from(tS, toUs)),
    ...BOX_LISTS.map((name) => required(float32ListColumn, name, (obstacle) => obstacle[name])),
  ];
  const boxes = columnsOf(ok.map((row) => row && row.egoBox));
  return [
    structListColumn('obstacles', lists, members, true),
    boxes.nullable(float64Column, 'ego_length_m', (box) => box && box.lengthM),
    boxes.nullable(float64Column, 'ego_width_m', (box) => box && box.widthM),
    boxes.nullable(
      float64Column,
      'ego_rear_axle_to_centre_m',
      (box) => box && box.rearAxleToCentreM,
    ),
  ];
}

/** Throws PART_CORRUPT when the lists of a track have different lengths. */
export function readObstacleColumns(rows: ReadRows): ObstacleColumns {
  const column = optionalColumn(rows, 'obstacles');
  if (column === undefined) return { ...NOBODY, ...unlabelled(rows.length) };
  const { offsets, members } = readLists(column);
  const member = (name: string) => structMember(members, name);
  const times = readLists(member('t_us'));
  const list = (name: string): Float32Array => {
    const { offsets: own, members: values } = readLists(member(name));
    if (sameOffsets(own, times.offsets)) return float32Values(values);
    throw corrupt('obstacles has lists of unequal length');
  };
  return {
    offsets,
    valid: validityOf(column),
    trackId: requiredTexts(member('track_id')),
    className: requiredTexts(member('class_name')),
    lengthM: float64Values(member('length_m')),
    widthM: float64Values(member('width_m')),
    boxOffsets: times.offsets,
    tUs: int32Values(times.members),
    x: list('x'),
    y: list('y'),
    yaw: list('yaw'),
  };
}

const NOBODY = {
  trackId: [],
  className: [],
  lengthM: new Float64Array(),
  widthM: new Float64Array(),
  boxOffsets: new Int32Array(1),
  tUs: new Int32Array(),
  x: new Float32Array(),
  y: new Float32Array(),
  yaw: new Float32Array(),
} as const;

function unlabelled(rows: number): Pick<ObstacleColumns, 'offsets' | 'valid'> {
  return { offsets: new Int32Array(rows + 1), valid: new Uint8Array(rows) };
}

export function readEgoBoxColumns(rows: ReadRows): EgoBoxColumns {
  const numbers = (name: string): Float64Array => {
    const column = optionalColumn(rows, name);
    if (column === undefined) return new Float64Array(rows.length).fill(NaN);
    return nanWhereNull(float64Values(column), validityOf(column));
  };
  return {
    lengthM: numbers('ego_length_m'),
    widthM: numbers('ego_width_m'),
    rearAxleToCentreM: numbers('ego_rear_axle_to_centre_m'),
  };
}

/** The obstacles of one row; null when it has no labels. */
export function obstaclesAt(columns: ObstacleColumns, row: number): WindowObstacle[] | null {
  if (columns.valid?.[row] === 0) return null;
  const first = columns.offsets[row] ?? 0;
  const count = (columns.offsets[row + 1] ?? 0) - first;
  return Array.from({ length: count }, (_, i) => obstacleAt(columns, first + i));
}

function obstacleAt(columns: ObstacleColumns, track: number): WindowObstacle {
  const bounds = [columns.boxOffsets[track] ?? 0, columns.boxOffsets[track + 1] ?? 0] as const;
  const cut = (values: Float32Array) => new Float64Array(values.subarray(...bounds));
  return {
    trackId: columns.trackId[track] ?? '',
    className: columns.className[track] ?? '',
    lengthM: columns.lengthM[track] ?? NaN,
    widthM: columns.widthM[track] ?? NaN,
    tS: Float64Array.from(columns.tUs.subarray(...bounds), (tUs) => tUs / 1e6),
    x: cut(columns.x),
    y: cut(columns.y),
    yaw: cut(columns.yaw),
  };
}

/** The size of the vehicle of one row; null when it is not known whole. */
export function egoBoxAt(columns: EgoBoxColumns, row: number): EgoBox | null {
  const lengthM = columns.lengthM[row] ?? NaN;
  const widthM = columns.widthM[row] ?? NaN;
  const rearAxleToCentreM = columns.rearAxleToCentreM[row] ?? NaN;
  if (Number.isNaN(lengthM + widthM + rearAxleToCentreM)) return null;
  return { lengthM, widthM, rearAxleToCentreM };
}
