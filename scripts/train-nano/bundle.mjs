// Makes policies/nano from what train.py, export.py and evaluate.py left: graph, tokenizer, a golden case that went through
// the whole pipeline (rendered, encoded, decoded, prepared and inferred as in a sweep), README and policy.json.
// usage: node bundle.mjs TRAINED_FOLDER BUNDLE_FOLDER
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ALPAMAYO_R1_ACTIONS } from '@drivesweep/geometry';
import { openObjectStore } from '@drivesweep/object-store';
import {
  bundleNeeds,
  encodeGoldenCase,
  loadOnnxPolicy,
  openBundle,
  verifyBundle,
} from '@drivesweep/policy-onnx';
import { goldenInput } from '../train-glance/golden-window.mjs';
import { describeNano } from './describe.mjs';

const [trained, folder] = process.argv.slice(2).map((path) => resolve(path));
const here = (name) => new URL(name, import.meta.url);
const madeOf = async (path) => JSON.parse(await readFile(path, 'utf8'));
const recipe = await madeOf(here('recipe.json'));
const results = await madeOf(join(trained, 'results.json'));
const tokenizer = await madeOf(join(trained, 'tokenizer.json'));
const GOLDEN = { file: 'golden/case0.json', frames: 'golden/case0.frames.u8' };
const FILES = ['policy.onnx', 'tokenizer/tokenizer.json', 'LICENSE', 'README.md'];
const LOAD = { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: tmpdir() };

// From nothing: a file of an older bundle would not be in the new list.
await rm(folder, { recursive: true, force: true });
const sources = {
  'policy.onnx': join(trained, 'policy.onnx'),
  'tokenizer/tokenizer.json': join(trained, 'tokenizer.json'),
  LICENSE: here('../../LICENSE'),
};
for (const [path, source] of Object.entries(sources)) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await copyFile(source, join(folder, path));
}
await writeFile(join(folder, 'README.md'), describeNano(recipe, results));
await writeManifest(FILES, null);
await writeGoldenCase();
await writeManifest([...FILES, GOLDEN.file, GOLDEN.frames], {
  file: GOLDEN.file,
  tolerances: { xyzM: 0.01, yawRad: 0.001, logprob: 0.001 },
});
const bundle = await openBundle(openObjectStore(folder, {}));
const report = await verifyBundle(bundle, { ...LOAD, acceptLicences: [], runGolden: true });
for (const { check, outcome, message } of report.checks) console.log(check, outcome, message);
if (!report.ok) process.exit(1);

async function writeManifest(paths, golden) {
  const files = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(folder, path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, sha256, bytes: bytes.length };
    }),
  );
  const { resized, crop, decode } = recipe;
  const step = { stepUs: 100_000 };
  const endId = tokenizer.model.vocab['<end>'];
  const manifest = {
    schema: 'policy-bundle/1',
    name: 'nano',
    version: '1.0.0',
    description:
      'A miniature reasoning policy: looks at two front pictures, writes why and what, and draws a path for it. See README.md.',
    files,
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
      outputs: { tokens: 'tokens', logprobs: 'logprobs', tokenCounts: 'token_counts' },
      prompt: null,
    },
    history: { steps: recipe.historySteps, ...step },
    horizon: { steps: recipe.horizonSteps, ...step },
    samples: [1, 6, 16],
    // One window at a time, so that an answer is the same bits whatever else is asked for.
    batch: { sizes: [1], maxBatch: 1, rowsIndependent: true },
    golden,
  };
  await writeFile(join(folder, 'policy.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function writeGoldenCase() {
  const scratch = await mkdtemp(join(tmpdir(), 'nano-golden-'));
  try {
    const unfinished = await openBundle(openObjectStore(folder, {}));
    const needs = bundleNeeds(unfinished.manifest);
    const input = await goldenInput(recipe, results.goldenWindow, needs, scratch);
    const parameters = { samples: 6, seed: 0, horizonSteps: recipe.horizonSteps, stepUs: 100_000 };
    const policy = await loadOnnxPolicy(unfinished, LOAD);
    // `infer` may take the buffer over.
    const asked = { ...input, frames: input.frames.slice() };
    const [samples] = await policy.infer([asked], parameters);
    await policy.close();
    await mkdir(join(folder, 'golden'), { recursive: true });
    await writeFile(join(folder, GOLDEN.frames), input.frames);
    const golden = encodeGoldenCase(input, parameters, samples, GOLDEN.frames);
    await writeFile(join(folder, GOLDEN.file), golden);
    for (const { trace } of samples) console.log(`golden case: ${trace}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
