import { canonicalJson, TEACHER_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { TeacherPath, TeacherProvenance, TeacherRow } from '@drivesweep/contracts';
import { encodeNpy } from './npy.ts';
import type { TarFile } from './tar.ts';

/** A frame that the teacher was shown, in the order of the provenance's cameras. */
export interface FrameFile {
  readonly camera: string;
  readonly offsetUs: number;
  readonly jpeg: Uint8Array;
}

export interface WebDatasetContext {
  readonly provenance: TeacherProvenance;
  readonly metricIds: readonly string[];
}

/**
 * The files of one window in a WebDataset tar: what belongs together has one name up to the first dot. Paths and actions
 * are arrays, everything else is one JSON document with the same names as the columns of the Parquet layout.
 */
export function webDatasetFiles(
  row: TeacherRow,
  frames: readonly FrameFile[],
  context: WebDatasetContext,
): TarFile[] {
  const name = webDatasetName(row);
  const { samples, history, future } = row;
  const K = samples.length;
  const steps = future.x.length;
  const array = (what: string, values: Float32Array, shape: readonly number[]) => ({
    name: `${name}.${what}.npy`,
    bytes: encodeNpy(values, shape),
  });
  const actions = interleaved(samples.map(({ accel, curvature }) => [accel, curvature]));
  const normalised = interleaved(
    samples.map((sample) => [sample.accelNormalised, sample.curvatureNormalised]),
  );
  return [
    ...frames.map(({ camera, jpeg }, i) => ({
      name: `${name}.${camera}.${i}.jpg`,
      bytes: jpeg,
    })),
    array('actions', actions, [K, steps, 2]),
    array('actions_normalised', normalised, [K, steps, 2]),
    array('future', interleaved([axesOf(future)]), [steps, 4]),
    array('history', interleaved([axesOf(history)]), [history.x.length, 4]),
    array('trajectories', interleaved(samples.map(axesOf)), [K, steps, 4]),
    {
      name: `${name}.json`,
      bytes: new TextEncoder().encode(canonicalJson(documentOf(row, frames, context))),
    },
  ];
}

/** Unique in a sweep, without dots, which end the name of a window in a tar. */
export function webDatasetName({ driveId, t0Us }: Pick<TeacherRow, 'driveId' | 't0Us'>): string {
  return `${driveId.replace(/[^A-Za-z0-9_-]/g, '_')}_${t0Us}`;
}

const axesOf = ({ x, y, z, yaw }: TeacherPath) => [x, y, z, yaw];

/** Lists of equal length side by side, one group after the other: [groups, steps, lists]. */
function interleaved(groups: readonly (readonly ArrayLike<number>[])[]): Float32Array {
  const lists = groups[0]?.length ?? 0;
  const steps = groups[0]?.[0]?.length ?? 0;
  const out = new Float32Array(groups.length * steps * lists);
  groups.forEach((group, g) => {
    group.forEach((list, l) => {
      for (let t = 0; t < steps; t++) out[(g * steps + t) * lists + l] = list[t] ?? NaN;
    });
  });
  return out;
}

function documentOf(
  { samples, scores, ...row }: TeacherRow,
  frames: readonly FrameFile[],
  { provenance, metricIds }: WebDatasetContext,
): object {
  return {
    schema: TEACHER_SCHEMA_VERSION,
    window_id: row.windowId,
    drive_id: row.driveId,
    t0_us: row.t0Us,
    split: row.split,
    v0_mps: row.v0Mps,
    facts: row.facts,
    navigation: row.navigation,
    cameras: frames.map(({ camera, offsetUs }) => ({
      camera,
      frame_time_us: row.t0Us + offsetUs,
    })),
    samples: samples.map((sample) => ({
      sample_index: sample.index,
      actions_from: sample.actionsFrom,
      trace: sample.trace,
      token_ids: sample.tokenIds && Array.from(sample.tokenIds),
      logprobs: sample.logprobs && Array.from(sample.logprobs),
      top_k: sample.topTokens && sample.topTokens.k,
      top_token_ids: sample.topTokens && Array.from(sample.topTokens.ids),
      top_logprobs: sample.topTokens && Array.from(sample.topTokens.logprobs),
      finish_reason: sample.finishReason,
      probability: sample.probability,
      ade_m: sample.adeM,
      fde_m: sample.fdeM,
      ...(sample.reasons && {
        decisions: sample.reasons.decisions,
        causes: sample.reasons.causes,
        meta_actions: sample.reasons.metaActions.map(({ axis, action, startS, endS }) => ({
          axis,
          action,
          start_s: startS,
          end_s: endS,
        })),
        verdicts: sample.reasons.verdicts,
      }),
    })),
    scores: Object.fromEntries(metricIds.map((id, m) => [id, scores[m] ?? null])),
    sweep_id: provenance.sweepId,
    sweep_seed: provenance.seed,
    step_us: provenance.stepUs,
    teacher: provenance.teacher,
    teacher_version: provenance.teacherVersion,
    teacher_bundle_sha256: provenance.teacherBundleSha256,
    teacher_licence: provenance.teacherLicence,
    teacher_sampling: provenance.teacherSampling,
    dataset: provenance.dataset,
    dataset_revision: provenance.datasetRevision,
    dataset_fingerprint: provenance.datasetFingerprint,
    data_licence: provenance.dataLicence,
  };
}
