// The recipe, and the times of its windows: for the programs that draw drives and for those that label them.
// `--recipe FILE` on their command lines names another recipe than that of glance.
import { readFileSync } from 'node:fs';

const named = process.argv.indexOf('--recipe');
const file = named < 0 ? new URL('recipe.json', import.meta.url) : process.argv[named + 1];
export const recipe = JSON.parse(readFileSync(file, 'utf8'));

const oldest = Math.round(-recipe.frameOffsetsS[0] * 10);

/** Tenths of a second between frames: windows lie as far apart, so that they have their frames in common. */
export const EVERY = recipe.everyS === undefined ? oldest : Math.round(recipe.everyS * 10);

/** Tenths of a second at which windows start: whole history before, whole future after. */
export const T0S = [];
const last = recipe.durationS * 10 - recipe.horizonSteps;
for (let k = recipe.historySteps; k <= last; k += EVERY) T0S.push(k);

/** Tenths of a second at which frames are drawn: those of every window, each once. */
export const FRAME_TIMES = [];
for (let k = T0S[0] - oldest; k <= T0S.at(-1); k += EVERY) FRAME_TIMES.push(k);
