// Makes a policy bundle of what distil.py left: the graph, a golden case, README and policy.json with every hash.
// usage: node bundle.mjs TRAINED_FOLDER EXPORT_FOLDER BUNDLE_FOLDER
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openObjectStore } from '@drivesweep/object-store';
import {
  encodeGoldenCase,
  loadOnnxPolicy,
  openBundle,
  verifyBundle,
} from '@drivesweep/policy-onnx';

const LARGEST_BYTES = 2_000_000;
const STEP = { stepUs: 100_000 };
const GOLDEN = { file: 'golden/case0.json', frames: 'golden/case0.frames.u8' };
const LOAD = { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: tmpdir() };

const [trained, dataset, folder] = process.argv.slice(2).map((path) => resolve(path));
const json = async (path) => JSON.parse(await readFile(path, 'utf8'));
const settings = await json(new URL('settings.json', import.meta.url));
const results = await json(join(trained, 'results.json'));
const golden = await json(join(trained, 'golden-window.json'));
const card = await json(join(dataset, '.drivesweep/export.json'));

await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, 'golden'), { recursive: true });
await copyFile(join(trained, 'policy.onnx'), join(folder, 'policy.onnx'));
await writeFile(join(folder, 'README.md'), describe());
await writeManifest(['policy.onnx', 'README.md'], null);
await writeGoldenCase();
const files = ['policy.onnx', 'README.md', GOLDEN.file, GOLDEN.frames];
await writeManifest(files, { file: GOLDEN.file, tolerances: { xyzM: 0.001, yawRad: 0.0001 } });
const bundle = await openBundle(openObjectStore(folder, {}));
const report = await verifyBundle(bundle, { ...LOAD, acceptLicences: [], runGolden: true });
for (const { check, outcome, message } of report.checks) console.log(check, outcome, message);
const bytes = bundle.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
console.log(`${folder}: ${bytes} bytes`);
if (!report.ok || bytes > LARGEST_BYTES) process.exit(1);

async function writeManifest(paths, goldenCase) {
  const entries = await Promise.all(
    paths.map(async (path) => {
      const content = await readFile(join(folder, path));
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path, sha256, bytes: content.length };
    }),
  );
  const { resized, crop, camera } = settings;
  const { historySteps, horizonSteps } = card;
  const manifest = {
    schema: 'policy-bundle/1',
    name: 'student',
    version: '1.0.0',
    description: `Learnt from ${card.teacher.name} by export ${card.exportId}. See README.md.`,
    files: entries,
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
    golden: goldenCase,
  };
  await writeFile(join(folder, 'policy.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function licence() {
  const free = ({ freeToTrain, redistribution }) => freeToTrain && redistribution;
  const stricter = free(card.teacher.licence) ? card.data.licence : card.teacher.licence;
  const restricted = !free(stricter);
  return { id: stricter.id, url: null, commercialUse: !restricted, mustAccept: restricted };
}

async function writeGoldenCase() {
  const policy = await loadOnnxPolicy(await openBundle(openObjectStore(folder, {})), LOAD);
  const frames = new Uint8Array(await readFile(join(trained, 'golden.u8')));
  const path = { x: golden.history_x, y: golden.history_y, yaw: golden.history_yaw };
  const zeros = golden.history_x.map(() => 0);
  const history = Object.fromEntries(
    Object.entries({ ...path, z: zeros }).map(([axis, values]) => [
      axis,
      Float64Array.from(values),
    ]),
  );
  const input = { windowId: 'golden', history, v0Mps: golden.v0, frames };
  const parameters = { samples: 1, seed: 0, horizonSteps: card.horizonSteps, ...STEP };
  // `infer` may take the buffer over.
  const [samples] = await policy.infer([{ ...input, frames: frames.slice() }], parameters);
  await policy.close();
  const text = encodeGoldenCase(input, parameters, samples, GOLDEN.frames);
  // After the bundle was opened: a file that its manifest does not list yet is refused.
  await writeFile(join(folder, GOLDEN.frames), frames);
  await writeFile(join(folder, GOLDEN.file), text);
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
