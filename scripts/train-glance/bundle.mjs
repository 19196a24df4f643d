// Makes policies/glance from what train.py left: the graph, a golden case that went through the whole pipeline
// (rendered, encoded, decoded, prepared and inferred as in a sweep), README and policy.json with every hash.
// usage: node bundle.mjs TRAINED_FOLDER BUNDLE_FOLDER
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeBundle } from '../write-bundle.mjs';
import { describeGlance } from './describe.mjs';
import { goldenInput } from './golden-window.mjs';
import { recipe } from './recipe.mjs';

const [trained, folder] = process.argv.slice(2).map((path) => resolve(path));
const here = (name) => new URL(name, import.meta.url);
const madeOf = async (name) => JSON.parse(await readFile(join(trained, name), 'utf8'));
const results = await madeOf('results.json');
const traceResults = await madeOf('trace-results.json');
const traces = await madeOf('traces.json');
const goldenWindow = await madeOf('golden-window.json');

const { resized, crop } = recipe;
const step = { stepUs: 100_000 };
const manifest = {
  schema: 'policy-bundle/1',
  name: 'glance',
  version: '1.1.0',
  description:
    'Looks at two small front pictures and answers with one path and one sentence. See README.md.',
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
    frames: 'frames',
    historyX: 'history_x',
    historyY: 'history_y',
    historyYaw: 'history_yaw',
    v0: 'v0',
  },
  output: {
    kind: 'actions',
    actions: { accel: 'accel', curvature: 'curvature' },
    normalisation: null,
  },
  traces,
  history: { steps: recipe.historySteps, ...step },
  horizon: { steps: recipe.horizonSteps, ...step },
  samples: [1],
  // One window at a time, so that an answer is the same bits whatever else is asked for.
  batch: { sizes: [1], maxBatch: 1, rowsIndependent: true },
  golden: null,
};

await writeBundle({
  folder,
  sources: { 'policy.onnx': join(trained, 'policy.onnx'), LICENSE: here('../../LICENSE') },
  texts: { 'README.md': describeGlance(recipe, results, traceResults) },
  manifest,
  golden: {
    input: (needs, scratch) => goldenInput(recipe, goldenWindow, needs, scratch),
    parameters: { samples: 1, seed: 0, horizonSteps: recipe.horizonSteps, ...step },
    tolerances: { xyzM: 0.001, yawRad: 0.0001 },
  },
});
