// Makes the policy bundle `nano` from nothing: venv, drives, what the generator knows of them, training, graph, measures,
// bundle; prints the table. Under an hour on two cores that have nothing else to do.
// usage: node scripts/train-nano/main.mjs [--fresh] [--out FOLDER]   (needs python3, ffmpeg and a build: npm run build)
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from '../run-program.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = `${ROOT}.venv/train-nano`;
const PYTHON = `${VENV}/bin/python`;
const DATA = `${VENV}/data`;
const DRAWING = `${VENV}/drawing`;
const TRAINED = `${VENV}/trained`;
const DUMPS = 2;

const { data } = JSON.parse(readFileSync(`${HERE}recipe.json`, 'utf8'));
const { values: options } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    out: { type: 'string', default: `${ROOT}policies/nano` },
  },
});
if (options.fresh) {
  for (const folder of [DATA, DRAWING, TRAINED]) rmSync(folder, { recursive: true, force: true });
}

if (!existsSync(PYTHON)) await run('python3', '-m', 'venv', VENV);
await run(PYTHON, '-m', 'pip', 'install', '--quiet', '-r', `${HERE}requirements.txt`);
const drawn = [data.drives, data.seed, '--recipe', `${HERE}recipe.json`];
// Whatever is there is whole: what was broken off is not taken for drives or facts.
if (!existsSync(DATA)) {
  rmSync(DRAWING, { recursive: true, force: true });
  mkdirSync(DRAWING, { recursive: true });
  const dump = `${ROOT}scripts/train-glance/dump.mjs`;
  const parts = Array.from({ length: DUMPS }, (_, part) =>
    run('node', dump, DRAWING, part, DUMPS, ...drawn),
  );
  parts.push(run('node', `${HERE}facts.mjs`, `${DRAWING}/facts.ndjson`, ...drawn));
  await Promise.all(parts);
  renameSync(DRAWING, DATA);
}
// Stages that are done already are not run again.
await run(PYTHON, `${HERE}train.py`, DATA, TRAINED);
await run(PYTHON, `${HERE}export.py`, TRAINED, `${TRAINED}/policy.onnx`);
await run(PYTHON, `${HERE}parity.py`, TRAINED, `${TRAINED}/policy.onnx`, DATA);
await run(PYTHON, `${HERE}evaluate.py`, DATA, TRAINED);
await run('node', `${HERE}bundle.mjs`, TRAINED, options.out);
