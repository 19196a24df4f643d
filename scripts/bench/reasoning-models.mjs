// The random-weight models that the benchmarks of reasoning policies measure: made once by scripts/export-alpamayo into
// bench-out/, with the Python environment of that script (made here when it is not there).
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openObjectStore } from '@drivesweep/object-store';
import { loadOnnxPolicy, openBundle } from '@drivesweep/policy-onnx';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXPORTER = join(ROOT, 'scripts/export-alpamayo');
const VENV = join(ROOT, '.venv/export-alpamayo');
const MODELS = join(ROOT, 'bench-out/reasoning-models');

/** Folder of the model `decode` (50 MB of KV for 4 windows, also in stages) or `prefill` (the prompt takes most of the time). */
export function reasoningModel(name, log) {
  const folder = join(MODELS, name);
  if (existsSync(join(folder, 'policy.json'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  const python = join(VENV, 'bin/python');
  if (spawnSync(python, ['-c', 'import onnx, onnxruntime, tokenizers']).status !== 0) {
    log(`making ${VENV}`);
    run('python3', '-m', 'venv', VENV);
    run(python, '-m', 'pip', 'install', '--quiet', '-r', join(EXPORTER, 'requirements.txt'));
  }
  log(`making the model ${name}`);
  run(python, join(EXPORTER, 'bench_model.py'), MODELS, '--only', name);
  return folder;
}

/**
 * The policy bundle of a model by itself: a bundle may hold nothing that its policy.json does not list.
 * @param change of policy.json, for a bundle of another name
 */
export function reasoningBundle(folder, { name = 'bundle', change = (manifest) => manifest } = {}) {
  const out = `${folder}-${name}`;
  const manifest = JSON.parse(readFileSync(join(folder, 'policy.json'), 'utf8'));
  rmSync(out, { recursive: true, force: true });
  for (const { path } of manifest.files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    linkSync(join(folder, path), join(out, path));
  }
  writeFileSync(join(out, 'policy.json'), JSON.stringify(change(manifest)));
  return out;
}

export function benchFacts(folder) {
  return JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8'));
}

/** Two threads for each run, whatever the machine has: what is compared here runs one after the other. */
export const loadReasoningPolicy = async (folder, threads = 2) =>
  loadOnnxPolicy(await openBundle(openObjectStore(folder)), {
    provider: 'cpu',
    deviceId: 0,
    threads,
    cacheDir: join(ROOT, 'bench-out/bundles'),
  });

/** Windows whose frames are in memory: a straight drive at 10 m/s, pixels that differ. */
export function windowsInMemory(policy, count, name = 'bench') {
  const { cameras, historySteps } = policy.needs;
  const { height, width } = cameras.format;
  const bytes = cameras.names.length * cameras.offsetsUs.length * 3 * height * width;
  const zeros = new Float64Array(historySteps);
  const x = Float64Array.from({ length: historySteps }, (_, i) => i - historySteps + 1);
  return Array.from({ length: count }, (_, w) => ({
    windowId: `${name}@${w}`,
    history: { x, y: zeros, z: zeros, yaw: zeros },
    v0Mps: 10,
    frames: Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + w * 17) & 255),
    navigation: null,
  }));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const rounded = (value, digits = 3) => Number(value.toFixed(digits));

function run(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
