import { z } from 'zod';
import { canonicalJson, sha256Hex } from '@drivesweep/contracts';

/**
 * What a person writes into a recipe, after YAML: which windows and samples of a sweep make a training set. Unknown
 * fields are mistakes. A filter that is not named is not applied.
 */

const positive = (unit: string) => z.number(`expected ${unit}`).positive(`expected more than 0`);

const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: `expected ${names.join(' or ')}` });

/** What a sample may be asked to hold. */
export const REQUIREMENTS = ['trace', 'tokens', 'logprobs', 'top_k', 'actions'] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

const filters = z.strictObject({
  /** Every named field is there, and (unless `finished` is false) the trace was not cut off. */
  complete: z
    .strictObject({
      require: z.array(oneOf(REQUIREMENTS)).default([]),
      finished: z.boolean().default(true),
    })
    .optional(),
  /** Inclusive bounds of every step's actions; those of the released Alpamayo-R1 by default. */
  feasible: z
    .strictObject({
      max_accel_mps2: positive('m/s^2').default(9.8),
      max_curvature_per_m: positive('1/m').default(0.33),
    })
    .optional(),
  /** Rejection sampling: mean and last distance to the recorded future. */
  error_to_recorded: z
    .strictObject({ max_ade_m: positive('metres').optional(), max_fde_m: positive('m').optional() })
    .refine((bounds) => Object.values(bounds).some((bound) => bound !== undefined), {
      error: 'expected max_ade_m, max_fde_m or both',
    })
    .optional(),
  /** Removes samples whose trace says what the time before t0 cannot hold. */
  no_chain_breaks: z.literal(true, 'expected true, or leave it out').optional(),
  /** Trace against the plan of the same sample; samples without a trace or without a known decision: see the docs. */
  agreement: oneOf(['not_contradicted', 'supported']).optional(),
  /** The `keep` best of what is left: nearest to the recorded future, or to all K samples (which looks at no future). */
  best: z
    .strictObject({ by: oneOf(['recorded', 'consensus']), keep: z.int().positive().default(1) })
    .optional(),
  /** Windows that say the same, and whose best plans end in the same cells of a grid, are kept `keep` times. */
  near_duplicates: z
    .strictObject({
      grid_m: positive('metres').default(1),
      speed_mps: positive('m/s').default(1),
      keep: z.int().positive().default(1),
      within: oneOf(['drive', 'dataset']).default('drive'),
    })
    .optional(),
  max_windows_per_drive: z.int().positive().optional(),
  /** No class holds more than this many times the median class. */
  balance: z
    .strictObject({
      by: z.array(z.string().min(1)).min(1),
      at_most_times_median: z.number().min(1, 'expected at least 1'),
    })
    .optional(),
});

const evenPixels = z.int().positive().max(4096).multipleOf(2, 'expected an even number of pixels');
const share = z.number().min(0).max(1);

export const recipeSchema = z.strictObject({
  name: z
    .string('expected a name')
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected letters, digits, ".", "_" or "-"'),
  /** Decides which drives go where, and which windows a cap leaves. */
  seed: z.int('expected a whole number').nonnegative('expected 0 or more').default(0),
  filters: filters.prefault({}),
  exclude: z
    .strictObject({
      drives: z.array(z.string().min(1)).default([]),
      /** Files of drive ids; their ids are added to `drives` when the recipe is read. */
      lists: z.array(z.string().min(1)).default([]),
      /** Drives of the public lists that Alpamayo is evaluated on: refuse the export, remove them, or let them in. */
      known_evaluation: oneOf(['refuse', 'remove', 'allow']).default('refuse'),
    })
    .prefault({}),
  splits: z
    .strictObject({ train: share, validation: share.default(0), test: share.default(0) })
    .refine(({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-9, {
      error: 'expected shares that add up to 1',
    })
    .prefault({ train: 0.9, validation: 0.05, test: 0.05 }),
  /** `reasons`: parsed decisions and causes, verdicts and meta-actions of every sample. */
  contents: z
    .strictObject({
      reasons: z.boolean().default(true),
      scores: z.boolean().default(true),
    })
    .prefault({}),
  /** Facts that the report of every filter is cut by. */
  report_by: z.array(z.string().min(1)).max(8).default(['manoeuvre', 'future_lon', 'scenario']),
  /** `webdataset`: tars with the frames that the teacher saw, for training loops. */
  layout: oneOf(['parquet', 'webdataset']).default('parquet'),
  /** Size of the frames in tars; without it tars hold none. */
  frames: z.strictObject({ width: evenPixels, height: evenPixels }).optional(),
  shards: z
    .strictObject({
      megabytes: z.number().min(0.001).max(1000).default(200),
      row_group_megabytes: z.number().min(0.001).max(250).default(64),
    })
    .prefault({}),
  /** What the data stand under, where the dataset's layout does not say it: an SPDX id, or `LicenseRef-...`. */
  data_licence: z.string().min(1).max(100).optional(),
});

export type RecipeInput = z.input<typeof recipeSchema>;
export type Recipe = z.output<typeof recipeSchema>;

/**
 * A recipe with the ids of its lists put among its drives, sorted and each once: what is hashed and stored, because a
 * path says nothing about what lay there.
 */
export function resolveRecipe(recipe: Recipe, listed: readonly string[]): Recipe {
  const drives = [...new Set([...recipe.exclude.drives, ...listed])].sort();
  return { ...recipe, exclude: { ...recipe.exclude, drives, lists: [] } };
}

/** SHA-256 of the recipe's canonical JSON: comments, order and defaults that were written out do not change it. */
export function recipeHash(recipe: Recipe): string {
  return sha256Hex(canonicalJson(recipe));
}

/** Names of the fields at each level, by the path of the level joined with dots: to say what was meant by another. */
export const RECIPE_FIELDS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  levelsOf([], recipeSchema),
);

function levelsOf(path: readonly string[], schema: unknown): [string, string[]][] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return levelsOf(path, schema.unwrap());
  }
  if (!(schema instanceof z.ZodObject)) return [];
  const members = Object.entries(schema.shape);
  return [
    [path.join('.'), members.map(([name]) => name)],
    ...members.flatMap(([name, member]) => levelsOf([...path, name], member)),
  ];
}
