import type { SampleToScore } from './window.ts';

/** The probability of every sample, or undefined when one of them has none. */
export function probabilitiesOf(samples: readonly SampleToScore[]): number[] | undefined {
  const probabilities = samples.flatMap(({ probability }) => probability ?? []);
  return probabilities.length === samples.length ? probabilities : undefined;
}

/** Indices of samples, the most probable first and of equals the later first (as nuScenes); undefined without probabilities. */
export function orderByProbability(samples: readonly SampleToScore[]): number[] | undefined {
  const probabilities = probabilitiesOf(samples);
  return probabilities
    ?.map((probability, k) => ({ probability, k }))
    .sort((a, b) => b.probability - a.probability || b.k - a.k)
    .map(({ k }) => k);
}
