// Makes policies/nano from what train.py, export.py and evaluate.py left: graph, tokenizer, a golden case that went through
// the whole pipeline (rendered, encoded, decoded, prepared and inferred as in a sweep), README and policy.json.
// usage: node bundle.mjs TRAINED_FOLDER BUNDLE_FOLDER
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ALPAMAYO_R1_ACTIONS } from '@drivesweep/geometry';
import { goldenInput } from '../train-glance/golden-window.mjs';
import { writeBundle } from '../write-bundle.mjs';
import { describeNano } from './describe.mjs';

const [trained, folder] = process.argv.slice(2).map((path) => resolve(path));
const here = (name) => new URL(name, import.meta.url);
const madeOf = async (path) => JSON.parse(await readFile(path, 'utf8'));
const recipe = await madeOf(here('recipe.json'));
const results = await madeOf(join(trained, 'results.json'));
const tokenizer = await madeOf(join(trained, 'tokenizer.json'));

const { resized, crop, decode } = recipe;
const step = { stepUs: 100_000 };
const endId = tokenizer.model.vocab['<end>'];
const manifest = {
  schema: 'policy-bundle/1',
  name: 'nano',
  version: '1.0.0',
  description:
    'A miniature reasoning policy: looks at two front pictures, writes why and what, and draws a path for it. See README.md.',
  files: [],
  licence: { id: 'Apache-2.0', url: null, commercialUse: true, mustAccept: false },
  runtime: { engine: 'onnxruntime', min: '1.20.0', opset: 18, providers: ['cpu', 'cuda'] },
  graph: 'policy.onnx',
  cameras: {
    names: [recipe.camera],
    frames: { offsetsUs: recipe.frameOffsetsS.map((offset) => Math.round(offset * 1e6)) },
    ...{ height: resized.height, width: resized.width, resize: resized.filter, crop },
    ...{ colour: 'rgb', layout: 'BNCHW', dtype: 'uint8' },
  },
  inputs: {
    ...{ frames: 'frames', v0: 'v0', uniforms: 'uniforms', noise: 'noise' },
    ...{ historyX: 'history_x', historyY: 'history_y', historyYaw: 'history_yaw' },
  },
  output: {
    kind: 'actions',
    actions: { pair: 'actions' },
    normalisation: ALPAMAYO_R1_ACTIONS,
  },
  reasoning: {
    tokenizer: 'tokenizer/tokenizer.json',
    decode: { maxTokens: results.maxTokens, ...decode, endId },
    trace: { startId: null, endId },
    outputs: {
      ...{ tokens: 'tokens', logprobs: 'logprobs', tokenCounts: 'token_counts' },
      top: { k: recipe.topTokens, ids: 'top_ids', logprobs: 'top_logprobs' },
    },
    prompt: null,
  },
  history: { steps: recipe.historySteps, ...step },
  horizon: { steps: recipe.horizonSteps, ...step },
  samples: [1, 6, 16],
  // One window at a time, so that an answer is the same bits whatever else is asked for.
  batch: { sizes: [1], maxBatch: 1, rowsIndependent: true },
  golden: null,
};

const { samples } = await writeBundle({
  folder,
  sources: {
    'policy.onnx': join(trained, 'policy.onnx'),
    'tokenizer/tokenizer.json': join(trained, 'tokenizer.json'),
    LICENSE: here('../../LICENSE'),
  },
  texts: { 'README.md': describeNano(recipe, results) },
  manifest,
  golden: {
    input: (needs, scratch) => goldenInput(recipe, results.goldenWindow, needs, scratch),
    parameters: { samples: 6, seed: 0, horizonSteps: recipe.horizonSteps, ...step },
    tolerances: { xyzM: 0.01, yawRad: 0.001, logprob: 0.001 },
  },
});
for (const { trace } of samples) console.log(`golden case: ${trace}`);
