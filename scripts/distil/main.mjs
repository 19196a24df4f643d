// Trains a student on a teacher export in WebDataset layout and makes a policy bundle of it. Minutes on two cores.
// usage: node scripts/distil/main.mjs --data EXPORT_FOLDER [--out BUNDLE_FOLDER] [--epochs N]   (needs python3 and a build)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VENV = `${ROOT}.venv/distil`;
const PYTHON = `${VENV}/bin/python`;
const TRAINED = `${VENV}/trained`;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'distil-out/student' },
    epochs: { type: 'string' },
  },
});
if (options.data === undefined) {
  console.error('usage: node scripts/distil/main.mjs --data EXPORT_FOLDER [--out BUNDLE_FOLDER]');
  process.exit(2);
}
if (!existsSync(PYTHON)) await run('python3', '-m', 'venv', VENV);
await run(PYTHON, '-m', 'pip', 'install', '--quiet', '-r', `${HERE}requirements.txt`);
const epochs = options.epochs === undefined ? [] : ['--epochs', options.epochs];
await run(PYTHON, `${HERE}distil.py`, options.data, TRAINED, ...epochs);
await run('node', `${HERE}bundle.mjs`, TRAINED, options.data, options.out);

async function run(program, ...args) {
  console.log(`$ ${[program, ...args].join(' ')}`);
  const child = spawn(program, args, { stdio: 'inherit' });
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  console.error(`${program} ${args[0]} ended with ${code ?? signal}`);
  process.exit(code ?? 1);
}
