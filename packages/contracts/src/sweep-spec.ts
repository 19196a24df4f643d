import { z } from 'zod';
import { canonicalJson, sha256Hex } from './hashing.ts';
import { DATASET_LAYOUTS } from './sweep-file.ts';

/** Changes whenever decoding, resizing, the ego frames or what is kept of the surroundings would give other numbers. */
export const PREPROCESSING_VERSION = 'preprocessing/2';

export const policyRefSchema = z.strictObject({
  /** `kinematic` runs without a bundle; `onnx` loads the bundle at `uri`. */
  kind: z.enum(['kinematic', 'onnx']),
  /** `kinematic:constant-velocity`, or the name that the bundle gives itself. */
  name: z.string(),
  version: z.string(),
  /** Absolute folder or s3:// URI of the bundle; null for kinematic. */
  uri: z.string().nullable(),
  /** Hash of everything in the bundle; for kinematic of name and version. */
  bundleSha256: z.string().length(64),
});
export type PolicyRef = z.output<typeof policyRefSchema>;

export const datasetRefSchema = z.strictObject({
  layout: z.enum(DATASET_LAYOUTS),
  /** Absolute folder or s3:// URI. Not part of the identity: the same bytes elsewhere are the same dataset. */
  uri: z.string(),
  revision: z.string().nullable(),
  /** Hash over names, sizes and index files, so that another content is another dataset. */
  fingerprint: z.string().length(64),
});
export type DatasetRef = z.output<typeof datasetRefSchema>;

export const windowRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every'), everyUs: z.int().positive() }),
  z.strictObject({ kind: z.literal('at'), atUs: z.array(z.int()) }),
  z.strictObject({ kind: z.literal('list'), uri: z.string(), sha256: z.string().length(64) }),
]);
export type WindowRule = z.output<typeof windowRuleSchema>;

/** What is stored as spec.json, created once. Everything in `identitySchema` can change a number of the sweep. */
export const sweepSpecSchema = z.strictObject({
  schema: z.literal('sweep/1'),
  sweepId: z.string(),
  name: z.string(),
  policy: policyRefSchema,
  dataset: datasetRefSchema,
  drives: z.strictObject({
    split: z.array(z.string()).nullable(),
    ids: z.array(z.string()).nullable(),
    limit: z.int().nullable(),
  }),
  windows: windowRuleSchema,
  /** What a window is told where to go when its list says nothing about it; absent when there is no such text. */
  navigation: z.string().optional(),
  samples: z.int(),
  seed: z.int(),
  historySteps: z.int(),
  horizonSteps: z.int(),
  stepUs: z.int(),
  preprocessing: z.string(),
  errorBudget: z
    .strictObject({ fraction: z.number().nullable(), count: z.int().nullable() })
    .nullable(),
  acceptLicences: z.array(z.string()),
});
export type SweepSpec = z.output<typeof sweepSpecSchema>;

/** Sweep ids: `sw-` and the first 16 hex digits of the hash of the identity. */
export const SWEEP_ID = /^sw-[0-9a-f]{16}$/;

/**
 * The id of a sweep: a hash of everything that can change its numbers and of nothing else, so that the same
 * sweep submitted again, from another folder or under another name, is the same sweep.
 */
export function sweepIdOf(spec: Omit<SweepSpec, 'sweepId'>): string {
  const identity = {
    schema: spec.schema,
    policy: { kind: spec.policy.kind, bundleSha256: spec.policy.bundleSha256 },
    dataset: {
      layout: spec.dataset.layout,
      revision: spec.dataset.revision,
      fingerprint: spec.dataset.fingerprint,
    },
    drives: spec.drives,
    windows:
      spec.windows.kind === 'list' ? { kind: 'list', sha256: spec.windows.sha256 } : spec.windows,
    // Left out when there is none, so that sweeps from before navigation keep their ids.
    navigation: spec.navigation,
    samples: spec.samples,
    seed: spec.seed,
    historySteps: spec.historySteps,
    horizonSteps: spec.horizonSteps,
    stepUs: spec.stepUs,
    preprocessing: spec.preprocessing,
  };
  return `sw-${sha256Hex(canonicalJson(identity)).slice(0, 16)}`;
}
