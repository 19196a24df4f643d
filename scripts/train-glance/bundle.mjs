// Makes policies/glance from what train.py left: the graph, a golden case that went through the whole pipeline
// (rendered, encoded, decoded, prepared and inferred as in a sweep), README and policy.json with every hash.
// usage: node bundle.mjs TRAINED_FOLDER BUNDLE_FOLDER
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openObjectStore } from '@drivesweep/object-store';
import {
  bundleNeeds,
  encodeGoldenCase,
  loadOnnxPolicy,
  openBundle,
  verifyBundle,
} from '@drivesweep/policy-onnx';
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
const GOLDEN = { file: 'golden/case0.json', frames: 'golden/case0.frames.u8' };
const LOAD = { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: tmpdir() };

// From nothing: a file of an older bundle would not be in the new list.
await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, 'golden'), { recursive: true });
await copyFile(join(trained, 'policy.onnx'), join(folder, 'policy.onnx'));
await copyFile(here('../../LICENSE'), join(folder, 'LICENSE'));
await writeFile(join(folder, 'README.md'), describeGlance(recipe, results, traceResults));

await writeManifest(['policy.onnx', 'LICENSE', 'README.md'], null);
await writeGoldenCase();
const files = ['policy.onnx', 'LICENSE', 'README.md', GOLDEN.file, GOLDEN.frames];
await writeManifest(files, { file: GOLDEN.file, tolerances: { xyzM: 0.001, yawRad: 0.0001 } });
const bundle = await openBundle(openObjectStore(folder, {}));
const report = await verifyBundle(bundle, { ...LOAD, acceptLicences: [], runGolden: true });
for (const { check, outcome, message } of report.checks) console.log(check, outcome, message);
if (!report.ok) process.exit(1);

async function writeManifest(paths, golden) {
  const entries = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(folder, path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, sha256, bytes: bytes.length };
    }),
  );
  const { resized, crop } = recipe;
  const step = { stepUs: 100_000 };
  const manifest = {
    schema: 'policy-bundle/1',
    name: 'glance',
    version: '1.1.0',
    description:
      'Looks at two small front pictures and answers with one path and one sentence. See README.md.',
    files: entries,
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
    golden,
  };
  await writeFile(join(folder, 'policy.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function writeGoldenCase() {
  const scratch = await mkdtemp(join(tmpdir(), 'glance-golden-'));
  try {
    const unfinished = await openBundle(openObjectStore(folder, {}));
    const needs = bundleNeeds(unfinished.manifest);
    const input = await goldenInput(recipe, goldenWindow, needs, scratch);
    const parameters = { samples: 1, seed: 0, horizonSteps: recipe.horizonSteps, stepUs: 100_000 };
    const policy = await loadOnnxPolicy(unfinished, LOAD);
    // `infer` may take the buffer over.
    const asked = { ...input, frames: input.frames.slice() };
    const [samples] = await policy.infer([asked], parameters);
    await policy.close();
    await writeFile(join(folder, GOLDEN.frames), input.frames);
    const golden = encodeGoldenCase(input, parameters, samples, GOLDEN.frames);
    await writeFile(join(folder, GOLDEN.file), golden);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
