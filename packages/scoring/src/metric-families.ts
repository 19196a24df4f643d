import { brier } from './motion/brier.ts';
import { collision } from './motion/collision.ts';
import { comfort } from './motion/comfort.ts';
import { cornerDistance } from './motion/corner-distance.ts';
import { coverage } from './motion/coverage.ts';
import { createWindowDirector } from './directed-window.ts';
import { displacement } from './motion/displacement.ts';
import { feasibility } from './motion/feasibility.ts';
import { intent } from './intent/intent-metrics.ts';
import type { MetricCard, MetricFamily, MetricInfo } from './metric.ts';
import { missRates } from './motion/miss-rates.ts';
import { navsimSubset } from './motion/navsim-subset.ts';
import { plannerL2 } from './motion/planner-l2.ts';
import { reward } from './motion/reward.ts';
import { sampleChoice } from './motion/sample-choice.ts';
import { sampleSpread } from './motion/sample-spread.ts';
import { assertParameters, assertScorable } from './window.ts';
import type { ScoringParameters, WindowToScore } from './window.ts';

/** Changes whenever the same prediction would get another number. */
export const SCORING_VERSION = 'scoring/4';

/** In the order of their columns. */
export const METRIC_FAMILIES: readonly MetricFamily[] = [
  displacement,
  missRates,
  brier,
  plannerL2,
  cornerDistance,
  sampleChoice,
  sampleSpread,
  coverage,
  feasibility,
  comfort,
  reward,
  collision,
  navsimSubset,
  intent,
];

export const METRIC_CARDS: readonly MetricCard[] = METRIC_FAMILIES.flatMap(({ cards }) => cards);

/** Scores windows of one sweep. */
export interface WindowScorer {
  /** One per value, in order. */
  readonly metrics: readonly MetricInfo[];
  /**
   * Values aligned with `metrics`; NaN where a metric does not apply to this window.
   * Fills and returns `out` when it is given (length `metrics.length`), else a new array.
   * @throws ScoringError for a window with too few samples or steps, or with a number that is not finite
   */
  readonly score: (window: WindowToScore, out?: Float64Array) => Float64Array;
}

/**
 * Works out everything that windows have in common, once.
 * @throws ScoringError SCORING_PARAMETERS
 */
export function createWindowScorer(parameters: ScoringParameters): WindowScorer {
  assertParameters(parameters);
  const direct = createWindowDirector(parameters);
  let width = 0;
  const prepared = METRIC_FAMILIES.map((family) => {
    const { metrics, score } = family.prepare(parameters);
    const offset = width;
    width += metrics.length;
    return { metrics, score, offset };
  });
  return {
    metrics: prepared.flatMap(({ metrics }) => metrics),
    score: (window, out = new Float64Array(width)) => {
      assertScorable(window, parameters);
      const directed = direct(window);
      for (const { score, offset } of prepared) score(directed, out, offset);
      return out;
    },
  };
}

/** Scores a single window; for many, make one scorer with `createWindowScorer`. */
export function scoreWindow(window: WindowToScore, parameters: ScoringParameters): Float64Array {
  return createWindowScorer(parameters).score(window);
}

/** Ids of the values of `scoreWindow`, in order. */
export function metricIds(parameters: ScoringParameters): string[] {
  return createWindowScorer(parameters).metrics.map(({ id }) => id);
}

/** Everything that decides what the numbers of a scoring are: hash its canonical JSON to name the scoring. */
export interface ScoringDescription extends ScoringParameters {
  readonly version: string;
  readonly metrics: readonly string[];
}

export function scoringDescription(parameters: ScoringParameters): ScoringDescription {
  const { samples, horizonSteps, stepS } = parameters;
  return { version: SCORING_VERSION, samples, horizonSteps, stepS, metrics: metricIds(parameters) };
}
