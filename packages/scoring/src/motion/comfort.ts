import { at } from '@drivesweep/geometry';
import { Workbench } from '@drivesweep/kernels';
import { COMFORT_BOUNDS, COMFORT_TERMS, createComfortFlags } from './comfort-bounds.ts';
import type { ComfortFlags } from './comfort-bounds.ts';
import type { DirectedPath } from '../directed-window.ts';
import { wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { createNavsimDriver, isNavsimGrid } from './navsim-driver.ts';
import { createNuplanComfortLanes, FEWEST_COMFORT_STATES } from './nuplan-comfort.ts';
import { createPathDynamics, FEWEST_POSES } from './path-dynamics.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * Comfort: do the samples, together with the history before them, keep the six bounds of nuPlan? The same is asked of
 * the recorded future, because a driver does not always keep them either.
 */

const NUPLAN =
  'bounds and derivatives of autonomousvision/navsim@0a380a9:navsim/planning/simulation/planner/pdm_planner/scoring/pdm_comfort_metrics.py, accelerations from poses';
const VALIDITY = 'every window that is ok, with 4 poses or more in history and answer together';
const FLAG = { unit: 'fraction', range: '0 or 1', better: 'higher', validity: VALIDITY } as const;
const SIX = `longitudinal acceleration, lateral acceleration, jerk, longitudinal jerk, yaw acceleration and yaw rate`;

/** Whose motion is looked at; in this order in every pair of columns. The rest of the K would cost as much again each. */
const WHO = [
  ['first', 'the first sample'],
  ['future', 'the recorded future'],
] as const;

const CARDS = {
  all: WHO.map(([who, whose]): MetricCard => ({
    pattern: `comfortable_${who}@H[nuplan]`,
    definition: `1 when ${SIX} of history and ${whose} are within nuPlan's bounds at every step. Velocities and accelerations are Savitzky-Golay derivatives of the poses (window 5, order 2), smoothed and differentiated on as nuPlan does.`,
    ...FLAG,
    source: NUPLAN,
  })),
  terms: COMFORT_TERMS.map((term): MetricCard => ({
    pattern: `comfortable_${term}_first@H[nuplan]`,
    definition: `comfortable_first@H[nuplan] for ${term} alone, which must stay between ${COMFORT_BOUNDS[term].join(' and ')} (m/s^2, m/s^3, rad/s^2 or rad/s).`,
    ...FLAG,
    source: NUPLAN,
  })),
  centripetal: WHO.map(([who, whose]): MetricCard => ({
    pattern: `max_centripetal_${who}@H`,
    definition: `Largest |speed x yaw rate| of ${whose} up to H, by Savitzky-Golay derivatives (window 5, order 2) of history and answer: the lateral acceleration that a passenger feels, which neither NAVSIM's bicycle nor Alpamayo's reward sees.`,
    unit: 'm/s^2',
    range: '>= 0',
    better: 'lower',
    validity: VALIDITY,
    source: 'definition of this project',
  })),
  navsim: {
    pattern: 'comfortable_first@4.0s[navsim]',
    definition:
      "1 when the first sample, driven for 4 s by NAVSIM's regulator and bicycle from the speed and acceleration at t0, and the history before it keep nuPlan's bounds (HC of NAVSIM). The accelerations of the history are derived from its poses.",
    ...FLAG,
    validity: 'every window that is ok, with 3 poses of history, steps of 0.1 s and 4 s of answer',
    source: 'autonomousvision/navsim@0a380a9 (history_comfort)',
  },
} as const satisfies Record<string, MetricCard | readonly MetricCard[]>;

export const comfort: MetricFamily = {
  name: 'comfort',
  cards: Object.values(CARDS).flat(),
  prepare(parameters) {
    const values = { samples: parameters.samples, horizon: wholeHorizon(parameters) };
    const ofPoses = [...CARDS.all, ...CARDS.terms, ...CARDS.centripetal];
    const cards = isNavsimGrid(parameters) ? [...ofPoses, CARDS.navsim] : ofPoses;
    return { metrics: cards.map((card) => metricOf(card, values)), score: scorerOf(parameters) };
  },
};

function scorerOf(parameters: ScoringParameters): PreparedFamily['score'] {
  const { horizonSteps, stepS } = parameters;
  const hasNavsim = isNavsimGrid(parameters);
  const terms = COMFORT_TERMS.length;
  const width = 2 * WHO.length + terms + (hasNavsim ? 1 : 0);
  let prepared: PreparedHistory | undefined;

  return (window, out, offset) => {
    const { history, future } = window;
    const historySteps = history.x.length;
    // Windows of a sweep have histories of one length; another length is prepared for when it comes.
    if (prepared?.historySteps !== historySteps) {
      prepared = prepareHistory(historySteps, horizonSteps, stepS);
    }
    const { examine, drive } = prepared;
    out.fill(NaN, offset, offset + width);
    const [first] = window.samples;
    if (examine !== undefined && first !== undefined) {
      const { flags, maxCentripetal } = examine(history, [first, future]);
      for (let lane = 0; lane < WHO.length; lane++) {
        out[offset + lane] = flags.sumOf(lane) === terms ? 1 : 0;
        out[offset + WHO.length + terms + lane] = at(maxCentripetal, lane);
      }
      for (let i = 0; i < terms; i++) out[offset + WHO.length + i] = flags.flagOf(0, i);
    }
    if (hasNavsim && drive !== undefined && first !== undefined) {
      out[offset + width - 1] = drive(first, window).isComfortable ? 1 : 0;
    }
  };
}

/** What can be examined with a history of some length; undefined where it is too short. */
interface PreparedHistory {
  readonly historySteps: number;
  readonly examine: Examine | undefined;
  readonly drive: ReturnType<typeof createNavsimDriver> | undefined;
}

function prepareHistory(
  historySteps: number,
  horizonSteps: number,
  stepS: number,
): PreparedHistory {
  const isLongEnough = historySteps + horizonSteps >= FEWEST_COMFORT_STATES;
  return {
    historySteps,
    examine: isLongEnough ? createExaminer(historySteps, horizonSteps, stepS) : undefined,
    drive: historySteps >= FEWEST_POSES ? createNavsimDriver(historySteps) : undefined,
  };
}

/** Of the paths of `WHO`, each a lane; overwritten by the next call. */
interface Examined {
  readonly flags: ComfortFlags;
  /** m/s^2, over the steps after the history. */
  readonly maxCentripetal: Float64Array;
}

type Examine = (history: DirectedPath, paths: readonly DirectedPath[]) => Examined;

function createExaminer(historySteps: number, horizonSteps: number, stepS: number): Examine {
  const bench = new Workbench();
  const shape = { length: historySteps + horizonSteps, stepS, lanes: WHO.length };
  const dynamics = createPathDynamics(bench, shape);
  const series = createNuplanComfortLanes(bench, shape);
  const flags = createComfortFlags(bench, WHO.length);
  const centripetal = bench.series(1, WHO.length);
  return (history, paths) => {
    paths.forEach((path, lane) => {
      dynamics.put(lane, history, 0, historySteps);
      dynamics.put(lane, path, historySteps, horizonSteps);
    });
    dynamics.find();
    series.find(dynamics);
    flags.find(series);
    bench.kernels.largestProduct(
      dynamics.speedMps.address,
      series.yaw_rate.address,
      historySteps,
      shape.length,
      centripetal.lanes,
      centripetal.address,
    );
    return { flags, maxCentripetal: centripetal.values };
  };
}
