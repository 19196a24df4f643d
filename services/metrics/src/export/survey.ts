import { DrivesweepError } from '@drivesweep/contracts';
import type { Commit, ManifestEntry } from '@drivesweep/contracts';
import { commitPart, readCommit, readPart } from '@drivesweep/object-store';
import { encodeTable, readTable } from '@drivesweep/parquet-io';
import type { PartWindows } from '@drivesweep/parquet-io';
import {
  answeredWindows,
  balanceClassOf,
  createWindowFilter,
  drawOf,
  duplicateKeyOf,
  exportKeys,
  factValues,
  isOnEvaluationList,
  lookedAt,
  newFate,
  SHARDS_PER_SURVEY,
  surveyTasksOf,
} from '@drivesweep/teacher-export';
import type { Candidate, WindowFilter } from '@drivesweep/teacher-export';
import type { OpenExport, TaskAttempt } from './open-export.ts';
import { factsOf, readWindows, windowsToScore } from './sweep-windows.ts';

/*
 * The first stage: every window of the sweep is looked at once, by the filters that need no other window, and what the
 * others must know of it is written down. A task is the windows of some shards; its part is committed as predictions are.
 */

export function surveyTasks({ entries }: Pick<OpenExport, 'entries'>): number {
  return surveyTasksOf(entries.length);
}

/** Surveys some shards, unless that is done. Errors: PART_CORRUPT, SCHEMA_UNSUPPORTED, STORE_*. */
export async function survey(
  open: OpenExport,
  task: number,
  { attempt, nonce, now }: TaskAttempt,
): Promise<Commit> {
  const commitKey = exportKeys.surveyCommit(task);
  const done = await readCommit(open.target, commitKey);
  if (done) return done;
  const first = task * SHARDS_PER_SURVEY;
  const filter = filterOf(open);
  const { whole, samples } = lookedAt(open.spec.recipe);
  const extent = { samples, history: whole, surroundings: whole };
  const found: Candidate[] = [];
  for (const [i, entry] of open.entries.slice(first, first + SHARDS_PER_SURVEY).entries()) {
    const windows = await readWindows(open, entry, extent);
    found.push(...surveyShard(open, filter, first + i, entry, windows));
  }
  const kept = found.filter(({ fate }) => fate.includes(0)).length;
  const failed = found.filter(({ fate }) => fate.length === 0).length;
  const rows = { expected: found.length, ok: kept, error: failed };
  const { commit } = await commitPart({
    store: open.target,
    commitKey,
    // The bytes follow from the sweep and the recipe, so whoever writes them writes the same.
    part: { key: exportKeys.survey(task), bytes: encodeCandidates(found, open) },
    commit: {
      schema: 'commit/1',
      sweepId: open.spec.sweepId,
      shardId: `${open.spec.exportId}-survey-${task}`,
      rows: { ...rows, skipped: found.length - kept - failed },
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

function filterOf({ spec, parameters }: OpenExport): WindowFilter {
  const removes = spec.recipe.exclude.known_evaluation === 'remove';
  return createWindowFilter(spec.recipe, parameters, removes ? isOnEvaluationList : () => false);
}

function surveyShard(
  { spec, parameters }: OpenExport,
  filter: WindowFilter,
  entry: number,
  { rows }: Pick<ManifestEntry, 'rows'>,
  windows: PartWindows | null,
): Candidate[] {
  const { recipe } = spec;
  const windowAt = windows && answeredWindows(windows, windowsToScore(windows));
  return Array.from({ length: windows?.rows ?? rows.expected }, (_, row): Candidate => {
    const windowId = windows?.windowId[row] ?? `${entry}@${row}`;
    const identity = {
      entry,
      row,
      draw: drawOf(windowId, recipe),
      driveId: windows?.driveId[row] ?? '',
    };
    if (windows?.status[row] !== 'ok' || windowAt === null) {
      const facts = windows?.facts[row] ?? {};
      return {
        ...identity,
        fate: newFate(0),
        duplicateKey: null,
        reported: factValues(facts, recipe.report_by),
        balanceClass: null,
      };
    }
    const facts = factsOf(windows, row, parameters);
    const window = windowAt(row, facts);
    const fate = filter(window);
    return {
      ...identity,
      fate,
      duplicateKey: duplicateKeyOf(window, fate, recipe),
      reported: factValues(facts, recipe.report_by),
      balanceClass: balanceClassOf(facts, recipe),
    };
  });
}

function encodeCandidates(
  candidates: readonly Candidate[],
  { spec }: Pick<OpenExport, 'spec'>,
): Uint8Array {
  return encodeTable([
    { name: 'entry', type: 'int32', values: candidates.map(({ entry }) => entry) },
    { name: 'row', type: 'int32', values: candidates.map(({ row }) => row) },
    { name: 'draw', type: 'float64', values: candidates.map(({ draw }) => draw) },
    { name: 'drive_id', type: 'string', values: candidates.map(({ driveId }) => driveId) },
    { name: 'fate', type: 'binary', values: candidates.map(({ fate }) => fate) },
    {
      name: 'duplicate_key',
      type: 'string',
      values: candidates.map(({ duplicateKey }) => duplicateKey),
    },
    {
      name: 'balance_class',
      type: 'string',
      values: candidates.map(({ balanceClass }) => balanceClass),
    },
    ...spec.recipe.report_by.map((_, i) => ({
      name: `reported_${i}`,
      type: 'string' as const,
      values: candidates.map(({ reported }) => reported[i] ?? null),
    })),
  ]);
}

/** All candidates of a survey, in the order of the sweep. What is equal is one object, so that a million fit into memory. */
export async function readCandidates({ target, spec, entries }: OpenExport): Promise<Candidate[]> {
  const texts = intern<string>();
  const fates = intern<Uint8Array>();
  const lists = intern<readonly string[]>();
  const candidates: Candidate[] = [];
  for (let task = 0; task < surveyTasks({ entries }); task++) {
    const commit = await readCommit(target, exportKeys.surveyCommit(task));
    if (commit === undefined) {
      throw new DrivesweepError('INTERNAL', `${exportKeys.surveyCommit(task)} is not there yet`);
    }
    const { rows, columns } = readTable(await readPart(target, commit.part));
    const column = (name: string) => columns.get(name) ?? [];
    const number = (name: string, i: number) => Number(column(name)[i]);
    const text = (name: string, i: number) => {
      const value = column(name)[i];
      return typeof value === 'string' ? texts(value, value) : null;
    };
    for (let i = 0; i < rows; i++) {
      const fate = column('fate')[i];
      const bytes = fate instanceof Uint8Array ? fate : newFate(0);
      const reported = spec.recipe.report_by.map((_, f) => text(`reported_${f}`, i) ?? '');
      candidates.push({
        entry: number('entry', i),
        row: number('row', i),
        draw: number('draw', i),
        driveId: text('drive_id', i) ?? '',
        fate: fates(bytes.join(), Uint8Array.from(bytes)),
        duplicateKey: text('duplicate_key', i),
        reported: lists(reported.join('\u001f'), reported),
        balanceClass: text('balance_class', i),
      });
    }
  }
  return candidates;
}

/** Gives the first value that came with a key. */
function intern<T>(): (key: string, value: T) => T {
  const known = new Map<string, T>();
  return (key, value) => {
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, value);
    return value;
  };
}
