#!/usr/bin/env node
// The compiled program lives in dist/. A clone that was installed but not built gets told what to type.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  process.stderr.write('drivesweep is not built yet. Type: npm run setup\n');
  process.exit(1);
}
await import(main.href);
