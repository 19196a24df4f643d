import { z } from 'zod';

/**
 * `policy.json`, version 1: a policy that maps camera frames and history to trajectories with one ONNX graph.
 *
 * Axes of tensors are written as letters: B windows of the batch, N = cameras x frames (camera-major, oldest
 * first), C channels, H, W, K samples, T future steps, S poses of history (the last at t0).
 * Ego frame at t0: x forward, y left, z up, metres; yaw counter-clockwise, radians.
 *
 * Reasoning policies add a kind of `output`, seed `inputs`, and a tokenizer; the fields below stay as they are.
 */

/** The output by which a graph chooses a sentence of `traces`: int64 [B, K], counted from 0. */
export const TRACE_INDEX = 'trace_index';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: 'expected letters, digits, ".", "_" or "-"',
});
const path = z.string().min(1);
const tensorName = z.string().min(1);
const positive = z.int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected 64 lower-case hex digits' });

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

const frameTimes = z.union([
  z.strictObject({
    /** Relative to t0, strictly ascending, never after t0. */
    offsetsUs: z.array(z.int().max(0, 'a frame after t0 would show the future')).min(1),
  }),
  /** `count` frames at `hz`, the last at t0. */
  z.strictObject({ count: positive, hz: z.number().positive() }),
]);

const cameras = z.strictObject({
  /** Dataset camera names, in the order of the N axis. */
  names: z.array(z.string().min(1)).min(1),
  frames: frameTimes,
  /** Frames are resized to this, then cut to `crop`. */
  height: positive,
  width: positive,
  resize: z.enum(['bicubic', 'bilinear', 'area']),
  crop: z
    .strictObject({ top: z.int().min(0), left: z.int().min(0), height: positive, width: positive })
    .optional(),
  colour: z.enum(['rgb', 'bgr', 'grey']),
  layout: z.enum(['BNCHW', 'BNHWC', 'BCHW', 'BHWC']),
  dtype: z.enum(['uint8', 'float32']),
  /** float32 only: value = (pixel * scale - mean[c]) / std[c]; one mean and std, or one per channel. */
  scale: z.number().optional(),
  mean: z.array(z.number()).optional(),
  std: z.array(z.number().positive()).optional(),
});

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
});

const output = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trajectory'),
    /** float32 [B, K, T, 3], or two or three of float32 [B, K, T]; z is 0 when it is not given. */
    position: z.union([
      z.strictObject({ xyz: tensorName }),
      z.strictObject({ x: tensorName, y: tensorName, z: tensorName.optional() }),
    ]),
    /** float32 [B, K, T] */
    yaw: tensorName,
    /** float32 [B, K] */
    probability: tensorName.optional(),
  }),
  z.strictObject({
    kind: z.literal('actions'),
    /** float32 [B, K, T, 2] as (acceleration, curvature), or one float32 [B, K, T] for each. */
    actions: z.union([
      z.strictObject({ pair: tensorName }),
      z.strictObject({ accel: tensorName, curvature: tensorName }),
    ]),
    /** Physical value = output * std + mean; null when the outputs are m/s^2 and 1/m already. */
    normalisation: z
      .strictObject({
        accelMean: z.number(),
        accelStd: z.number().positive(),
        curvatureMean: z.number(),
        curvatureStd: z.number().positive(),
      })
      .nullable(),
    probability: tensorName.optional(),
  }),
  z.strictObject({
    kind: z.literal('curvature'),
    /** float32 [B, columns]: one number per window, at `column`. Held, at the speed v0, over the horizon. */
    value: tensorName,
    column: z.int().nonnegative().default(0),
    /** gain: curvature = gain * value. steering: curvature = tan(radPerUnit * value) / wheelbaseM. 1/m, left positive. */
    conversion: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('gain'), gain: z.number() }),
      z.strictObject({
        kind: z.literal('steering'),
        radPerUnit: z.number(),
        wheelbaseM: z.number().positive(),
      }),
    ]),
  }),
]);

const steps = z.strictObject({ steps: positive, stepUs: positive });

export const bundleManifestSchema = z
  .strictObject({
    schema: z.literal('policy-bundle/1'),
    name,
    version: z.string().min(1).max(100),
    description: z.string().optional(),
    /** Every file of the bundle but policy.json itself: graph, external data, golden case, licence. */
    files: z.array(z.strictObject({ path, sha256, bytes: z.int().nonnegative() })).min(1),
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
    graph: path,
    cameras: cameras.nullable(),
    inputs,
    output,
    /**
     * A closed list of sentences: the graph says one of them with each sample, by its int64 output `trace_index`
     * [B, K]. Absent when the policy says nothing.
     */
    traces: z
      .array(z.string().max(400).regex(/\S/, { error: 'expected a sentence' }))
      .min(1)
      .max(4096)
      .optional(),
    history: steps,
    /** Null when the answer holds for any horizon (kind `curvature`). */
    horizon: steps.nullable(),
    /** Numbers of samples (K) that the graph answers with. */
    samples: z.array(positive).min(1),
    batch: z.strictObject({
      /** sizes: the graph takes exactly these B; short batches are padded by repeating the last window. */
      sizes: z.union([z.array(positive).min(1), z.literal('dynamic')]),
      maxBatch: positive,
      /** True when an answer is the same bits whatever else is in the batch: windows of several shards may then share one. */
      rowsIndependent: z.boolean().default(false),
    }),
    golden: z
      .strictObject({
        file: path,
        tolerances: z.strictObject({ xyzM: z.number().positive(), yawRad: z.number().positive() }),
      })
      .nullable(),
  })
  .superRefine((manifest, context) => {
    for (const { path: at, message } of contradictionsIn(manifest)) {
      context.addIssue({ code: 'custom', path: at, message });
    }
  });

export type BundleManifest = z.output<typeof bundleManifestSchema>;
export type BundleManifestInput = z.input<typeof bundleManifestSchema>;
export type BundleCameras = z.output<typeof cameras>;
export type BundleOutput = z.output<typeof output>;

/** The schema for editors and docs; contradictions between fields are checked by the program only. */
export function bundleJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(bundleManifestSchema, { io: 'input' }) };
}

export function channelsOf(colour: BundleCameras['colour']): number {
  return colour === 'grey' ? 1 : 3;
}

/** Frame times relative to t0, ascending. */
export function frameOffsetsUs(camera: BundleCameras): number[] {
  if ('offsetsUs' in camera.frames) return camera.frames.offsetsUs;
  const { count, hz } = camera.frames;
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? 0 : ((i + 1 - count) * 1e6) / hz,
  );
}

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What is wrong between fields that are each well-formed. */
function contradictionsIn(manifest: {
  files: { path: string }[];
  graph: string;
  golden: { file: string } | null;
  cameras: BundleCameras | null;
  inputs: z.output<typeof inputs>;
  output: { kind: BundleOutput['kind'] };
  history: z.output<typeof steps>;
  horizon: z.output<typeof steps> | null;
  traces?: string[] | undefined;
  samples: number[];
  batch: { sizes: number[] | 'dynamic'; maxBatch: number };
}): Contradiction[] {
  const found: Contradiction[] = [];
  const refuse = (wrong: boolean, at: (string | number)[], message: string) => {
    if (wrong) found.push({ path: at, message });
  };
  const listed = new Set(manifest.files.map((file) => file.path));
  refuse(listed.size < manifest.files.length, ['files'], 'a path is listed twice');
  refuse(listed.has('policy.json'), ['files'], 'policy.json does not list itself');
  refuse(!listed.has(manifest.graph), ['graph'], 'not in the list of files');
  refuse(
    manifest.golden !== null && !listed.has(manifest.golden.file),
    ['golden', 'file'],
    'not in the list of files',
  );
  refuse(
    (manifest.inputs.frames === undefined) !== (manifest.cameras === null),
    ['inputs', 'frames'],
    'named exactly when there are cameras',
  );
  refuse(
    (manifest.horizon === null) !== (manifest.output.kind === 'curvature'),
    ['horizon'],
    'null exactly when the output is a curvature',
  );
  refuse(
    manifest.horizon !== null && manifest.horizon.stepUs !== manifest.history.stepUs,
    ['horizon', 'stepUs'],
    'history and horizon have the same step',
  );
  const { traces = [] } = manifest;
  refuse(new Set(traces).size < traces.length, ['traces'], 'a sentence is listed twice');
  const { sizes, maxBatch } = manifest.batch;
  refuse(
    sizes !== 'dynamic' && Math.max(...sizes) !== maxBatch,
    ['batch', 'maxBatch'],
    'the largest of the sizes',
  );
  refuse(
    manifest.samples.length > 1,
    ['samples'],
    'policy-bundle/1 has no input that would tell the graph how many samples: list one number',
  );
  if (manifest.cameras) found.push(...cameraContradictions(manifest.cameras));
  return found;
}

function cameraContradictions(camera: BundleCameras): Contradiction[] {
  const found: Contradiction[] = [];
  const refuse = (wrong: boolean, field: string, message: string) => {
    if (wrong) found.push({ path: ['cameras', field], message });
  };
  const offsets = frameOffsetsUs(camera);
  const images = camera.names.length * offsets.length;
  const perChannel = [1, channelsOf(camera.colour)];
  refuse(new Set(camera.names).size < camera.names.length, 'names', 'a camera is named twice');
  refuse(!offsets.every(Number.isInteger), 'frames', 'times are not whole microseconds');
  refuse(
    offsets.some((offset, i) => i > 0 && offset <= (offsets[i - 1] ?? offset)),
    'frames',
    'times do not strictly ascend',
  );
  refuse(
    camera.layout === 'BHWC' && images > 1,
    'layout',
    `BHWC has room for one image, there are ${images}`,
  );
  refuse(
    camera.dtype === 'uint8' && Boolean(camera.scale ?? camera.mean ?? camera.std),
    'dtype',
    'uint8 pixels are handed over as they are: scale, mean and std need float32',
  );
  for (const field of ['mean', 'std'] as const) {
    const length = camera[field]?.length ?? 1;
    refuse(!perChannel.includes(length), field, 'expected one value, or one per channel');
  }
  const { crop } = camera;
  refuse(
    crop !== undefined &&
      (crop.top + crop.height > camera.height || crop.left + crop.width > camera.width),
    'crop',
    `reaches outside ${camera.height}x${camera.width}`,
  );
  return found;
}
