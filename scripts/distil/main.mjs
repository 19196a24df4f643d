// Trains a student on a teacher export in WebDataset layout, makes a policy bundle of it, and compares it with its teacher
// and the baselines on drives that nobody trained on. Minutes on two cores.
// usage: node scripts/distil/main.mjs [--data EXPORT_FOLDER] [--epochs N] [--no-compare]   (needs python3 and a build)
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from '../run-program.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = `${ROOT}.venv/distil`;
const PYTHON = `${VENV}/bin/python`;
const TRAINED = `${ROOT}distil-out/trained`;
const STUDENT = `${ROOT}distil-out/student`;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: `${ROOT}distil-out/dataset` },
    epochs: { type: 'string' },
    'no-compare': { type: 'boolean', default: false },
  },
});
if (!existsSync(`${options.data}/SHA256SUMS`)) {
  console.error(
    `${options.data} holds no finished export: docs/distillation.md says how to make one`,
  );
  process.exit(2);
}
if (!existsSync(PYTHON)) await run('python3', '-m', 'venv', VENV);
await run(PYTHON, '-m', 'pip', 'install', '--quiet', '-r', `${HERE}requirements.txt`);
const epochs = options.epochs === undefined ? [] : ['--epochs', options.epochs];
await run(PYTHON, `${HERE}distil.py`, options.data, TRAINED, ...epochs);
await run('node', `${HERE}bundle.mjs`, TRAINED, options.data, STUDENT);
if (!options['no-compare']) await run('node', `${HERE}compare.mjs`);
