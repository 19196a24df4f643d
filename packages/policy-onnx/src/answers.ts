import { DrivesweepError } from '@drivesweep/contracts';
import type { InferParameters, PolicyInput, PolicySample } from '@drivesweep/contracts';
import { denormaliseActions, integrateUnicycle } from '@drivesweep/geometry';
import type { UnicycleActions } from '@drivesweep/geometry';
import { TRACE_INDEX } from './bundle-manifest.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import type { TensorData } from './graph.ts';
import { shapesOf, tensorContracts } from './graph-contract.ts';
import type { BundleOutput } from './manifest-output.ts';
import type { BundleReasoning } from './manifest-reasoning.ts';
import type { BundleTokenizer } from './tokenizer.ts';
import { writtenText } from './written-text.ts';
import type { WrittenText } from './written-text.ts';

type Outputs = Readonly<Record<string, TensorData>>;

/**
 * The samples of each window of a run over `batchSize` windows, of which the first `windows.length` are real and the
 * rest is padding. Values are handed on as they are: NaN and infinity are for the caller to judge. `tokenizer` reads the
 * text of a policy that writes one.
 * Errors: POLICY_OUTPUT_SHAPE.
 */
export function samplesOf(
  manifest: BundleManifest,
  outputs: Outputs,
  windows: readonly PolicyInput[],
  batchSize: number,
  parameters: InferParameters,
  tokenizer: BundleTokenizer | null,
): PolicySample[][] {
  checkShapes(manifest, outputs, batchSize, parameters);
  return windows.map((window, b) =>
    Array.from({ length: parameters.samples }, (_, k) => {
      const row = b * parameters.samples + k;
      const place = { outputs, row, b, window, parameters };
      const said =
        manifest.reasoning && tokenizer
          ? textOf(manifest.reasoning, tokenizer, place)
          : traceOf(manifest, place);
      return { ...sampleOf(manifest.output, place), ...said };
    }),
  );
}

interface Place {
  readonly outputs: Outputs;
  /** Position on the joined B and K axes. */
  readonly row: number;
  readonly b: number;
  readonly window: PolicyInput;
  readonly parameters: InferParameters;
}

function sampleOf(output: BundleOutput, place: Place): PolicySample {
  const { parameters } = place;
  const steps = parameters.horizonSteps;
  switch (output.kind) {
    case 'trajectory': {
      const { position } = output;
      const path =
        'xyz' in position
          ? splitXyz(slice(place, position.xyz, 3 * steps))
          : {
              x: slice(place, position.x, steps),
              y: slice(place, position.y, steps),
              z:
                position.z === undefined
                  ? new Float64Array(steps)
                  : slice(place, position.z, steps),
            };
      const yaw = slice(place, output.yaw, steps);
      return {
        ...NOTHING_MORE,
        ...path,
        yaw,
        probability: probabilityOf(place, output.probability),
      };
    }
    case 'actions': {
      const actions = actionsOf(output, place);
      return {
        ...integrated(actions, place),
        probability: probabilityOf(place, output.probability),
      };
    }
    case 'curvature': {
      const { data, dims } = tensorNamed(place.outputs, output.value);
      const value = Number(data[place.b * (dims[1] ?? 1) + output.column]);
      const { conversion } = output;
      const curvature =
        conversion.kind === 'gain'
          ? conversion.gain * value
          : Math.tan(conversion.radPerUnit * value) / conversion.wheelbaseM;
      return integrated(
        { accel: new Float64Array(steps), curvature: new Float64Array(steps).fill(curvature) },
        place,
      );
    }
  }
}

function actionsOf(
  { actions, normalisation }: Extract<BundleOutput, { kind: 'actions' }>,
  place: Place,
): UnicycleActions {
  const steps = place.parameters.horizonSteps;
  const constants = normalisation ?? AS_THEY_ARE;
  if ('pair' in actions)
    return denormaliseActions(slice(place, actions.pair, 2 * steps), constants);
  const accel = slice(place, actions.accel, steps);
  const curvature = slice(place, actions.curvature, steps);
  return {
    accel: accel.map((value) => value * constants.accelStd + constants.accelMean),
    curvature: curvature.map((value) => value * constants.curvatureStd + constants.curvatureMean),
  };
}

function integrated(actions: UnicycleActions, { window, parameters }: Place): PolicySample {
  const stepS = parameters.stepUs / 1e6;
  const { x, y, z, yaw } = integrateUnicycle({ ...actions, v0Mps: window.v0Mps, stepS });
  return { ...NOTHING_MORE, x, y, z, yaw, ...actions };
}

/** What a policy without reasoning does not say. */
const NOTHING_MORE = {
  accel: null,
  curvature: null,
  trace: null,
  tokenIds: null,
  logprobs: null,
  topTokens: null,
  finishReason: null,
  probability: null,
} as const;

const AS_THEY_ARE = { accelMean: 0, accelStd: 1, curvatureMean: 0, curvatureStd: 1 } as const;

function slice({ outputs, row }: Place, name: string, length: number): Float64Array {
  const { data } = tensorNamed(outputs, name);
  return Float64Array.from({ length }, (_, i) => Number(data[row * length + i]));
}

function splitXyz(xyz: Float64Array): Pick<PolicySample, 'x' | 'y' | 'z'> {
  const axis = (offset: number) => xyz.filter((_, i) => i % 3 === offset);
  return { x: axis(0), y: axis(1), z: axis(2) };
}

function probabilityOf({ outputs, row }: Place, name: string | undefined): number | null {
  return name === undefined ? null : Number(tensorNamed(outputs, name).data[row]);
}

/**
 * The sentence that the graph chose. One that is not in the list is the problem of its window alone: throwing would
 * take the other windows of the batch along.
 */
function traceOf(
  { name, traces }: BundleManifest,
  { outputs, row }: Place,
): Pick<PolicySample, 'trace' | 'finishReason' | 'problem'> {
  if (traces === undefined) return { trace: null, finishReason: null };
  const index = Number(tensorNamed(outputs, TRACE_INDEX).data[row]);
  const trace = traces[index];
  if (trace !== undefined) return { trace, finishReason: 'stop' };
  const message = `${TRACE_INDEX} of ${name} is ${index}; its list has ${traces.length} sentences`;
  return { trace: null, finishReason: null, problem: { code: 'POLICY_OUTPUT_RANGE', message } };
}

function textOf(
  reasoning: BundleReasoning,
  tokenizer: BundleTokenizer,
  { outputs, row }: Place,
): WrittenText {
  const { tokens, logprobs, tokenCounts, top } = reasoning.outputs;
  const tensors = {
    tokens: tensorNamed(outputs, tokens),
    logprobs: tensorNamed(outputs, logprobs),
    tokenCounts: tensorNamed(outputs, tokenCounts),
    top: top
      ? {
          k: top.k,
          ids: tensorNamed(outputs, top.ids),
          logprobs: tensorNamed(outputs, top.logprobs),
        }
      : null,
  };
  return writtenText(reasoning, tokenizer, tensors, row);
}

function tensorNamed(outputs: Outputs, name: string): TensorData {
  const tensor = outputs[name];
  if (tensor) return tensor;
  throw new DrivesweepError('POLICY_OUTPUT_SHAPE', `the graph did not answer output ${name}`);
}

function checkShapes(
  manifest: BundleManifest,
  outputs: Outputs,
  batchSize: number,
  { samples }: InferParameters,
): void {
  const sizes = { B: batchSize, K: samples };
  const sizeOf = (dim: number | 'B' | 'K' | null) => (typeof dim === 'string' ? sizes[dim] : dim);
  for (const contract of tensorContracts(manifest).outputs) {
    const { dims, type } = tensorNamed(outputs, contract.name);
    const right = shapesOf(manifest, contract).some(
      (want) =>
        want.length === dims.length &&
        want.every((dim, axis) => dim === null || dims[axis] === sizeOf(dim)),
    );
    if (right && type === contract.type) continue;
    const want = contract.dims.map((dim) => sizeOf(dim) ?? '?').join(', ');
    throw new DrivesweepError(
      'POLICY_OUTPUT_SHAPE',
      `output ${contract.name} of ${manifest.name} is ${type} [${dims.join(', ')}], not ${contract.type} [${want}]`,
    );
  }
  const { output } = manifest;
  if (output.kind !== 'curvature') return;
  const columns = tensorNamed(outputs, output.value).dims[1] ?? 0;
  if (output.column < columns) return;
  throw new DrivesweepError(
    'POLICY_OUTPUT_SHAPE',
    `output ${output.value} of ${manifest.name} has ${columns} columns, policy.json takes column ${output.column}`,
  );
}
