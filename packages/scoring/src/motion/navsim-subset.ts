import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import {
  findCollisions,
  keepsTimeToCollision,
  NAVSIM_TRAFFIC_STEPS,
  stoppedTracks,
} from './navsim-collision.ts';
import type { CollisionClass } from './navsim-collision.ts';
import { createNavsimDriver, isNavsimGrid } from './navsim-driver.ts';
import { TRACKER_STEP_S } from './navsim-tracker.ts';
import { DEFAULT_EGO_BOX } from '../obstacle.ts';
import { FEWEST_POSES } from './path-dynamics.ts';
import { trafficOver } from './traffic.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * What can be computed of NAVSIM's score without a map. It is not NAVSIM's score and does not carry its name: drivable
 * area, driving direction, traffic lights, progress, lane keeping and lateral fault all need lanes.
 */

const NAVSIM = 'autonomousvision/navsim@0a380a9 (pdm_scorer.py)';
const VALIDITY =
  'windows of drives with labels of obstacles, with 3 poses of history, steps of 0.1 s and 4 s of answer';
const FLAG = { unit: 'fraction', range: '0 or 1', validity: VALIDITY, source: NAVSIM } as const;
const TRACKED = 'The sample is first driven for 4 s by the regulator and bicycle of NAVSIM.';

const CLASSES: readonly (readonly [CollisionClass, string])[] = [
  ['front', 'with the front edge of the vehicle: at fault'],
  ['stopped', 'with somebody who stood when first seen: at fault'],
  ['rear', 'with somebody more than 150 degrees off the heading: not at fault'],
  ['ego_stopped', 'while the vehicle stands: not at fault'],
  ['lateral', 'in any other way: at fault or not depends on lanes'],
];

const NO_AT_FAULT = 'no_at_fault_first@4.0s[navsim,no_lateral]';
const TTC_AHEAD = 'ttc_ahead_first@4.0s[navsim]';
const SUBSET = 'pdm_subset_first@4.0s{NC_noLat,TTC_ahead,HC}';
const SUBSET_MEAN = 'pdm_subset_mean_K@4.0s{NC_noLat,TTC_ahead,HC}';

const CARDS: readonly MetricCard[] = [
  {
    pattern: NO_AT_FAULT,
    definition: `1 when the first sample has no collision that is at fault without a map, 0.5 when only with things, else 0. Lateral collisions do not count. Tracks that overlap the vehicle at t0 are ignored. ${TRACKED}`,
    ...FLAG,
    range: '0, 0.5 or 1',
    better: 'higher',
  },
  ...CLASSES.map(([name, how]): MetricCard => ({
    pattern: `collision_${name}_first@4.0s[navsim]`,
    definition: `1 when the first sample meets somebody ${how}. ${TRACKED}`,
    ...FLAG,
    better: 'lower',
  })),
  {
    pattern: TTC_AHEAD,
    definition: `1 when, at every step, nobody ahead (within 30 degrees of the heading) would be hit by going on at constant velocity for 0, 0.3, 0.6 or 0.9 s; the cases of NAVSIM that need lanes are left out. ${TRACKED}`,
    ...FLAG,
    better: 'higher',
  },
  {
    pattern: SUBSET,
    definition: `no_at_fault (without lateral) times (5 ttc_ahead + 2 comfortable[navsim]) / 7 of the first sample: NAVSIM's product and weights over what needs no map.`,
    ...FLAG,
    range: '0 ... 1',
    better: 'higher',
  },
  {
    pattern: SUBSET_MEAN,
    definition: 'pdm_subset of a sample, averaged over the K samples.',
    ...FLAG,
    range: '0 ... 1',
    better: 'higher',
  },
];

const TTC_WEIGHT = 5;
const COMFORT_WEIGHT = 2;

export const navsimSubset: MetricFamily = {
  name: 'navsim subset',
  cards: CARDS,
  prepare(parameters) {
    const { samples } = parameters;
    if (!isNavsimGrid(parameters)) return { metrics: [], score: () => undefined };
    return {
      metrics: CARDS.map((card) => metricOf(card, { samples })),
      score: scorerOf(parameters),
    };
  },
};

function scorerOf({ samples }: ScoringParameters): PreparedFamily['score'] {
  let driver = { historySteps: FEWEST_POSES, drive: createNavsimDriver(FEWEST_POSES) };

  return (window, out, offset) => {
    out.fill(NaN, offset, offset + CARDS.length);
    const { obstacles, egoBox = DEFAULT_EGO_BOX } = window;
    const historySteps = window.history.x.length;
    if (obstacles === undefined || historySteps < FEWEST_POSES) return;
    if (driver.historySteps !== historySteps) {
      driver = { historySteps, drive: createNavsimDriver(historySteps) };
    }
    const traffic = trafficOver(obstacles, NAVSIM_TRAFFIC_STEPS, TRACKER_STEP_S);
    const stopped = stoppedTracks(traffic);
    let sum = 0;
    window.samples.forEach((sample, k) => {
      const { motion, isComfortable } = driver.drive(sample, window);
      const encounter = { motion, egoBox, traffic, stopped };
      const { classes, noAtFault } = findCollisions(encounter);
      const ttc = keepsTimeToCollision(encounter) ? 1 : 0;
      const weighted = TTC_WEIGHT * ttc + (isComfortable ? COMFORT_WEIGHT : 0);
      const subset = (noAtFault * weighted) / (TTC_WEIGHT + COMFORT_WEIGHT);
      sum += subset;
      if (k > 0) return;
      out[offset] = noAtFault;
      CLASSES.forEach(([name], i) => (out[offset + 1 + i] = classes.has(name) ? 1 : 0));
      out[offset + CLASSES.length + 1] = ttc;
      out[offset + CLASSES.length + 2] = subset;
    });
    out[offset + CLASSES.length + 3] = sum / samples;
  };
}
