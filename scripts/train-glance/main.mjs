// Makes the policy bundle `glance` from nothing: venv, data, path, trace, bundle. About half an hour on two cores.
// usage: node scripts/train-glance/main.mjs [--fresh] [--out FOLDER]   (needs python3, ffmpeg and a build: npm run build)
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from '../run-program.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = `${ROOT}.venv/train-glance`;
const PYTHON = `${VENV}/bin/python`;
const DATA = `${VENV}/data`;
const TRAINED = `${VENV}/trained`;
const DUMPS = 2;

const { data } = JSON.parse(readFileSync(`${HERE}recipe.json`, 'utf8'));
const { values: options } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    out: { type: 'string', default: `${ROOT}policies/glance` },
  },
});
if (options.fresh) {
  for (const folder of [DATA, TRAINED]) rmSync(folder, { recursive: true, force: true });
}

if (!existsSync(PYTHON)) {
  await run('python3', '-m', 'venv', VENV);
}
await run(PYTHON, '-m', 'pip', 'install', '--quiet', '-r', `${HERE}requirements.txt`);
if (!existsSync(DATA)) {
  const parts = Array.from({ length: DUMPS }, (_, part) =>
    run('node', `${HERE}dump.mjs`, DATA, part, DUMPS, data.drives, data.seed),
  );
  await Promise.all(parts);
}
if (!existsSync(`${TRAINED}/path.onnx`)) await run(PYTHON, `${HERE}train.py`, DATA, TRAINED);
await run('node', `${HERE}label.mjs`, `${DATA}/labels.ndjson`, data.drives, data.seed);
await run(PYTHON, `${HERE}train_trace.py`, DATA, TRAINED);
await run('node', `${HERE}bundle.mjs`, TRAINED, options.out);
