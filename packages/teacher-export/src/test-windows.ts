import type { AnsweredSample, AnsweredWindow } from './answered-window.ts';
import type { Candidate } from './candidate.ts';
import { newFate } from './fate.ts';
import { recipeSchema } from './recipe.ts';
import type { Recipe, RecipeInput } from './recipe.ts';
import { unitOf } from './seeded-hash.ts';

export const STEPS = 8;
export const STEP_S = 0.5;

export function recipeOf(input: Partial<RecipeInput> = {}): Recipe {
  return recipeSchema.parse({ name: 'built', ...input });
}

/** A plan straight ahead at 10 m/s, `leftM` to the side, that says nothing unless it is told to. */
export function sampleOf(leftM: number, changes: Partial<AnsweredSample> = {}): AnsweredSample {
  return {
    x: Float64Array.from({ length: STEPS }, (_, t) => 10 * STEP_S * (t + 1)),
    y: new Float64Array(STEPS).fill(leftM),
    accel: new Float64Array(STEPS),
    curvature: new Float64Array(STEPS),
    trace: null,
    tokens: null,
    logprobs: null,
    topK: null,
    finishReason: 'stop',
    ...changes,
  };
}

/** A window of a car that drives straight ahead at 10 m/s. */
export function windowOf(
  samples: readonly AnsweredSample[],
  changes: Partial<AnsweredWindow> = {},
): AnsweredWindow {
  const future = sampleOf(0);
  const path = (x: ArrayLike<number>, y: ArrayLike<number>) => ({
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    z: new Float64Array(x.length),
    yaw: new Float64Array(x.length),
  });
  return {
    windowId: 'drive@0',
    driveId: 'drive',
    facts: {},
    v0Mps: 10,
    future,
    samples,
    whole: () => ({
      history: path([-15, -10, -5, 0], [0, 0, 0, 0]),
      future: path(future.x, future.y),
      v0Mps: 10,
      samples: samples.map(({ x, y, trace }) => ({ ...path(x, y), trace, probability: null })),
    }),
    ...changes,
  };
}

/** A window with one sample that no filter has removed yet. */
export function candidateOf(row: number, changes: Partial<Candidate> = {}): Candidate {
  return {
    entry: 0,
    row,
    draw: unitOf(0, `drive@${row}`),
    driveId: 'drive',
    fate: newFate(1),
    duplicateKey: null,
    reported: ['straight', 'holds_speed', 'unknown'],
    balanceClass: null,
    ...changes,
  };
}
