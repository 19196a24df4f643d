// Loads teacher exports with programs of others (datasets, pyarrow, DuckDB, PyTorch, webdataset) in a venv of their own.
// usage: node scripts/distil/check-loading.mjs EXPORT_FOLDER...   (needs python3)
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '../run-program.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const VENV = fileURLToPath(new URL('../../.venv/distil-loading', import.meta.url));
const PYTHON = `${VENV}/bin/python`;

if (!existsSync(PYTHON)) await run('python3', '-m', 'venv', VENV);
await run(PYTHON, '-m', 'pip', 'install', '--quiet', '-r', `${HERE}requirements-loading.txt`);
for (const folder of process.argv.slice(2)) await run(PYTHON, `${HERE}check_loading.py`, folder);
