import { z } from 'zod';
import type { Candidate } from './candidate.ts';
import { exportKeys } from './export-spec.ts';
import { keptSamples } from './fate.ts';
import type { Recipe } from './recipe.ts';
import { SPLITS, splitOfDrive } from './split.ts';
import type { Split } from './split.ts';

/** Shards of the sweep that one task of the survey looks at: some thousand windows. */
export const SHARDS_PER_SURVEY = 32;

export function surveyTasksOf(shards: number): number {
  return Math.ceil(shards / SHARDS_PER_SURVEY);
}

/** One window of a shard: where it lies in the sweep, and which of its samples are exported. */
export interface PlannedWindow {
  readonly entry: number;
  readonly row: number;
  readonly samples: readonly number[];
}

export interface PlannedShard {
  readonly split: Split;
  readonly key: string;
  /** In the order of the sweep, so that every part is read once. */
  readonly windows: readonly PlannedWindow[];
}

/** Bytes of one exported sample and of what a window has beside its samples, as they were measured. */
export interface MeasuredSizes {
  readonly bytesPerWindow: number;
  readonly bytesPerSample: number;
}

/**
 * Cuts the kept windows into shards: by the split of their drive, then in the order of the sweep, so that shards come
 * out about as large as asked for. No split gets an empty shard, and no split without windows gets one.
 */
export function planShards(
  kept: readonly Candidate[],
  recipe: Recipe,
  sizes: MeasuredSizes,
): PlannedShard[] {
  const limit = recipe.shards.megabytes * 1e6;
  const bySplit = new Map<Split, PlannedWindow[][]>(SPLITS.map((split) => [split, []]));
  const filled = new Map<Split, number>();
  for (const { entry, row, driveId, fate } of kept) {
    const split = splitOfDrive(driveId, recipe);
    const samples = keptSamples(fate);
    const bytes = sizes.bytesPerWindow + sizes.bytesPerSample * samples.length;
    const before = filled.get(split) ?? Infinity;
    const shards = bySplit.get(split);
    if (before + bytes > limit) shards?.push([]);
    filled.set(split, before + bytes > limit ? bytes : before + bytes);
    shards?.at(-1)?.push({ entry, row, samples });
  }
  return [...bySplit].flatMap(([split, shards]) =>
    shards.map((windows, place) => ({
      split,
      key: exportKeys.shard(split, place, shards.length, recipe.layout),
      windows,
    })),
  );
}

const count = z.int().nonnegative();

const tallySchema = z.strictObject({
  windows: count,
  samples: count,
  keptWindows: count,
  keptSamples: count,
  filters: z
    .array(
      z.strictObject({
        filter: z.string(),
        slices: z
          .array(
            z.strictObject({
              slice: z.string(),
              windowsBefore: count,
              windowsRemoved: count,
              samplesRemoved: count,
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
});

/** What was decided about all windows, beside one table of windows per shard. */
export const exportPlanSchema = z.strictObject({
  schema: z.literal('teacher-export-plan/1'),
  exportId: z.string(),
  tallies: tallySchema,
  rowsPerGroup: z.int().positive(),
  shards: z.array(
    z.strictObject({
      split: z.enum(SPLITS),
      key: z.string(),
      windows: z.int(),
      samples: z.int(),
    }),
  ),
  /** Drives of a split, each counted once. */
  drives: z.record(z.string(), z.int()),
  /** Drives of public evaluation lists that are in the export because the recipe allows it. */
  evaluationDrives: z.int(),
});
export type ExportPlan = z.output<typeof exportPlanSchema>;
