// What the bundles that scripts of this repository train have in common: files with their hashes, a golden case that the
// bundle's own graph answered, and a look at the result as `drivesweep policy verify` has it.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openObjectStore } from '@drivesweep/object-store';
import {
  bundleNeeds,
  encodeGoldenCase,
  loadOnnxPolicy,
  openBundle,
  verifyBundle,
} from '@drivesweep/policy-onnx';

const GOLDEN = { file: 'golden/case0.json', frames: 'golden/case0.frames.u8' };
const LOAD = { provider: 'cpu', deviceId: 0, threads: 1, cacheDir: tmpdir() };

/**
 * Makes a bundle from nothing and ends the process when it cannot be used.
 *
 * @param folder where; what is there is removed, since a file of an older bundle would not be in the new list
 * @param sources path in the bundle -> file that is copied there
 * @param texts path in the bundle -> its text
 * @param manifest policy.json; `files` and `golden` are filled in where they stand
 * @param golden `input(needs, scratch)` gives a window, `parameters` are those of the inference, `tolerances` go into
 *   policy.json
 * @returns bytes of all files, and the samples of the golden case
 */
export async function writeBundle({ folder, sources, texts, manifest, golden }) {
  await rm(folder, { recursive: true, force: true });
  for (const path of [...Object.keys(sources), ...Object.keys(texts)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
  }
  for (const [path, source] of Object.entries(sources)) await copyFile(source, join(folder, path));
  for (const [path, text] of Object.entries(texts)) await writeFile(join(folder, path), text);
  const paths = [...Object.keys(sources), ...Object.keys(texts)];
  await writeManifest(folder, paths, { ...manifest, golden: null });
  const samples = await writeGoldenCase(folder, golden);
  const described = { file: GOLDEN.file, tolerances: golden.tolerances };
  const complete = [...paths, GOLDEN.file, GOLDEN.frames];
  await writeManifest(folder, complete, { ...manifest, golden: described });
  return { bytes: await verified(folder), samples };
}

async function writeManifest(folder, paths, manifest) {
  const files = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(folder, path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, sha256, bytes: bytes.length };
    }),
  );
  const text = `${JSON.stringify({ ...manifest, files }, null, 2)}\n`;
  await writeFile(join(folder, 'policy.json'), text);
}

async function writeGoldenCase(folder, { input: inputOf, parameters }) {
  const scratch = await mkdtemp(join(tmpdir(), 'golden-'));
  try {
    const unfinished = await openBundle(openObjectStore(folder, {}));
    const input = await inputOf(bundleNeeds(unfinished.manifest), scratch);
    const policy = await loadOnnxPolicy(unfinished, LOAD);
    // `infer` may take the buffer over.
    const [samples] = await policy.infer([{ ...input, frames: input.frames.slice() }], parameters);
    await policy.close();
    // After the bundle was opened: a file that its manifest does not list yet is refused.
    await mkdir(join(folder, dirname(GOLDEN.file)), { recursive: true });
    await writeFile(join(folder, GOLDEN.frames), input.frames);
    const text = encodeGoldenCase(input, parameters, samples, GOLDEN.frames);
    await writeFile(join(folder, GOLDEN.file), text);
    return samples;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function verified(folder) {
  const bundle = await openBundle(openObjectStore(folder, {}));
  const report = await verifyBundle(bundle, { ...LOAD, acceptLicences: [], runGolden: true });
  for (const { check, outcome, message } of report.checks) console.log(check, outcome, message);
  if (!report.ok) process.exit(1);
  return bundle.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}
