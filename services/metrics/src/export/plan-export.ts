import { canonicalJson, DrivesweepError } from '@drivesweep/contracts';
import { encodeTable } from '@drivesweep/parquet-io';
import {
  exportKeys,
  exportPlanSchema,
  isOnEvaluationList,
  keptSamples,
  planShards,
  selectWindows,
  SPLITS,
  splitOfDrive,
} from '@drivesweep/teacher-export';
import type {
  Candidate,
  ExportPlan,
  MeasuredSizes,
  PlannedShard,
  PlannedWindow,
} from '@drivesweep/teacher-export';
import type { OpenExport } from './open-export.ts';
import { readCandidates } from './survey.ts';
import { encodeWindows, teacherWindows } from './write-shard.ts';

/*
 * The second stage: the filters that look at all windows, and which window goes into which shard. One process does it,
 * in memory, from the parts of the survey; it always comes out the same.
 */

/** Windows that are encoded to learn how large they are. */
const MEASURED_WINDOWS = { parquet: 128, webdataset: 16 } as const;
/** Row groups are bounded by what they are unpacked; numbers of paths hardly pack. */
const UNPACKED_PER_PACKED = 2;
const ROWS_PER_GROUP = { least: 64, most: 65_536 };

/** The plan of an export; makes it, unless that is done. Errors: EXPORT_EMPTY, and those of reading parts. */
export async function planExport(open: OpenExport): Promise<ExportPlan> {
  const done = await readPlan(open);
  if (done) return done;
  const { kept, tallies } = selectWindows(await readCandidates(open), open.spec.recipe);
  const sizes = await measure(open, kept);
  const shards = planShards(kept, open.spec.recipe, sizes);
  for (const [task, shard] of shards.entries()) {
    await open.target.put(exportKeys.shardPlan(task), encodePlanned(shard));
  }
  const drives = new Set(kept.map(({ driveId }) => driveId));
  const inSplit = (wanted: string) =>
    [...drives].filter((driveId) => splitOfDrive(driveId, open.spec.recipe) === wanted).length;
  const plan: ExportPlan = exportPlanSchema.parse({
    schema: 'teacher-export-plan/1',
    exportId: open.spec.exportId,
    tallies,
    rowsPerGroup: rowsPerGroup(open, tallies, sizes),
    shards: shards.map(({ split, key, windows }) => ({
      split,
      key,
      windows: windows.length,
      samples: windows.reduce((sum, { samples }) => sum + samples.length, 0),
    })),
    drives: Object.fromEntries(SPLITS.map((split) => [split, inSplit(split)])),
    evaluationDrives: [...drives].filter(isOnEvaluationList).length,
  } satisfies ExportPlan);
  // Last, and whole or not at all: who finds it finds the tables of its shards.
  const bytes = new TextEncoder().encode(canonicalJson(plan));
  await open.target.putIfAbsent(exportKeys.plan(), bytes);
  return plan;
}

/** Undefined when it is not made yet. */
export async function readPlan({ target }: OpenExport): Promise<ExportPlan | undefined> {
  const key = exportKeys.plan();
  if (!(await target.head(key))) return undefined;
  const text = new TextDecoder().decode(await target.get(key));
  const parsed = exportPlanSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new DrivesweepError('SCHEMA_UNSUPPORTED', `${key} is not what this version writes`, {
    cause: parsed.error,
  });
}

/** Encodes some windows with and without their samples. */
async function measure(open: OpenExport, kept: readonly Candidate[]): Promise<MeasuredSizes> {
  const windows = kept
    .slice(0, MEASURED_WINDOWS[open.spec.recipe.layout])
    .map(({ entry, row, fate }) => ({ entry, row, samples: keptSamples(fate) }));
  const lengthOf = async (some: readonly PlannedWindow[]) => {
    const pieces = teacherWindows(open, some, 'train');
    return (await encodeWindows(open, pieces, ROWS_PER_GROUP.most)).length;
  };
  const empty = await lengthOf([]);
  const bare = (await lengthOf(windows.map((window) => ({ ...window, samples: [] })))) - empty;
  const whole = (await lengthOf(windows)) - empty;
  const samples = windows.reduce((sum, window) => sum + window.samples.length, 0);
  return { bytesPerWindow: bare / windows.length, bytesPerSample: (whole - bare) / samples };
}

function rowsPerGroup(
  { spec }: OpenExport,
  { keptWindows, keptSamples: samples }: ExportPlan['tallies'],
  { bytesPerWindow, bytesPerSample }: MeasuredSizes,
): number {
  const packed = bytesPerWindow + (bytesPerSample * samples) / keptWindows;
  const limit = spec.recipe.shards.row_group_megabytes * 1e6;
  const rows = Math.floor(limit / (packed * UNPACKED_PER_PACKED));
  return Math.min(ROWS_PER_GROUP.most, Math.max(ROWS_PER_GROUP.least, rows));
}

function encodePlanned({ windows }: PlannedShard): Uint8Array {
  return encodeTable([
    { name: 'entry', type: 'int32', values: windows.map(({ entry }) => entry) },
    { name: 'row', type: 'int32', values: windows.map(({ row }) => row) },
    {
      name: 'samples',
      type: 'binary',
      values: windows.map(({ samples }) => Uint8Array.from(samples)),
    },
  ]);
}
