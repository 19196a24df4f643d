import { z } from 'zod';
import { cameraContradictions, camerasSchema, imageCount } from './manifest-cameras.ts';
import { contradictionsAt, filePath, positive, sha256, tensorName } from './manifest-fields.ts';
import type { Contradiction } from './manifest-fields.ts';
import { outputSchema } from './manifest-output.ts';
import { reasoningContradictions, reasoningSchema } from './manifest-reasoning.ts';

/**
 * `policy.json`, version 1: a policy that maps camera frames and history to trajectories with one ONNX graph.
 *
 * Axes of tensors are written as letters: B windows of the batch, N = cameras x frames (camera-major, oldest
 * first), C channels, H, W, K samples, T future steps, S poses of history (the last at t0); P ids of the prompt and
 * M tokens of a text for policies that reason.
 * Ego frame at t0: x forward, y left, z up, metres; yaw counter-clockwise, radians.
 */

/** The output by which a graph chooses a sentence of `traces`: int64 [B, K], counted from 0. */
export const TRACE_INDEX = 'trace_index';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: 'expected letters, digits, ".", "_" or "-"',
});

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

const inputs = z.strictObject({
  /** Named exactly when there are cameras. */
  frames: tensorName.optional(),
  /** float32 [B, S, 3] */
  historyXyz: tensorName.optional(),
  /** float32 [B, S] each */
  historyX: tensorName.optional(),
  historyY: tensorName.optional(),
  historyZ: tensorName.optional(),
  historyYaw: tensorName.optional(),
  /** float32 [B], m/s */
  v0: tensorName.optional(),
  /** int64 [B, P], the ids that `reasoning.prompt` comes to */
  promptIds: tensorName.optional(),
  /** float32 [B, K, M], each in [0, 1): token i of sample k is drawn with [b, k, i] */
  uniforms: tensorName.optional(),
  /** float32 [B, K, T, 2], normally distributed: where the flow of sample k starts */
  noise: tensorName.optional(),
});

const steps = z.strictObject({ steps: positive, stepUs: positive });

const manifestFields = z.strictObject({
  schema: z.literal('policy-bundle/1'),
  name,
  version: z.string().min(1).max(100),
  description: z.string().optional(),
  /** Every file of the bundle but policy.json itself: graph, external data, tokenizer, golden case, licence. */
  files: z.array(z.strictObject({ path: filePath, sha256, bytes: z.int().nonnegative() })).min(1),
  licence: z.strictObject({
    /** SPDX id, or `LicenseRef-...`; what `accept_licences` of a sweep names. */
    id: z.string().min(1),
    url: z.string().nullable(),
    commercialUse: z.boolean(),
    mustAccept: z.boolean(),
  }),
  runtime: z.strictObject({
    engine: z.literal('onnxruntime'),
    /** Lowest version of onnxruntime. */
    min: z.string().regex(/^\d+\.\d+\.\d+$/, { error: 'expected a version like 1.30.0' }),
    opset: positive,
    providers: z.array(z.enum(PROVIDERS)).min(1),
  }),
  /** The one graph; external data stands beside it. */
  graph: filePath,
  cameras: camerasSchema.nullable(),
  inputs,
  output: outputSchema,
  /**
   * A closed list of sentences: the graph says one of them with each sample, by its int64 output `trace_index`
   * [B, K]. Absent when the policy says nothing, or writes its own text.
   */
  traces: z
    .array(z.string().max(400).regex(/\S/, { error: 'expected a sentence' }))
    .min(1)
    .max(4096)
    .optional(),
  /** Present when the policy writes a text of its own. */
  reasoning: reasoningSchema.optional(),
  history: steps,
  /** Null when the answer holds for any horizon (kind `curvature`). */
  horizon: steps.nullable(),
  /** Numbers of samples (K) that the graph answers with; several only if `uniforms` or `noise` tell it how many. */
  samples: z.array(positive).min(1),
  batch: z.strictObject({
    /** sizes: the graph takes exactly these B; short batches are padded by repeating the last window. */
    sizes: z.union([z.array(positive).min(1), z.literal('dynamic')]),
    maxBatch: positive,
    /** True when an answer is the same bits whatever else is in the batch: windows of several shards may then share one. */
    rowsIndependent: z.boolean().default(false),
    /** Memory of the device that the largest batch takes with the most samples, where the makers know it. */
    deviceBytes: positive.optional(),
  }),
  golden: z
    .strictObject({
      file: filePath,
      tolerances: z.strictObject({
        xyzM: z.number().positive(),
        yawRad: z.number().positive(),
        /** Of each log-probability; they are not compared when it is absent. Token ids are always exact. */
        logprob: z.number().positive().optional(),
      }),
    })
    .nullable(),
});

export const bundleManifestSchema = manifestFields.superRefine((manifest, context) => {
  for (const { path, message } of contradictionsIn(manifest)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

export type BundleManifest = z.output<typeof bundleManifestSchema>;
export type BundleManifestInput = z.input<typeof bundleManifestSchema>;

/** The schema for editors and docs; contradictions between fields are checked by the program only. */
export function bundleJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(bundleManifestSchema, { io: 'input' }) };
}

/** What is wrong between fields that are each well-formed. */
function contradictionsIn(manifest: z.output<typeof manifestFields>): Contradiction[] {
  const { cameras, reasoning } = manifest;
  const listedFiles = new Set(manifest.files.map((file) => file.path));
  return [
    ...fileContradictions(manifest, listedFiles),
    ...stepContradictions(manifest),
    ...batchContradictions(manifest),
    ...inputContradictions(manifest),
    ...(cameras ? cameraContradictions(cameras) : []),
    ...(reasoning
      ? reasoningContradictions(reasoning, {
          listedFiles,
          takesPromptIds: manifest.inputs.promptIds !== undefined,
          takesUniforms: manifest.inputs.uniforms !== undefined,
          images: cameras ? imageCount(cameras) : 0,
          historySteps: manifest.history.steps,
          outputKind: manifest.output.kind,
          hasTraces: manifest.traces !== undefined,
        })
      : []),
  ];
}

function fileContradictions(
  { files, graph, golden }: z.output<typeof manifestFields>,
  listed: ReadonlySet<string>,
): Contradiction[] {
  const { found, refuse } = contradictionsAt();
  refuse(listed.size < files.length, ['files'], 'a path is listed twice');
  refuse(listed.has('policy.json'), ['files'], 'policy.json does not list itself');
  refuse(!listed.has(graph), ['graph'], 'not in the list of files');
  refuse(
    golden !== null && !listed.has(golden.file),
    ['golden', 'file'],
    'not in the list of files',
  );
  return found;
}

function stepContradictions({
  history,
  horizon,
  output,
  traces = [],
}: z.output<typeof manifestFields>): Contradiction[] {
  const { found, refuse } = contradictionsAt();
  refuse(
    (horizon === null) !== (output.kind === 'curvature'),
    ['horizon'],
    'null exactly when the output is a curvature',
  );
  refuse(
    horizon !== null && horizon.stepUs !== history.stepUs,
    ['horizon', 'stepUs'],
    'history and horizon have the same step',
  );
  refuse(new Set(traces).size < traces.length, ['traces'], 'a sentence is listed twice');
  return found;
}

function batchContradictions({
  batch: { sizes, maxBatch },
  samples,
  inputs: { uniforms, noise },
}: z.output<typeof manifestFields>): Contradiction[] {
  const { found, refuse } = contradictionsAt();
  refuse(
    sizes !== 'dynamic' && Math.max(...sizes) !== maxBatch,
    ['batch', 'maxBatch'],
    'the largest of the sizes',
  );
  refuse(
    samples.length > 1 && uniforms === undefined && noise === undefined,
    ['samples'],
    'only uniforms or noise can tell the graph how many samples: list one number',
  );
  return found;
}

function inputContradictions({
  inputs: named,
  cameras,
  horizon,
  reasoning,
}: z.output<typeof manifestFields>): Contradiction[] {
  const { found, refuse } = contradictionsAt('inputs');
  const names = Object.values(named);
  refuse(new Set(names).size < names.length, [], 'two inputs have the same name');
  refuse(
    (named.frames === undefined) !== (cameras === null),
    ['frames'],
    'named exactly when there are cameras',
  );
  refuse(
    named.promptIds !== undefined && reasoning === undefined,
    ['promptIds'],
    'there is no reasoning.prompt to make them of',
  );
  refuse(
    named.uniforms !== undefined && reasoning === undefined,
    ['uniforms'],
    'there is no reasoning.decode to say how many',
  );
  refuse(
    named.noise !== undefined && horizon === null,
    ['noise'],
    'there is no horizon to say how many',
  );
  return found;
}
