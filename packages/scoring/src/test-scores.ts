import { readFileSync } from 'node:fs';
import { createWindowDirector } from './directed-window.ts';
import type { MetricFamily } from './metric.ts';
import type { WindowToScore } from './window.ts';

/** For tests. Scores of a window by id, of one family only; the parameters are read off the window. */
export function scoresOf(
  family: MetricFamily,
  window: WindowToScore,
  stepS = 0.1,
): (id: string) => number {
  const parameters = {
    samples: window.samples.length,
    horizonSteps: window.future.x.length,
    stepS,
  };
  const { metrics, score } = family.prepare(parameters);
  const values = new Float64Array(metrics.length);
  score(createWindowDirector(parameters)(window), values, 0);
  return (id) => {
    const i = metrics.findIndex((metric) => metric.id === id);
    if (i === -1) throw new Error(`no metric ${id} among ${metrics.map((m) => m.id).join()}`);
    return values[i] ?? NaN;
  };
}

/** For tests. Ids of a family. */
export function idsOf(family: MetricFamily, samples: number, horizonSteps: number): string[] {
  return family.prepare({ samples, horizonSteps, stepS: 0.1 }).metrics.map(({ id }) => id);
}

/** For tests. Numbers of public code, from `fixtures/`. */
export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** For tests. The largest difference between a series and what it should be; NaN when one has values that the other lacks. */
export function largestDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  if (found.length !== expected.length) return NaN;
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? NaN))));
}
