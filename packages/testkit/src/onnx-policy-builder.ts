import { sha256Hex } from '@drivesweep/contracts';
import { encodeOnnx } from './onnx-builder.ts';
import type { OnnxNode } from './onnx-builder.ts';

/** Files of a policy bundle by their path in it. */
export type BundleFiles = Map<string, Uint8Array>;

export interface BusyPolicyOptions {
  readonly cameras: readonly string[];
  readonly offsetsUs: readonly number[];
  readonly height: number;
  readonly width: number;
  readonly historySteps?: number;
  readonly horizonSteps: number;
  readonly stepUs?: number;
  readonly maxBatch?: number;
  /** How many products of two 512 x 512 matrices a run costs: 2 to 5 ms each on one core. */
  readonly products?: number;
  /** Closed list of sentences; the graph says the one at place v0, rounded down. None when absent. */
  readonly traces?: readonly string[];
}

const MATRIX = 512;
const TRACE_NODES = [
  node('Reshape', ['v0', 'row'], 'v0_row'),
  node('Cast', ['v0_row'], 'trace_index', { int: { to: 7 } }),
];

/**
 * A policy bundle whose cost is chosen and whose answer can be worked out by hand. With t the seconds after t0 and m the
 * mean of the window's pixels over all frames:
 *   x = v0 t,  y = (m / 255) t,  z = 0,  yaw = 0.01 y
 * and, with a list of sentences, trace_index = v0 without its decimals, whether the list has as many or not.
 * The products of matrices only cost time: they are multiplied by zero before they are added to y.
 */
export function busyPolicyBundle(options: BusyPolicyOptions): BundleFiles {
  const { cameras, offsetsUs, height, width, horizonSteps } = options;
  const { historySteps = 16, stepUs = 100_000, maxBatch = 1, products = 0, traces } = options;
  const graph = encodeOnnx({
    inputs: [
      {
        name: 'frames',
        type: 'uint8',
        dims: ['B', cameras.length * offsetsUs.length, 3, height, width],
      },
      { name: 'v0', type: 'float32', dims: ['B'] },
    ],
    outputs: [
      { name: 'xyz', type: 'float32', dims: ['B', 1, horizonSteps, 3] },
      { name: 'yaw', type: 'float32', dims: ['B', 1, horizonSteps] },
      ...(traces ? [{ name: 'trace_index', type: 'int64', dims: ['B', 1] } as const] : []),
    ],
    constants: [
      {
        name: 'seconds',
        dims: [1, 1, horizonSteps],
        data: Float32Array.from({ length: horizonSteps }, (_, i) => ((i + 1) * stepUs) / 1e6),
      },
      { name: 'one_255th', dims: [], data: Float32Array.of(1 / 255) },
      { name: 'hundredth', dims: [], data: Float32Array.of(0.01) },
      { name: 'zero', dims: [], data: Float32Array.of(0) },
      { name: 'column', dims: [3], data: BigInt64Array.of(-1n, 1n, 1n) },
      { name: 'row', dims: [2], data: BigInt64Array.of(-1n, 1n) },
      { name: 'last', dims: [1], data: BigInt64Array.of(-1n) },
      { name: 'matrix', dims: [MATRIX, MATRIX], data: mixingMatrix() },
    ],
    nodes: [
      node('Cast', ['frames'], 'pixels', { int: { to: 1 } }),
      node('ReduceMean', ['pixels'], 'mean', {
        ints: { axes: [1, 2, 3, 4] },
        int: { keepdims: 0 },
      }),
      ...productNodes(products),
      node('Reshape', ['v0', 'column'], 'v0_column'),
      node('Mul', ['v0_column', 'seconds'], 'x'),
      node('Reshape', ['mean', 'column'], 'mean_column'),
      node('Mul', ['mean_column', 'one_255th'], 'brightness'),
      node('Add', ['brightness', 'nothing'], 'slope'),
      node('Mul', ['slope', 'seconds'], 'y'),
      node('Mul', ['x', 'zero'], 'z'),
      node('Mul', ['y', 'hundredth'], 'yaw'),
      ...['x', 'y', 'z'].map((axis) => node('Unsqueeze', [axis, 'last'], `${axis}_last`)),
      node('Concat', ['x_last', 'y_last', 'z_last'], 'xyz', { int: { axis: 3 } }),
      ...(traces ? TRACE_NODES : []),
    ],
  });
  const licence = new TextEncoder().encode('Made by a test. No rights reserved.\n');
  return bundleOf(
    {
      schema: 'policy-bundle/1',
      name: 'busy',
      version: '1.0.0',
      licence: { id: 'CC0-1.0', url: null, commercialUse: true, mustAccept: false },
      runtime: { engine: 'onnxruntime', min: '1.20.0', opset: 17, providers: ['cpu'] },
      graph: 'graphs/policy.onnx',
      cameras: {
        names: [...cameras],
        frames: { offsetsUs: [...offsetsUs] },
        height,
        width,
        resize: 'bilinear',
        colour: 'rgb',
        layout: 'BNCHW',
        dtype: 'uint8',
      },
      inputs: { frames: 'frames', v0: 'v0' },
      output: { kind: 'trajectory', position: { xyz: 'xyz' }, yaw: 'yaw' },
      history: { steps: historySteps, stepUs },
      horizon: { steps: horizonSteps, stepUs },
      ...(traces ? { traces: [...traces] } : {}),
      samples: [1],
      batch: { sizes: 'dynamic', maxBatch, rowsIndependent: false },
      golden: null,
    },
    new Map([
      ['graphs/policy.onnx', graph],
      ['LICENSE', licence],
    ]),
  );
}

/** Adds `policy.json` with the list of `files` to them. */
export function bundleOf(
  manifest: Readonly<Record<string, unknown>>,
  files: BundleFiles,
): BundleFiles {
  const list = [...files].map(([path, bytes]) => ({
    path,
    sha256: sha256Hex(bytes),
    bytes: bytes.length,
  }));
  const policy = JSON.stringify({ ...manifest, files: list }, null, 2);
  return new Map([...files, ['policy.json', new TextEncoder().encode(policy)]]);
}

/** `nothing` is zero, known only after all products: they start from the pixels, so that nothing can be folded away. */
function productNodes(products: number): OnnxNode[] {
  const nodes = [
    node('ReduceMean', ['pixels'], 'all', { int: { keepdims: 0 } }),
    node('Mul', ['all', 'zero'], 'none'),
    node('Add', ['matrix', 'none'], 'state_0'),
  ];
  for (let i = 0; i < products; i++) {
    nodes.push(node('MatMul', [`state_${i}`, 'matrix'], `product_${i}`));
    nodes.push(node('Tanh', [`product_${i}`], `state_${i + 1}`));
  }
  nodes.push(node('ReduceMean', [`state_${products}`], 'rest', { int: { keepdims: 0 } }));
  nodes.push(node('Mul', ['rest', 'zero'], 'nothing'));
  return nodes;
}

/** Fixed numbers in about +-0.08, so that repeated products neither vanish nor grow. */
function mixingMatrix(): Float32Array {
  return Float32Array.from({ length: MATRIX * MATRIX }, (_, i) => 0.08 * Math.sin(i * 12.9898));
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Pick<OnnxNode, 'int' | 'ints' | 'float'> = {},
): OnnxNode {
  return { op, inputs, outputs: [output], ...attributes };
}
