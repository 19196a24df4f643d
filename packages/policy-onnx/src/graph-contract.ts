import { TRACE_INDEX } from './bundle-manifest.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import { channelsOf, imageCount } from './manifest-cameras.ts';
import type { BundleCameras } from './manifest-cameras.ts';
import type { GraphInfo, TensorInfo, TensorType } from './graph.ts';

/** A tensor as policy.json describes it. */
export interface TensorContract {
  readonly name: string;
  readonly type: TensorType;
  /** 'B' is the batch, 'K' the samples; null is a dimension that policy.json says nothing about. */
  readonly dims: readonly Dimension[];
  /** True when the K axis may be left out by a policy of one sample. */
  readonly kOptional?: boolean;
}

type Dimension = number | 'B' | 'K' | null;

/** The tensors that policy.json promises, in the order in which messages should name them. */
export function tensorContracts(manifest: BundleManifest): {
  readonly inputs: readonly TensorContract[];
  readonly outputs: readonly TensorContract[];
} {
  return {
    inputs: inputContracts(manifest),
    outputs: [
      ...outputContracts(manifest),
      ...traceContracts(manifest),
      ...reasoningContracts(manifest),
    ],
  };
}

/** Differences between policy.json and the graph, each as one sentence; empty when they agree. */
export function graphProblems(manifest: BundleManifest, graph: GraphInfo): string[] {
  const { inputs, outputs } = tensorContracts(manifest);
  const fed = new Set(inputs.map((input) => input.name));
  const unfed = graph.inputs.filter((input) => !fed.has(input.name));
  const untold = graph.outputs.filter(({ name }) => name === TRACE_INDEX && !manifest.traces);
  return [
    ...inputs.flatMap((input) => tensorProblems(manifest, 'input', input, graph.inputs)),
    ...unfed.map((input) => `input ${input.name} of the graph is not named in policy.json`),
    ...outputs.flatMap((output) => tensorProblems(manifest, 'output', output, graph.outputs)),
    ...untold.map(() => `policy.json has no "traces" for output ${TRACE_INDEX} of the graph`),
  ];
}

/** Height and width after the crop. */
export function imageSize(camera: BundleCameras): {
  readonly height: number;
  readonly width: number;
} {
  return camera.crop ?? camera;
}

/** Dimensions of the frames tensor after B. */
export function frameDims(camera: BundleCameras): number[] {
  const images = imageCount(camera);
  const channels = channelsOf(camera.colour);
  const { height, width } = imageSize(camera);
  switch (camera.layout) {
    case 'BNCHW':
      return [images, channels, height, width];
    case 'BNHWC':
      return [images, height, width, channels];
    case 'BCHW':
      return [images * channels, height, width];
    case 'BHWC':
      return [height, width, channels];
  }
}

function inputContracts(manifest: BundleManifest): TensorContract[] {
  const { inputs, cameras, history, horizon, reasoning } = manifest;
  const found: TensorContract[] = [];
  const add = (name: string | undefined, type: TensorType, dims: TensorContract['dims']) => {
    if (name !== undefined) found.push({ name, type, dims });
  };
  if (cameras) add(inputs.frames, cameras.dtype, ['B', ...frameDims(cameras)]);
  add(inputs.historyXyz, 'float32', ['B', history.steps, 3]);
  for (const name of [inputs.historyX, inputs.historyY, inputs.historyZ, inputs.historyYaw]) {
    add(name, 'float32', ['B', history.steps]);
  }
  add(inputs.v0, 'float32', ['B']);
  if (reasoning?.prompt) add(inputs.promptIds, 'int64', ['B', reasoning.prompt.length]);
  if (reasoning) add(inputs.uniforms, 'float32', ['B', 'K', reasoning.decode.maxTokens]);
  if (horizon) add(inputs.noise, 'float32', ['B', 'K', horizon.steps, 2]);
  return found;
}

function outputContracts({ output, horizon }: BundleManifest): TensorContract[] {
  const perStep = (name: string, ...rest: number[]): TensorContract => ({
    name,
    type: 'float32',
    dims: ['B', 'K', horizon?.steps ?? null, ...rest],
    kOptional: true,
  });
  const probability = (name: string | undefined): TensorContract[] =>
    name === undefined ? [] : [{ name, type: 'float32', dims: ['B', 'K'], kOptional: true }];
  switch (output.kind) {
    case 'trajectory': {
      const { position } = output;
      const positions =
        'xyz' in position
          ? [perStep(position.xyz, 3)]
          : [position.x, position.y, position.z]
              .filter((name) => name !== undefined)
              .map((name) => perStep(name));
      return [...positions, perStep(output.yaw), ...probability(output.probability)];
    }
    case 'actions': {
      const { actions } = output;
      const pairs =
        'pair' in actions
          ? [perStep(actions.pair, 2)]
          : [perStep(actions.accel), perStep(actions.curvature)];
      return [...pairs, ...probability(output.probability)];
    }
    case 'curvature':
      return [{ name: output.value, type: 'float32', dims: ['B', null] }];
  }
}

function traceContracts({ traces }: BundleManifest): TensorContract[] {
  if (traces === undefined) return [];
  return [{ name: TRACE_INDEX, type: 'int64', dims: ['B', 'K'], kOptional: true }];
}

function reasoningContracts({ reasoning }: BundleManifest): TensorContract[] {
  if (reasoning === undefined) return [];
  const { tokens, logprobs, tokenCounts, top } = reasoning.outputs;
  const perToken: TensorContract['dims'] = ['B', 'K', reasoning.decode.maxTokens];
  const found: TensorContract[] = [
    { name: tokens, type: 'int64', dims: perToken },
    { name: logprobs, type: 'float32', dims: perToken },
    { name: tokenCounts, type: 'int64', dims: ['B', 'K'] },
  ];
  if (top) {
    const dims = [...perToken, top.k];
    found.push(
      { name: top.ids, type: 'int64', dims },
      { name: top.logprobs, type: 'float32', dims },
    );
  }
  return found;
}

function tensorProblems(
  manifest: BundleManifest,
  role: 'input' | 'output',
  contract: TensorContract,
  tensors: readonly TensorInfo[],
): string[] {
  const tensor = tensors.find(({ name }) => name === contract.name);
  if (!tensor) {
    const there = tensors.map(({ name }) => name).join(', ');
    return [`the graph has no ${role} ${contract.name}; it has ${there}`];
  }
  const problems: string[] = [];
  if (tensor.type !== contract.type) {
    problems.push(`${role} ${contract.name} is ${tensor.type}, policy.json says ${contract.type}`);
  }
  const shapeKnown = tensor.shape.length > 0;
  const shapes = shapesOf(manifest, contract);
  if (shapeKnown && !shapes.some((dims) => fits(manifest, dims, tensor.shape))) {
    const want = wantedShape(manifest, contract);
    problems.push(
      `${role} ${contract.name} has shape [${tensor.shape.join(', ')}], policy.json says [${want}]`,
    );
  }
  return problems;
}

/** The shapes that a contract allows: with its K axis, and without where that may be left out. */
export function shapesOf(
  { samples }: BundleManifest,
  { dims, kOptional = false }: TensorContract,
): Dimension[][] {
  const onlyOne = samples.length === 1 && samples[0] === 1;
  return kOptional && onlyOne ? [[...dims], dims.filter((dim) => dim !== 'K')] : [[...dims]];
}

/** For messages: `B, K, 64, 2`, with the number of samples where there is only one. */
function wantedShape({ samples }: BundleManifest, { dims }: TensorContract): string {
  const [k, another] = samples;
  return dims.map((dim) => (dim === 'K' && another === undefined ? k : dim) ?? '?').join(', ');
}

/** A graph that fixes the size of an axis must fix it at the only one that policy.json names. */
function fits(
  { batch, samples }: BundleManifest,
  want: readonly Dimension[],
  shape: readonly (number | string)[],
): boolean {
  if (want.length !== shape.length) return false;
  return shape.every((dim, axis) => {
    const wanted = want[axis];
    if (typeof dim === 'string' || dim < 0 || wanted === null) return true;
    if (wanted === 'B') return batch.sizes !== 'dynamic' && batch.sizes.every((b) => b === dim);
    if (wanted === 'K') return samples.every((k) => k === dim);
    return wanted === dim;
  });
}
