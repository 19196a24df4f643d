// Writes what the generator knows of the drives of dump.mjs, one line per drive: speeds at 10 Hz, and at the t0 of every
// window the sentence of its label timeline and facts that a look at the road could tell. Draws nothing.
// usage: node facts.mjs OUT_FILE DRIVES SEED --recipe FILE
import { writeFile } from 'node:fs/promises';
import { SCENARIOS, sentenceOf, simulateDrive } from '@drivesweep/synthetic-drives';
import { recipe, T0S } from '../train-glance/recipe.mjs';
import { factsAt } from './scene-facts.mjs';

const [out, drives, seed] = process.argv.slice(2);
const { durationS } = recipe;
const lines = Array.from({ length: Number(drives) }, (_, number) => {
  const drive = simulateDrive({ seed: Number(seed), number, durationS, scenarios: SCENARIOS });
  const { clock } = drive.scene;
  const stepOf = (tenths) => Math.round((tenths / 10 - clock.startS) / clock.stepS);
  return JSON.stringify({
    number,
    driveId: drive.driveId,
    speeds: Array.from({ length: durationS * 10 + 1 }, (_, k) =>
      rounded(drive.ego.speedMps[stepOf(k)]),
    ),
    sentences: T0S.map((k) => sentenceOf(drive.labelsAt(k * 100_000))),
    facts: T0S.map((k) => factsAt(drive, stepOf(k)).map(rounded)),
  });
});
await writeFile(out, `${lines.join('\n')}\n`);

function rounded(value) {
  return Math.round(value * 1e5) / 1e5;
}
