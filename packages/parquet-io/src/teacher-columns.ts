import type {
  Paths,
  TeacherProvenance,
  TeacherReasons,
  TeacherSamples,
  TeacherWindows,
  TopTokenLists,
} from '@drivesweep/contracts';
import {
  columnsOf,
  doublesColumn,
  float64Column,
  int32Column,
  int64Column,
  listsColumn,
  sameTextColumn,
  stringColumn,
  structColumn,
  structListColumn,
  structsColumn,
  textsColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { factsColumn, PATH_AXES } from './prediction-rows.ts';

/** What the columns of an export are made of, beside its rows. */
export interface TeacherColumnsContext {
  readonly provenance: TeacherProvenance;
  /** Ids of the scores; empty when they are left out. */
  readonly metricIds: readonly string[];
  readonly reasons: boolean;
}

/**
 * The columns of teacher exports, explained in docs/distillation.md. One row per window, its samples as a list of
 * structs; what all rows have in common stands in every row, so that a row that is taken out of the dataset still says
 * where it comes from and what it stands under.
 */
export function teacherColumns(
  windows: TeacherWindows,
  context: TeacherColumnsContext,
): ArrowColumn[] {
  const { rows } = windows;
  return [
    stringColumn('window_id', windows.windowId, false),
    stringColumn('drive_id', windows.driveId, false),
    int64Column('t0_us', windows.t0Us, false),
    sameTextColumn('split', windows.split, rows, false),
    doublesColumn('v0_mps', windows.v0Mps, undefined, false),
    ...pathColumns('history_', windows.history),
    ...pathColumns('future_', windows.future),
    factsColumn(windows.facts),
    stringColumn('navigation', windows.navigation, true),
    camerasColumn(windows, context.provenance),
    structsColumn('samples', windows.sampleOffsets, sampleMembers(windows.samples, context)),
    ...scoresColumn(windows, context.metricIds),
    ...provenanceColumns(rows, context.provenance),
  ];
}

function pathColumns(prefix: string, { offsets, ...axes }: Paths): ArrowColumn[] {
  return PATH_AXES.map((axis) =>
    listsColumn(`${prefix}${axis}`, { offsets, values: axes[axis], valid: undefined }, false),
  );
}

function sampleMembers(samples: TeacherSamples, { reasons }: TeacherColumnsContext): ArrowColumn[] {
  const { accel, curvature, accelNormalised, curvatureNormalised, probability } = samples;
  const given = Uint8Array.from(probability, (value) => (Number.isNaN(value) ? 0 : 1));
  return [
    int32Column('sample_index', samples.index, false),
    ...pathColumns('', samples.paths),
    listsColumn('accel', accel, false),
    listsColumn('curvature', curvature, false),
    listsColumn('accel_normalised', { ...accel, values: accelNormalised }, false),
    listsColumn('curvature_normalised', { ...curvature, values: curvatureNormalised }, false),
    stringColumn('actions_from', samples.actionsFrom, false),
    textsColumn('trace', samples.trace, true),
    listsColumn('token_ids', samples.tokenIds, true),
    listsColumn('logprobs', samples.logprobs, true),
    ...topTokenColumns(samples.topTokens),
    textsColumn('finish_reason', samples.finishReason, true),
    doublesColumn('probability', probability, given.includes(0) ? given : undefined, true),
    doublesColumn('ade_m', samples.adeM, undefined, false),
    doublesColumn('fde_m', samples.fdeM, undefined, false),
    ...(reasons ? reasonColumns(samples.reasons ?? []) : []),
  ];
}

function topTokenColumns({ k, ids, logprobs }: TopTokenLists): ArrowColumn[] {
  const given = Array.from(k, (value, i) => (ids.valid?.[i] === 0 ? null : value));
  return [
    int32Column('top_k', given, true),
    listsColumn('top_token_ids', ids, true),
    listsColumn('top_logprobs', logprobs, true),
  ];
}

function reasonColumns(all: readonly TeacherReasons[]): ArrowColumn[] {
  const decisions = all.map((reasons) => reasons.decisions);
  const causes = all.map((reasons) => reasons.causes);
  const metaActions = all.map((reasons) => reasons.metaActions);
  const verdicts = all.map((reasons) => reasons.verdicts);
  const ofDecisions = columnsOf(decisions.flat());
  const ofCauses = columnsOf(causes.flat());
  const ofActions = columnsOf(metaActions.flat());
  const ofVerdicts = columnsOf(verdicts.flat());
  return [
    structListColumn(
      'decisions',
      decisions,
      [
        ofDecisions.required(stringColumn, 'axis', ({ axis }) => axis),
        ofDecisions.required(stringColumn, 'decision', ({ decision }) => decision),
        ofDecisions.nullable(stringColumn, 'direction', ({ direction }) => direction),
        ofDecisions.required(int32Column, 'start', ({ start }) => start),
        ofDecisions.required(int32Column, 'end', ({ end }) => end),
      ],
      false,
    ),
    structListColumn(
      'causes',
      causes,
      [
        ofCauses.required(stringColumn, 'category', ({ category }) => category),
        ofCauses.nullable(stringColumn, 'object', ({ object }) => object),
        ofCauses.nullable(stringColumn, 'place', ({ place }) => place),
        ofCauses.nullable(stringColumn, 'motion', ({ motion }) => motion),
        ofCauses.required(int32Column, 'start', ({ start }) => start),
        ofCauses.required(int32Column, 'end', ({ end }) => end),
      ],
      false,
    ),
    structListColumn(
      'meta_actions',
      metaActions,
      [
        ofActions.required(stringColumn, 'axis', ({ axis }) => axis),
        ofActions.required(stringColumn, 'action', ({ action }) => action),
        ofActions.required(float64Column, 'start_s', ({ startS }) => startS),
        ofActions.required(float64Column, 'end_s', ({ endS }) => endS),
      ],
      false,
    ),
    structListColumn(
      'verdicts',
      verdicts,
      [
        ofVerdicts.required(stringColumn, 'rule', ({ rule }) => rule),
        ofVerdicts.required(stringColumn, 'outcome', ({ outcome }) => outcome),
      ],
      false,
    ),
  ];
}

/** The frames that the teacher was shown: the last of each camera at or before `frame_time_us`. */
function camerasColumn(
  { rows, t0Us }: TeacherWindows,
  { cameras }: TeacherProvenance,
): ArrowColumn {
  const lists = Array.from({ length: rows }, (_, row) =>
    cameras.map((one) => ({ ...one, t0Us: t0Us[row] ?? NaN })),
  );
  const { required } = columnsOf(lists.flat());
  const members = [
    required(stringColumn, 'camera', ({ camera }) => camera),
    required(int64Column, 'frame_time_us', (frame) => frame.t0Us + frame.offsetUs),
  ];
  return structListColumn('cameras', lists, members, false);
}

/** One member per metric; null where it does not apply. */
function scoresColumn(
  { rows, scores }: TeacherWindows,
  metricIds: readonly string[],
): ArrowColumn[] {
  if (metricIds.length === 0) return [];
  const members = metricIds.map((id, m) =>
    doublesColumn(id, scores[m]?.values ?? new Float64Array(rows), scores[m]?.valid, true),
  );
  return [structColumn('scores', members, rows)];
}

/** Values that are the same in every row; they are stored once per page, by dictionary. */
export const PROVENANCE_COLUMNS = [
  'sweep_id',
  'sweep_seed',
  'step_us',
  'teacher',
  'teacher_version',
  'teacher_bundle_sha256',
  'teacher_licence',
  'teacher_sampling',
  'dataset',
  'dataset_revision',
  'dataset_fingerprint',
  'data_licence',
] as const;

function provenanceColumns(rows: number, from: TeacherProvenance): ArrowColumn[] {
  const text = (name: (typeof PROVENANCE_COLUMNS)[number], value: string) =>
    sameTextColumn(name, value, rows, false);
  const number = (name: (typeof PROVENANCE_COLUMNS)[number], value: number) =>
    int64Column(name, new Float64Array(rows).fill(value), false);
  return [
    text('sweep_id', from.sweepId),
    number('sweep_seed', from.seed),
    number('step_us', from.stepUs),
    text('teacher', from.teacher),
    text('teacher_version', from.teacherVersion),
    text('teacher_bundle_sha256', from.teacherBundleSha256),
    text('teacher_licence', from.teacherLicence),
    text('teacher_sampling', from.teacherSampling),
    text('dataset', from.dataset),
    sameTextColumn('dataset_revision', from.datasetRevision, rows, true),
    text('dataset_fingerprint', from.datasetFingerprint),
    text('data_licence', from.dataLicence),
  ];
}
