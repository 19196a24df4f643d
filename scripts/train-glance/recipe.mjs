// The recipe, and the times of its windows: for the programs that draw drives and for those that label them.
import { readFileSync } from 'node:fs';

export const recipe = JSON.parse(readFileSync(new URL('recipe.json', import.meta.url), 'utf8'));

/** Tenths of a second between frames: windows lie as far apart, so that they have their frames in common. */
export const EVERY = Math.round(-recipe.frameOffsetsS[0] * 10);

/** Tenths of a second at which windows start: whole history before, whole future after. */
export const T0S = [];
const last = recipe.durationS * 10 - recipe.horizonSteps;
for (let k = recipe.historySteps; k <= last; k += EVERY) T0S.push(k);
