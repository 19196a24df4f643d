import { z } from 'zod';
import { canonicalJson, sha256Hex, TEACHER_SCHEMA_VERSION } from '@drivesweep/contracts';
import { recipeHash, recipeSchema } from './recipe.ts';
import type { Recipe } from './recipe.ts';

const terms = z.strictObject({
  id: z.string(),
  freeToTrain: z.boolean(),
  redistribution: z.boolean(),
  note: z.string(),
});

const normalisation = z.strictObject({
  accelMean: z.number(),
  accelStd: z.number(),
  curvatureMean: z.number(),
  curvatureStd: z.number(),
});

/** Everything that decides what the bytes of an export are, and where the sweep lies. Written once into the target. */
export const exportSpecSchema = z.strictObject({
  schema: z.literal('teacher-export/1'),
  exportId: z.string(),
  /** Where the sweep lies; no part of the identity. */
  sweepStore: z.string(),
  sweepId: z.string(),
  sweepName: z.string(),
  scoringId: z.string(),
  /** Hashes of the chunks of the sweep's manifest: which parts it is made of. */
  manifestChunks: z.array(z.string()),
  /** `complete`, or `partial` with windows that nobody answered. */
  outcome: z.enum(['complete', 'partial']),
  /** Shards of the sweep, and windows in them. */
  shards: z.int(),
  windows: z.int(),
  samples: z.int(),
  seed: z.int(),
  historySteps: z.int(),
  horizonSteps: z.int(),
  stepUs: z.int(),
  teacher: z.strictObject({
    name: z.string(),
    version: z.string(),
    bundleSha256: z.string(),
    licence: terms,
    /** Sampling parameters as the bundle and the sweep state them. */
    sampling: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    normalisation: normalisation.nullable(),
    cameras: z.array(z.strictObject({ camera: z.string(), offsetUs: z.int() })),
  }),
  data: z.strictObject({
    layout: z.string(),
    revision: z.string().nullable(),
    fingerprint: z.string(),
    licence: terms,
  }),
  /** Licences that had to be accepted, and were. */
  accepted: z.array(terms),
  recipe: recipeSchema,
  recipeSha256: z.string(),
});
export type ExportSpec = z.output<typeof exportSpecSchema>;

export const EXPORT_ID = /^ex-[0-9a-f]{16}$/;

/** The spec with its id and the recipe's hash: a hash of all that can change a byte, and of nothing else. */
export function createExportSpec(
  parts: Omit<ExportSpec, 'schema' | 'exportId' | 'recipeSha256'>,
): ExportSpec {
  const { sweepStore, ...identity } = parts;
  const text = canonicalJson({ ...identity, rows: TEACHER_SCHEMA_VERSION });
  return {
    schema: 'teacher-export/1',
    exportId: `ex-${sha256Hex(text).slice(0, 16)}`,
    sweepStore,
    ...identity,
    recipeSha256: recipeHash(parts.recipe),
  };
}

/** What shards of a layout end in. */
export const EXTENSIONS = { parquet: 'parquet', webdataset: 'tar' } as const;

/** The key grammar of a target. What people load lies at the top; what the export needs to go on lies below `.drivesweep`. */
export const exportKeys = {
  /** Everything that people do not load. */
  inside: () => '.drivesweep',
  spec: () => '.drivesweep/export.json',
  survey: (chunk: number) => `.drivesweep/survey/${padded(chunk)}.parquet`,
  surveyCommit: (chunk: number) => `.drivesweep/commits/survey-${padded(chunk)}.json`,
  plan: () => '.drivesweep/plan.json',
  shardPlan: (shard: number) => `.drivesweep/plan/${padded(shard)}.parquet`,
  shardCommit: (shard: number) => `.drivesweep/commits/shard-${padded(shard)}.json`,
  /** As `datasets` names its own shards. */
  shard: (split: string, place: number, of: number, layout: Recipe['layout']) =>
    `data/${split}-${padded(place)}-of-${padded(of)}.${EXTENSIONS[layout]}`,
  card: () => 'README.md',
  croissant: () => 'croissant.json',
  recipe: () => 'recipe.json',
  checksums: () => 'SHA256SUMS',
} as const;

function padded(n: number): string {
  return n.toString().padStart(5, '0');
}
