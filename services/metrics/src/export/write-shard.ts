import { canonicalJson, DrivesweepError } from '@drivesweep/contracts';
import type {
  Commit,
  ManifestEntry,
  TeacherProvenance,
  TeacherWindows,
} from '@drivesweep/contracts';
import { commitPart, readCommit } from '@drivesweep/object-store';
import { readTable, WHOLE_PART } from '@drivesweep/parquet-io';
import type { PartWindows, ScoreColumns, TeacherGroups } from '@drivesweep/parquet-io';
import { metricIds } from '@drivesweep/scoring';
import { createReasonsReader, createWindowsMaker, exportKeys } from '@drivesweep/teacher-export';
import type { ChosenWindows, ExportPlan, PlannedWindow } from '@drivesweep/teacher-export';
import { withFrames } from './frame-files.ts';
import type { OpenExport, TaskAttempt } from './open-export.ts';
import { createNavigationReader } from './shard-navigation.ts';
import type { NavigationAt } from './shard-navigation.ts';
import { parquetBytes, tarBytes } from './shard-bytes.ts';
import { factsOf, readScores, readWindows, windowsToScore } from './sweep-windows.ts';

/*
 * The third stage: one task writes one shard, window by window, and commits it as predictions are committed. What is in
 * memory is some parts of the sweep, one row group and the bytes of the shard.
 */

/** Rows that are handed to the writer at once, and as many more as the last part has. */
const ROWS_AT_ONCE = 1024;

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
  const groups = teacherWindows(open, windows, shard.split);
  const bytes = await encodeWindows(open, groups, plan.rowsPerGroup);
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

/** The bytes of windows, at least one piece of them, in the layout of the recipe. */
export function encodeWindows(
  open: OpenExport,
  groups: TeacherGroups,
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

/**
 * Planned windows by columns, in pieces that depend on nothing but the plan. Windows come in the order of the sweep: each
 * part is read once, the next one ahead. There is at least one piece, if an empty one.
 */
export async function* teacherWindows(
  open: OpenExport,
  windows: readonly PlannedWindow[],
  split: string,
): AsyncGenerator<TeacherWindows> {
  const { parameters, spec } = open;
  const makeWindows = createWindowsMaker({
    parameters,
    normalisation: spec.teacher.normalisation,
    reasons: spec.recipe.contents.reasons ? createReasonsReader(parameters) : null,
  });
  let chosen: ChosenWindows[] = [];
  let rows = 0;
  let any = false;
  for await (const some of chosenWindows(open, windows)) {
    chosen.push(some);
    rows += some.rows.length;
    if (rows < ROWS_AT_ONCE) continue;
    yield makeWindows(chosen, split);
    any = true;
    chosen = [];
    rows = 0;
  }
  if (rows > 0 || !any) yield makeWindows(chosen, split);
}

async function* chosenWindows(
  open: OpenExport,
  windows: readonly PlannedWindow[],
): AsyncGenerator<ChosenWindows> {
  const groups = byEntry(windows);
  const readShard = await createShardReader(open);
  const read = async (i: number) => {
    const entry = open.entries[groups[i]?.[0]?.entry ?? -1];
    return entry === undefined ? null : readShard(entry);
  };
  let next = read(0);
  for (const [i, ofEntry] of groups.entries()) {
    const shard = await next;
    next = read(i + 1);
    // Whoever stops reading leaves it behind.
    next.catch(() => undefined);
    if (shard === null) throw new DrivesweepError('INTERNAL', 'a planned shard has no part');
    for (let from = 0; from < ofEntry.length; from += ROWS_AT_ONCE) {
      yield choose(shard, ofEntry.slice(from, from + ROWS_AT_ONCE), open);
    }
  }
}

function choose(
  { windows, scores, navigationAt }: ReadShard,
  planned: readonly PlannedWindow[],
  { parameters }: OpenExport,
): ChosenWindows {
  const rows = planned.map(({ row }) => row);
  return {
    from: windows,
    rows,
    samples: planned.map(({ samples }) => samples),
    facts: rows.map((row) => scores?.facts[row] ?? factsOf(windows, row, parameters)),
    navigation: rows.map((row) => navigationAt(windows.t0Us[row] ?? null)),
    scores: scores?.scores ?? [],
    wholeAt: windowsToScore(windows),
  };
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

interface ReadShard {
  readonly windows: PartWindows;
  /** Null when the recipe leaves them out. */
  readonly scores: ScoreColumns | null;
  readonly navigationAt: NavigationAt;
}

/** Gives what is exported of a shard; null for one without an answer. */
async function createShardReader(
  open: OpenExport,
): Promise<(entry: ManifestEntry) => Promise<ReadShard | null>> {
  const { reasons, scores: withScores } = open.spec.recipe.contents;
  const extent = { ...WHOLE_PART, surroundings: reasons };
  const ids = withScores ? metricIds(open.parameters) : null;
  const navigationOf = await createNavigationReader(open.sweeps, open.spec.sweepId);
  return async (entry) => {
    const [windows, scores, navigationAt] = await Promise.all([
      readWindows(open, entry, extent),
      ids && readScores(open, entry, ids),
      navigationOf(entry),
    ]);
    return windows && { windows, scores, navigationAt };
  };
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
