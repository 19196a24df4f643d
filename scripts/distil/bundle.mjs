// Makes a policy bundle of what distil.py left: the graph, a golden case, README and policy.json with every hash.
// usage: node bundle.mjs TRAINED_FOLDER EXPORT_FOLDER BUNDLE_FOLDER
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeBundle } from '../write-bundle.mjs';

const LARGEST_BYTES = 2_000_000;
const STEP = { stepUs: 100_000 };

const [trained, dataset, folder] = process.argv.slice(2).map((path) => resolve(path));
const json = async (path) => JSON.parse(await readFile(path, 'utf8'));
const settings = await json(new URL('settings.json', import.meta.url));
const results = await json(join(trained, 'results.json'));
const golden = await json(join(trained, 'golden-window.json'));
const card = await json(join(dataset, '.drivesweep/export.json'));

const { resized, crop, camera } = settings;
const { historySteps, horizonSteps } = card;
const manifest = {
  schema: 'policy-bundle/1',
  name: 'student',
  version: '1.0.0',
  description: `Learnt from ${card.teacher.name} by export ${card.exportId}. See README.md.`,
  files: [],
  // What the student learnt from stands under both: the stricter one goes with it.
  licence: licence(),
  runtime: { engine: 'onnxruntime', min: '1.20.0', opset: 18, providers: ['cpu', 'cuda'] },
  graph: 'policy.onnx',
  cameras: {
    names: [camera],
    frames: { offsetsUs: golden.frameOffsetsUs },
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
  history: { steps: historySteps, ...STEP },
  horizon: { steps: horizonSteps, ...STEP },
  samples: [1],
  batch: { sizes: [1], maxBatch: 1, rowsIndependent: true },
  golden: null,
};

const { bytes } = await writeBundle({
  folder,
  sources: { 'policy.onnx': join(trained, 'policy.onnx') },
  texts: { 'README.md': describe() },
  manifest,
  golden: {
    input: goldenInput,
    parameters: { samples: 1, seed: 0, horizonSteps, ...STEP },
    tolerances: { xyzM: 0.001, yawRad: 0.0001 },
  },
});
console.log(`${folder}: ${bytes} bytes`);
if (bytes > LARGEST_BYTES) process.exit(1);

function licence() {
  const free = ({ freeToTrain, redistribution }) => freeToTrain && redistribution;
  const stricter = free(card.teacher.licence) ? card.data.licence : card.teacher.licence;
  const restricted = !free(stricter);
  return { id: stricter.id, url: null, commercialUse: !restricted, mustAccept: restricted };
}

async function goldenInput() {
  const frames = new Uint8Array(await readFile(join(trained, 'golden.u8')));
  const path = { x: golden.history_x, y: golden.history_y, yaw: golden.history_yaw };
  const zeros = golden.history_x.map(() => 0);
  const history = Object.fromEntries(
    Object.entries({ ...path, z: zeros }).map(([axis, values]) => [
      axis,
      Float64Array.from(values),
    ]),
  );
  return { windowId: 'golden', history, v0Mps: golden.v0, frames };
}

function describe() {
  const lines = Object.entries(results).map(([name, value]) => `| ${name} | ${value} |`);
  return `# student

Learnt from \`${card.teacher.name}\` ${card.teacher.version} (bundle \`${card.teacher.bundleSha256}\`) by the export
\`${card.exportId}\`, recipe \`${card.recipeSha256}\`. It looks at ${golden.frameOffsetsUs.length} pictures of ${settings.camera} and answers with one path.

| | |
| --- | ---: |
${lines.join('\n')}

Licences of what it learnt from: teacher ${card.teacher.licence.id}, data ${card.data.licence.id}.
`;
}
