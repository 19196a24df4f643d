import { encodeOnnx } from './onnx-builder.ts';
import type { OnnxConstant, OnnxNode, OnnxValue } from './onnx-builder.ts';
import { bundleOf } from './onnx-policy-builder.ts';
import type { BundleFiles } from './onnx-policy-builder.ts';
import { tinyTokenizer } from './tiny-tokenizer.ts';

export interface ReasoningPolicyOptions {
  readonly cameras: readonly string[];
  readonly offsetsUs: readonly number[];
  readonly height: number;
  readonly width: number;
  readonly historySteps?: number;
  readonly horizonSteps: number;
  readonly stepUs?: number;
  readonly samples?: readonly number[];
  readonly maxTokens?: number;
  readonly maxBatch?: number;
  /** Slots for navigation text in the prompt; none when absent. */
  readonly navigationTokens?: number;
  /** First of the 64 ids that the text is made of; 256 unless a test wants ids that no tokenizer knows. */
  readonly firstWordId?: number;
  /** How many of the most likely tokens it tells of each place, at most 200; none when absent. */
  readonly topTokens?: number;
}

/** Ids of the tiny tokenizer that policy.json of the bundle names. */
export interface ReasoningTokenIds {
  readonly pad: number;
  readonly image: number;
  readonly firstBin: number;
  readonly traceEnd: number;
  readonly end: number;
}

export const TINY_REASONING_TOKENIZER = tinyTokenizer({
  bins: 1000,
  specials: [
    ...['<|traj_history_start|>', '<|traj_history_end|>', '<|cot_start|>', '<|cot_end|>'],
    ...['<|traj_future_start|>', '<|route_start|>', '<|route_end|>'],
  ],
});

const { bytes: TOKENIZER, idOf } = TINY_REASONING_TOKENIZER;

export const TINY_REASONING_IDS: ReasoningTokenIds = {
  pad: idOf('<|endoftext|>'),
  image: idOf('<|image_pad|>'),
  firstBin: idOf('<i0>'),
  traceEnd: idOf('<|cot_end|>'),
  end: idOf('<|traj_future_start|>'),
};

const WORDS = 64;
/** From where on a uniform means the end of the trace, and the end of the text. */
const TRACE_END_FROM = 0.8;
const END_FROM = 0.9;

/**
 * A policy bundle with the whole contract of a reasoning policy and nothing behind it: its answers can be worked out by
 * hand from its inputs. With u the uniforms, n the noise, m the mean of the window's pixels over 255, and p the number of
 * prompt ids that are not empty slots, token i of a sample is
 *   the end when u_i >= 0.9, the end of the trace when u_i >= 0.8, else id 256 + floor(64 u_i),
 * its log-probability is -u_i, where asked it stands last of the k most likely, of which the others, of rank j, are the ids j
 * with log-probability -u_i (j + 1) / k, the text goes to the first end or to maxTokens, and at each step
 *   acceleration = n_0 / 10 + m / (1 - m), so that white frames give what is not finite,  curvature = (n_1 + p) / 1000,
 * both normalised with mean 0.5 and deviation 2, and 0 and 0.5.
 */
export function reasoningPolicyBundle(options: ReasoningPolicyOptions): BundleFiles {
  const { cameras, offsetsUs, height, width, horizonSteps } = options;
  const { historySteps = 16, stepUs = 100_000, samples = [1, 6], maxTokens = 24 } = options;
  const { maxBatch = 4, navigationTokens, topTokens } = options;
  const images = cameras.length * offsetsUs.length;
  const prompt = promptOf(images, historySteps, navigationTokens);
  return bundleOf(
    {
      schema: 'policy-bundle/1',
      name: 'pondering',
      version: '1.0.0',
      licence: { id: 'CC0-1.0', url: null, commercialUse: true, mustAccept: false },
      runtime: { engine: 'onnxruntime', min: '1.20.0', opset: 17, providers: ['cpu'] },
      graph: 'graphs/policy.onnx',
      cameras: {
        names: [...cameras],
        frames: { offsetsUs: [...offsetsUs] },
        height,
        width,
        resize: 'catmull-rom',
        colour: 'rgb',
        layout: 'BNCHW',
        dtype: 'uint8',
      },
      inputs: {
        frames: 'frames',
        promptIds: 'prompt_ids',
        uniforms: 'uniforms',
        noise: 'noise',
      },
      output: {
        kind: 'actions',
        actions: { pair: 'actions' },
        normalisation: { accelMean: 0.5, accelStd: 2, curvatureMean: 0, curvatureStd: 0.5 },
      },
      reasoning: {
        tokenizer: 'tokenizer/tokenizer.json',
        decode: { maxTokens, temperature: 0.6, topP: 0.98, endId: TINY_REASONING_IDS.end },
        trace: { startId: null, endId: TINY_REASONING_IDS.traceEnd },
        outputs: {
          ...{ tokens: 'tokens', logprobs: 'logprobs', tokenCounts: 'token_counts' },
          ...(topTokens ? { top: { k: topTokens, ids: 'top_ids', logprobs: 'top_logprobs' } } : {}),
        },
        prompt,
      },
      history: { steps: historySteps, stepUs },
      horizon: { steps: horizonSteps, stepUs },
      samples: [...samples],
      batch: { sizes: 'dynamic', maxBatch, rowsIndependent: true },
      golden: null,
    },
    new Map([
      ['graphs/policy.onnx', graphOf(options, prompt.length)],
      ['tokenizer/tokenizer.json', TOKENIZER],
      ['LICENSE', new TextEncoder().encode('Made by a test. No rights reserved.\n')],
    ]),
  );
}

/** 5 marker ids around images of 2 ids each, 3 ids per pose, and the slots for navigation. */
function promptOf(images: number, historySteps: number, navigationTokens: number | undefined) {
  const text = (words: string) => ({ kind: 'text', text: words });
  return {
    length: 5 + 2 * images + 3 * historySteps + (navigationTokens ?? 0),
    padId: TINY_REASONING_IDS.pad,
    segments: [
      text('<|im_start|><|vision_start|>'),
      ...Array.from({ length: images }, (_, index) => ({
        kind: 'image',
        index,
        id: TINY_REASONING_IDS.image,
        tokens: 2,
      })),
      text('<|traj_history_start|>'),
      {
        kind: 'history',
        steps: historySteps,
        bins: 1000,
        firstId: TINY_REASONING_IDS.firstBin,
        min: [-4, -4, -10],
        max: [4, 4, 10],
      },
      text('<|traj_history_end|>'),
      ...(navigationTokens === undefined
        ? []
        : [
            {
              kind: 'navigation',
              before: '<|route_start|>',
              after: '<|route_end|>',
              maxTokens: navigationTokens,
            },
          ]),
      text('<|cot_start|>'),
    ],
  };
}

function graphOf(options: ReasoningPolicyOptions, promptLength: number): Uint8Array {
  const { cameras, offsetsUs, height, width, horizonSteps } = options;
  const { maxTokens = 24, firstWordId = 256, topTokens } = options;
  return encodeOnnx({
    inputs: [
      {
        name: 'frames',
        type: 'uint8',
        dims: ['B', cameras.length * offsetsUs.length, 3, height, width],
      },
      { name: 'prompt_ids', type: 'int64', dims: ['B', promptLength] },
      { name: 'uniforms', type: 'float32', dims: ['B', 'K', maxTokens] },
      { name: 'noise', type: 'float32', dims: ['B', 'K', horizonSteps, 2] },
    ],
    outputs: [
      { name: 'actions', type: 'float32', dims: ['B', 'K', horizonSteps, 2] },
      { name: 'tokens', type: 'int64', dims: ['B', 'K', maxTokens] },
      { name: 'logprobs', type: 'float32', dims: ['B', 'K', maxTokens] },
      { name: 'token_counts', type: 'int64', dims: ['B', 'K'] },
      ...(topTokens ? topOutputs(['B', 'K', maxTokens, topTokens]) : []),
    ],
    constants: [
      scalar('words', WORDS),
      scalar('trace_end_from', TRACE_END_FROM),
      scalar('end_from', END_FROM),
      scalar('one', 1),
      scalar('pixel', 1 / 255),
      whole('first_word', [], [firstWordId]),
      whole('trace_end', [], [TINY_REASONING_IDS.traceEnd]),
      whole('end', [], [TINY_REASONING_IDS.end]),
      whole('pad', [], [TINY_REASONING_IDS.pad]),
      whole('one_whole', [], [1]),
      whole('max_tokens', [], [maxTokens]),
      whole('one_axis', [1], [1]),
      whole('window_column', [4], [-1, 1, 1, 1]),
      { name: 'noise_share', dims: [2], data: Float32Array.of(0.1, 0.001) },
      { name: 'prompt_share', dims: [2], data: Float32Array.of(0, 0.001) },
      { name: 'frames_share', dims: [2], data: Float32Array.of(1, 0) },
      ...(topTokens ? topConstants(topTokens) : []),
    ],
    nodes: [...textNodes(), ...(topTokens ? topNodes() : []), ...actionNodes()],
  });
}

function textNodes(): OnnxNode[] {
  return [
    node('Mul', ['uniforms', 'words'], 'scaled'),
    node('Floor', ['scaled'], 'place'),
    node('Cast', ['place'], 'place_whole', { int: { to: 7 } }),
    node('Add', ['place_whole', 'first_word'], 'word'),
    node('GreaterOrEqual', ['uniforms', 'trace_end_from'], 'ends_trace'),
    node('GreaterOrEqual', ['uniforms', 'end_from'], 'ends'),
    node('Where', ['ends_trace', 'trace_end', 'word'], 'word_or_trace_end'),
    node('Where', ['ends', 'end', 'word_or_trace_end'], 'tokens'),
    node('Neg', ['uniforms'], 'logprobs'),
    // ArgMax gives the first of equals: the first end, or 0 where there is none.
    node('Cast', ['ends'], 'ends_number', { int: { to: 1 } }),
    node('ArgMax', ['ends_number'], 'first_end', { int: { axis: 2, keepdims: 0 } }),
    node('Add', ['first_end', 'one_whole'], 'count_to_end'),
    node('ReduceMax', ['ends_number'], 'any_end', { ints: { axes: [2] }, int: { keepdims: 0 } }),
    node('GreaterOrEqual', ['any_end', 'one'], 'has_end'),
    node('Where', ['has_end', 'count_to_end', 'max_tokens'], 'token_counts'),
  ];
}

function topOutputs(dims: OnnxValue['dims']): OnnxValue[] {
  return [
    { name: 'top_ids', type: 'int64', dims },
    { name: 'top_logprobs', type: 'float32', dims },
  ];
}

function topConstants(k: number): OnnxConstant[] {
  const ranks = Array.from({ length: k }, (_, rank) => rank);
  const isLast = (rank: number) => rank === k - 1;
  return [
    whole('last_axis', [1], [3]),
    whole(
      'drawn_share',
      [k],
      ranks.map((rank) => Number(isLast(rank))),
    ),
    whole(
      'other_ids',
      [k],
      ranks.map((rank) => (isLast(rank) ? 0 : rank)),
    ),
    {
      name: 'logprob_share',
      dims: [k],
      data: Float32Array.from(ranks, (rank) => (rank + 1) / k),
    },
  ];
}

function topNodes(): OnnxNode[] {
  return [
    node('Unsqueeze', ['tokens', 'last_axis'], 'token_column'),
    node('Mul', ['token_column', 'drawn_share'], 'drawn_id'),
    node('Add', ['drawn_id', 'other_ids'], 'top_ids'),
    node('Unsqueeze', ['logprobs', 'last_axis'], 'logprob_column'),
    node('Mul', ['logprob_column', 'logprob_share'], 'top_logprobs'),
  ];
}

function actionNodes(): OnnxNode[] {
  return [
    node('Cast', ['frames'], 'pixels', { int: { to: 1 } }),
    node('ReduceMean', ['pixels'], 'mean', { ints: { axes: [1, 2, 3, 4] }, int: { keepdims: 0 } }),
    node('Mul', ['mean', 'pixel'], 'brightness'),
    node('Sub', ['one', 'brightness'], 'darkness'),
    node('Div', ['brightness', 'darkness'], 'glare'),
    node('Reshape', ['glare', 'window_column'], 'glare_column'),
    node('Equal', ['prompt_ids', 'pad'], 'empty'),
    node('Not', ['empty'], 'used'),
    node('Cast', ['used'], 'used_number', { int: { to: 1 } }),
    node('ReduceSum', ['used_number', 'one_axis'], 'prompt_size', { int: { keepdims: 0 } }),
    node('Reshape', ['prompt_size', 'window_column'], 'prompt_column'),
    node('Mul', ['noise', 'noise_share'], 'from_noise'),
    node('Mul', ['glare_column', 'frames_share'], 'from_frames'),
    node('Mul', ['prompt_column', 'prompt_share'], 'from_prompt'),
    node('Add', ['from_noise', 'from_frames'], 'noise_and_frames'),
    node('Add', ['noise_and_frames', 'from_prompt'], 'actions'),
  ];
}

function scalar(name: string, value: number): OnnxConstant {
  return { name, dims: [], data: Float32Array.of(value) };
}

function whole(name: string, dims: readonly number[], values: readonly number[]): OnnxConstant {
  return { name, dims, data: BigInt64Array.from(values, BigInt) };
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Pick<OnnxNode, 'int' | 'ints' | 'float'> = {},
): OnnxNode {
  return { op, inputs, outputs: [output], ...attributes };
}
