import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import {
  ALPAMAYO_REWARD_WEIGHTS,
  alpamayoComfortScore,
  alpamayoReward,
  createAlpamayoDynamics,
} from './alpamayo-reward.ts';
import { COMFORT_BOUNDS, COMFORT_TERMS, createComfortFlags } from './comfort-bounds.ts';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * Alpamayo's reward, as its own code computes it, artefacts included (alpamayo-reward.ts says which). Here to be equal
 * to what a policy was trained on; for comfort itself read the metrics of nuPlan.
 */

const COMFORT_REWARD = 'NVlabs/alpamayo@1cba38c:finetune/rl/rewards/comfort_reward.py';
const AGGREGATED = 'NVlabs/alpamayo@1cba38c:finetune/rl/rewards/aggregated_reward.py';
const VALIDITY = 'every window that is ok, with 2 steps or more';
const SCORE = {
  unit: 'score',
  range: '-1 ... 0',
  better: 'higher',
  worst: -1,
  validity: VALIDITY,
} as const;
const WEIGHTS = `${ALPAMAYO_REWARD_WEIGHTS.l2},${ALPAMAYO_REWARD_WEIGHTS.comfort}`;

const CARDS: readonly MetricCard[] = [
  {
    pattern: 'comfort_score_first@H[alpamayo_reward]',
    definition:
      'Mean of the six comfort flags of the first sample, minus 1. Forward differences without history, the last one repeated.',
    ...SCORE,
    source: COMFORT_REWARD,
  },
  {
    pattern: 'comfort_score_mean_K@H[alpamayo_reward]',
    definition: 'comfort_score of a sample, averaged over the K samples.',
    ...SCORE,
    source: COMFORT_REWARD,
  },
  {
    pattern: `reward_first@H[alpamayo_reward,${WEIGHTS}]`,
    definition: `-${ALPAMAYO_REWARD_WEIGHTS.l2} ADE / 3 m + ${ALPAMAYO_REWARD_WEIGHTS.comfort} comfort_score of the first sample; -1 for an ADE of 3 m or more.`,
    ...SCORE,
    source: AGGREGATED,
  },
  {
    pattern: `reward_mean_K@H[alpamayo_reward,${WEIGHTS}]`,
    definition: 'reward of a sample, averaged over the K samples.',
    ...SCORE,
    source: AGGREGATED,
  },
  ...COMFORT_TERMS.map((term): MetricCard => ({
    pattern: `comfortable_${term}_first@H[alpamayo_reward]`,
    definition: `1 when ${term} of the first sample is between ${COMFORT_BOUNDS[term].join(' and ')} (m/s^2, m/s^3, rad/s^2 or rad/s) at every step.`,
    unit: 'fraction',
    range: '0 or 1',
    better: 'higher',
    validity: VALIDITY,
    source: COMFORT_REWARD,
  })),
];

export const reward: MetricFamily = {
  name: 'reward',
  cards: CARDS,
  prepare(parameters) {
    const values = { samples: parameters.samples, horizon: wholeHorizon(parameters) };
    return { metrics: CARDS.map((card) => metricOf(card, values)), score: scorerOf(parameters) };
  },
};

function scorerOf({ samples, horizonSteps, stepS }: ScoringParameters): PreparedFamily['score'] {
  if (horizonSteps < 2) {
    return (_window, out, offset) => out.fill(NaN, offset, offset + CARDS.length);
  }
  const bench = new Workbench();
  const shape = { length: horizonSteps, stepS, lanes: samples };
  const dynamics = createAlpamayoDynamics(bench, shape);
  const flags = createComfortFlags(bench, samples);
  const ade = bench.series(1, samples);
  const recorded = {
    x: bench.series(horizonSteps, samples),
    y: bench.series(horizonSteps, samples),
  };

  return (window, out, offset) => {
    dynamics.find(window.samples);
    flags.find(dynamics);
    findAde(window.future);
    let scores = 0;
    let rewards = 0;
    for (let k = samples - 1; k >= 0; k--) {
      const score = alpamayoComfortScore(flags.sumOf(k));
      const gained = alpamayoReward(at(ade.values, k), score);
      scores += score;
      rewards += gained;
      if (k > 0) continue;
      out[offset] = score;
      out[offset + 2] = gained;
    }
    out[offset + 1] = scores / samples;
    out[offset + 3] = rewards / samples;
    for (let i = 0; i < COMFORT_TERMS.length; i++) out[offset + 4 + i] = flags.flagOf(0, i);
  };

  function findAde(future: EgoPath): void {
    const { x, y } = dynamics;
    for (let lane = 0; lane < x.lanes; lane++) {
      recorded.x.put(lane, future.x);
      recorded.y.put(lane, future.y);
    }
    bench.kernels.meanDistances(
      x.address,
      y.address,
      recorded.x.address,
      recorded.y.address,
      horizonSteps,
      x.lanes,
      ade.address,
    );
  }
}
