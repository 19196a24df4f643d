import { canonicalJson, DrivesweepError } from '@drivesweep/contracts';
import type { Commit, ManifestEntry, TeacherProvenance, TeacherRow } from '@drivesweep/contracts';
import { commitPart, readCommit } from '@drivesweep/object-store';
import { readTable } from '@drivesweep/parquet-io';
import { metricIds } from '@drivesweep/scoring';
import { createReasonsReader, createRowMaker, exportKeys } from '@drivesweep/teacher-export';
import type { ExportPlan, PlannedWindow } from '@drivesweep/teacher-export';
import { withFrames } from './frame-files.ts';
import type { OpenExport, TaskAttempt } from './open-export.ts';
import { createNavigationReader } from './shard-navigation.ts';
import { parquetBytes, tarBytes } from './shard-bytes.ts';
import type { RowGroups } from './shard-bytes.ts';
import { factsOf, readScoreRows, readWindows, storedWindow } from './sweep-windows.ts';

/*
 * The third stage: one task writes one shard, window by window, and commits it as predictions are committed. What is in
 * memory is one part of the sweep, one row group and the bytes of the shard.
 */

/** Rows that are handed to the writer at once. */
const ROWS_AT_ONCE = 512;

/** Writes one shard, unless that is done. Errors: PART_CORRUPT, SWEEP_STATE, SCHEMA_UNSUPPORTED, STORE_*. */
export async function writeShard(
  open: OpenExport,
  plan: ExportPlan,
  task: number,
  { attempt, nonce, now }: TaskAttempt,
): Promise<Commit> {
  const commitKey = exportKeys.shardCommit(task);
  const done = await readCommit(open.target, commitKey);
  if (done) return done;
  const shard = plan.shards[task];
  if (shard === undefined) throw new DrivesweepError('INTERNAL', `there is no shard ${task}`);
  const windows = await readPlannedWindows(open, task);
  const groups = teacherRows(open, windows, shard.split);
  const bytes = await encodeRows(open, groups, plan.rowsPerGroup);
  const rows = { expected: shard.windows, ok: windows.length, error: 0, skipped: 0 };
  const { commit } = await commitPart({
    store: open.target,
    commitKey,
    part: { key: shard.key, bytes },
    commit: {
      schema: 'commit/1',
      sweepId: open.spec.sweepId,
      shardId: `${open.spec.exportId}-shard-${task}`,
      rows,
      errors: {},
      writer: nonce,
      attempt,
      committedAt: now().toISOString(),
      provider: 'none',
      software: {},
    },
  });
  return commit;
}

/** The bytes of rows in the layout of the recipe. */
export function encodeRows(
  open: OpenExport,
  groups: RowGroups,
  rowsPerGroup: number,
): Promise<Uint8Array> {
  const options = shardOptions(open, rowsPerGroup);
  return open.spec.recipe.layout === 'parquet'
    ? parquetBytes(groups, options)
    : withFrames(open, (framesOf) => tarBytes(groups, options, framesOf));
}

function shardOptions({ spec, parameters }: OpenExport, rowsPerGroup: number) {
  const { contents } = spec.recipe;
  return {
    provenance: provenanceOf(spec),
    metricIds: contents.scores ? metricIds(parameters) : [],
    reasons: contents.reasons,
    rowsPerGroup,
    metadata: { exportId: spec.exportId, recipeSha256: spec.recipeSha256 },
  };
}

function provenanceOf({ teacher, data, ...spec }: OpenExport['spec']): TeacherProvenance {
  return {
    sweepId: spec.sweepId,
    seed: spec.seed,
    stepUs: spec.stepUs,
    teacher: teacher.name,
    teacherVersion: teacher.version,
    teacherBundleSha256: teacher.bundleSha256,
    teacherLicence: teacher.licence.id,
    teacherSampling: canonicalJson(teacher.sampling),
    dataset: data.layout,
    datasetRevision: data.revision,
    datasetFingerprint: data.fingerprint,
    dataLicence: data.licence.id,
    cameras: teacher.cameras,
  };
}

/** The rows of planned windows, which come in the order of the sweep: each part is read once, the next one ahead. */
export async function* teacherRows(
  open: OpenExport,
  windows: readonly PlannedWindow[],
  split: string,
): AsyncGenerator<readonly TeacherRow[]> {
  const { parameters, spec } = open;
  const makeRow = createRowMaker({
    parameters,
    normalisation: spec.teacher.normalisation,
    reasons: spec.recipe.contents.reasons ? createReasonsReader(parameters) : null,
    withScores: spec.recipe.contents.scores,
  });
  const groups = byEntry(windows);
  const navigationOf = await createNavigationReader(open.sweeps, spec.sweepId);
  const read = async (i: number) => {
    const entry = open.entries[groups[i]?.[0]?.entry ?? -1];
    if (entry === undefined) return null;
    const [shard, navigationAt] = await Promise.all([readShard(open, entry), navigationOf(entry)]);
    return shard && { ...shard, navigationAt };
  };
  let next = read(0);
  for (const [i, ofEntry] of groups.entries()) {
    const shard = await next;
    next = read(i + 1);
    // Whoever stops reading leaves it behind.
    next.catch(() => undefined);
    if (shard === null) throw new DrivesweepError('INTERNAL', 'a planned shard has no part');
    for (let from = 0; from < ofEntry.length; from += ROWS_AT_ONCE) {
      yield ofEntry.slice(from, from + ROWS_AT_ONCE).map(({ row, samples }) => {
        const window = shard.windows.windowAt(row);
        const scores = shard.scores?.[row];
        const facts = scores?.facts ?? factsOf(window, parameters);
        const navigation = shard.navigationAt(window.t0Us);
        const known = { facts, navigation, scores: scores?.values ?? [] };
        return makeRow(storedWindow(window, known), samples, split);
      });
    }
  }
}

function byEntry(windows: readonly PlannedWindow[]): readonly (readonly PlannedWindow[])[] {
  const groups: PlannedWindow[][] = [];
  for (const window of windows) {
    const last = groups.at(-1);
    if (last?.[0]?.entry === window.entry) last.push(window);
    else groups.push([window]);
  }
  return groups;
}

async function readShard(open: OpenExport, shard: ManifestEntry) {
  const windows = await readWindows(open, shard);
  if (windows === null) return null;
  const withScores = open.spec.recipe.contents.scores;
  const ids = metricIds(open.parameters);
  return { windows, scores: withScores ? await readScoreRows(open, shard, ids) : null };
}

async function readPlannedWindows({ target }: OpenExport, task: number): Promise<PlannedWindow[]> {
  const { rows, columns } = readTable(await target.get(exportKeys.shardPlan(task)));
  const column = (name: string) => columns.get(name) ?? [];
  return Array.from({ length: rows }, (_, i) => {
    const samples = column('samples')[i];
    return {
      entry: Number(column('entry')[i]),
      row: Number(column('row')[i]),
      samples: samples instanceof Uint8Array ? [...samples] : [],
    };
  });
}
