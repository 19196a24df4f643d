import type {
  TeacherProvenance,
  TeacherReasons,
  TeacherRow,
  TeacherSample,
} from '@drivesweep/contracts';
import {
  columnsOf,
  float32ListColumn,
  float64Column,
  int32Column,
  int32ListColumn,
  int64Column,
  stringColumn,
  structColumn,
  structListColumn,
} from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { factsColumn, PATH_AXES } from './prediction-rows.ts';
import { topTokenMembers } from './top-tokens.ts';

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
  rows: readonly TeacherRow[],
  context: TeacherColumnsContext,
): ArrowColumn[] {
  const { required, nullable } = columnsOf(rows);
  const sampleLists = rows.map(({ samples }) => samples);
  return [
    required(stringColumn, 'window_id', (row) => row.windowId),
    required(stringColumn, 'drive_id', (row) => row.driveId),
    required(int64Column, 't0_us', (row) => row.t0Us),
    required(stringColumn, 'split', (row) => row.split),
    required(float64Column, 'v0_mps', (row) => row.v0Mps),
    ...PATH_AXES.map((axis) =>
      required(float32ListColumn, `history_${axis}`, (row) => row.history[axis]),
    ),
    ...PATH_AXES.map((axis) =>
      required(float32ListColumn, `future_${axis}`, (row) => row.future[axis]),
    ),
    factsColumn(rows.map(({ facts }) => facts)),
    nullable(stringColumn, 'navigation', ({ navigation }) => navigation),
    camerasColumn(rows, context.provenance),
    structListColumn('samples', sampleLists, sampleMembers(sampleLists.flat(), context), false),
    ...scoresColumn(rows, context.metricIds),
    ...provenanceColumns(rows, context.provenance),
  ];
}

function sampleMembers(
  samples: readonly TeacherSample[],
  { reasons }: TeacherColumnsContext,
): ArrowColumn[] {
  const { required, nullable } = columnsOf(samples);
  return [
    required(int32Column, 'sample_index', ({ index }) => index),
    ...PATH_AXES.map((axis) => required(float32ListColumn, axis, (sample) => sample[axis])),
    required(float32ListColumn, 'accel', ({ accel }) => accel),
    required(float32ListColumn, 'curvature', ({ curvature }) => curvature),
    required(float32ListColumn, 'accel_normalised', (sample) => sample.accelNormalised),
    required(float32ListColumn, 'curvature_normalised', (sample) => sample.curvatureNormalised),
    required(stringColumn, 'actions_from', ({ actionsFrom }) => actionsFrom),
    nullable(stringColumn, 'trace', ({ trace }) => trace),
    nullable(int32ListColumn, 'token_ids', ({ tokenIds }) => tokenIds),
    nullable(float32ListColumn, 'logprobs', ({ logprobs }) => logprobs),
    ...topTokenMembers(samples.map(({ topTokens }) => topTokens)),
    nullable(stringColumn, 'finish_reason', ({ finishReason }) => finishReason),
    nullable(float64Column, 'probability', ({ probability }) => probability),
    required(float64Column, 'ade_m', ({ adeM }) => adeM),
    required(float64Column, 'fde_m', ({ fdeM }) => fdeM),
    ...(reasons ? reasonColumns(samples) : []),
  ];
}

const NO_REASONS: TeacherReasons = { decisions: [], causes: [], metaActions: [], verdicts: [] };

function reasonColumns(samples: readonly TeacherSample[]): ArrowColumn[] {
  const all = samples.map(({ reasons }) => reasons ?? NO_REASONS);
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
function camerasColumn(rows: readonly TeacherRow[], { cameras }: TeacherProvenance): ArrowColumn {
  const lists = rows.map(({ t0Us }) => cameras.map((one) => ({ ...one, t0Us })));
  const { required } = columnsOf(lists.flat());
  const members = [
    required(stringColumn, 'camera', ({ camera }) => camera),
    required(int64Column, 'frame_time_us', ({ t0Us, offsetUs }) => t0Us + offsetUs),
  ];
  return structListColumn('cameras', lists, members, false);
}

/** One member per metric; null where it does not apply. */
function scoresColumn(rows: readonly TeacherRow[], metricIds: readonly string[]): ArrowColumn[] {
  if (metricIds.length === 0) return [];
  const { nullable } = columnsOf(rows);
  const members = metricIds.map((id, m) =>
    nullable(float64Column, id, ({ scores }) => scores[m] ?? null),
  );
  return [structColumn('scores', members, rows.length)];
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

function provenanceColumns(rows: readonly TeacherRow[], from: TeacherProvenance): ArrowColumn[] {
  const { required, nullable } = columnsOf(rows);
  const text = (name: (typeof PROVENANCE_COLUMNS)[number], value: string) =>
    required(stringColumn, name, () => value);
  return [
    text('sweep_id', from.sweepId),
    required(int64Column, 'sweep_seed', () => from.seed),
    required(int64Column, 'step_us', () => from.stepUs),
    text('teacher', from.teacher),
    text('teacher_version', from.teacherVersion),
    text('teacher_bundle_sha256', from.teacherBundleSha256),
    text('teacher_licence', from.teacherLicence),
    text('teacher_sampling', from.teacherSampling),
    text('dataset', from.dataset),
    nullable(stringColumn, 'dataset_revision', () => from.datasetRevision),
    text('dataset_fingerprint', from.datasetFingerprint),
    text('data_licence', from.dataLicence),
  ];
}
