import { DrivesweepError } from '@drivesweep/contracts';
import type { DriveFacts, OkPrediction, PolicySample, PredictionRow } from '@drivesweep/contracts';
import {
  columnsOf,
  float32ListColumn,
  float64Column,
  int32Column,
  int32ListColumn,
  int64Column,
  stringColumn,
  structListColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { surroundingsColumns } from './surroundings.ts';
import { assertTopTokensWritable, topTokenMembers } from './top-tokens.ts';

type EgoPath = OkPrediction['history'];

/** Names of the four lists of a path. */
export const PATH_AXES = ['x', 'y', 'z', 'yaw'] as const;
export type PathAxis = (typeof PATH_AXES)[number];

function assertEqualLengths(windowId: string, what: string, path: EgoPath): void {
  if (PATH_AXES.every((axis) => path[axis].length === path.x.length)) return;
  throw new DrivesweepError('INTERNAL', `window ${windowId}: ${what} has lists of unequal length`);
}

function assertWritable(row: OkPrediction): void {
  assertEqualLengths(row.windowId, 'history', row.history);
  assertEqualLengths(row.windowId, 'future', row.future);
  row.samples.forEach((sample, k) => {
    assertEqualLengths(row.windowId, `sample ${k}`, sample);
    assertTopTokensWritable(`window ${row.windowId}: sample ${k}`, sample);
  });
}

/** Facts of each row as name and value, sorted by name so that equal facts are equal bytes. */
export function factsColumn(facts: readonly DriveFacts[]): ArrowColumn {
  const lists = facts.map((each) =>
    Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const { required } = columnsOf(lists.flat());
  const members = [
    required(stringColumn, 'name', ([name]) => name),
    required(stringColumn, 'value', ([, value]) => value),
  ];
  return structListColumn('facts', lists, members, false);
}

interface IndexedSample {
  readonly sample: PolicySample;
  readonly index: number;
}

/** The members of `samples`, one value per sample. */
export function sampleMembers(samples: readonly IndexedSample[]): ArrowColumn[] {
  const { required, nullable } = columnsOf(samples);
  return [
    required(int32Column, 'sample_index', ({ index }) => index),
    ...PATH_AXES.map((axis) => required(float32ListColumn, axis, ({ sample }) => sample[axis])),
    nullable(float32ListColumn, 'accel', ({ sample }) => sample.accel),
    nullable(float32ListColumn, 'curvature', ({ sample }) => sample.curvature),
    nullable(stringColumn, 'trace', ({ sample }) => sample.trace),
    nullable(int32ListColumn, 'token_ids', ({ sample }) => sample.tokenIds),
    nullable(float32ListColumn, 'logprobs', ({ sample }) => sample.logprobs),
    nullable(stringColumn, 'finish_reason', ({ sample }) => sample.finishReason),
    nullable(float64Column, 'probability', ({ sample }) => sample.probability),
    ...topTokenMembers(samples.map(({ sample }) => sample.topTokens)),
  ];
}

/**
 * The columns of prediction parts: the data contract, explained in the README. What a row that failed does not have
 * is null, never an empty list.
 */
export function predictionColumns(rows: readonly PredictionRow[]): ArrowColumn[] {
  const ok = rows.map((row) => (row.status === 'ok' ? row : null));
  for (const row of ok) if (row) assertWritable(row);
  const sampleLists = ok.map(
    (row) => row && row.samples.map((sample, index): IndexedSample => ({ sample, index })),
  );
  const ofAll = columnsOf(rows);
  const ofOk = columnsOf(ok);
  const ofFailed = columnsOf(rows.map((row) => (row.status === 'ok' ? null : row)));
  return [
    ofAll.required(stringColumn, 'window_id', (row) => row.windowId),
    ofAll.required(stringColumn, 'drive_id', (row) => row.driveId),
    ofAll.nullable(int64Column, 't0_us', (row) => row.t0Us),
    ofAll.required(stringColumn, 'status', (row) => row.status),
    ofFailed.nullable(stringColumn, 'error_code', (row) => row && row.code),
    ofFailed.nullable(stringColumn, 'error_message', (row) => row && row.message),
    ofOk.nullable(float64Column, 'v0_mps', (row) => row && row.v0Mps),
    ...PATH_AXES.map((axis) =>
      ofOk.nullable(float32ListColumn, `history_${axis}`, (row) => row && row.history[axis]),
    ),
    ...PATH_AXES.map((axis) =>
      ofOk.nullable(float32ListColumn, `future_${axis}`, (row) => row && row.future[axis]),
    ),
    factsColumn(rows.map((row) => row.facts)),
    structListColumn(
      'samples',
      sampleLists,
      sampleMembers(sampleLists.flatMap((list) => list ?? [])),
      true,
    ),
    ...surroundingsColumns(ok),
  ];
}
