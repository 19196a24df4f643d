// Writes what the drives of dump.mjs say at the t0 of every window: the sentence of the generator's own label timeline,
// one line per drive. Draws nothing: 20 s for 1,200 drives.
// usage: node label.mjs OUT_FILE DRIVES SEED [--recipe FILE]
import { writeFile } from 'node:fs/promises';
import { SCENARIOS, sentenceOf, simulateDrive } from '@drivesweep/synthetic-drives';
import { recipe, T0S } from './recipe.mjs';

const [out, drives, seed] = process.argv.slice(2);
const { durationS } = recipe;
const lines = Array.from({ length: Number(drives) }, (_, number) => {
  const drive = simulateDrive({ seed: Number(seed), number, durationS, scenarios: SCENARIOS });
  const sentences = T0S.map((k) => sentenceOf(drive.labelsAt(k * 100_000)));
  return JSON.stringify({ number, sentences });
});
await writeFile(out, `${lines.join('\n')}\n`);
