import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import { horizonsAt, wholeHorizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, MetricInfo } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { orderByProbability } from '../probability.ts';
import type { ScoringParameters, WindowToScore } from '../window.ts';

/**
 * Miss rates as three benchmarks define them; that of Argoverse 2 is in displacement.ts. They differ in what is
 * measured (the end or the worst step), in the threshold (fixed or growing with speed), and in whether the threshold
 * itself is a miss.
 */

const NUSCENES = 'nutonomy/nuscenes-devkit@d9de17a:python-sdk/nuscenes/eval/prediction/metrics.py';
const WOMD =
  'waymo-research/waymo-open-dataset@99a4cb3:src/waymo_open_dataset/metrics/motion_metrics.cc';
const NUPLAN = 'motional/nuplan-devkit@e924167:nuplan/planning/metrics (planner miss rate)';
const MISSES = { unit: 'fraction', range: '0 or 1', better: 'lower' } as const;
const EVERY_WINDOW = 'every window that is ok';
const WITH_PROBABILITIES = 'windows whose K samples all have a probability';

const CARDS = {
  maxOfK: {
    pattern: 'miss_K@H[max,2m]',
    definition:
      '1 when every one of the K samples is at some step 2.0 m or more away from the recorded future. All K count, whether or not they have probabilities.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: `${NUSCENES} (MissRateTopK_2 with k = K)`,
  },
  maxOfFirst: {
    pattern: 'miss_first@H[max,2m]',
    definition: '1 when the first sample is at some step 2.0 m or more away.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: `the miss of ${NUSCENES}`,
  },
  maxOfTop: {
    pattern: 'miss_top_k_of_K@H[max,2m]',
    definition:
      '1 when each of the k most probable samples is at some step 2.0 m or more away; of equally probable ones the later. k = 1, 5 and 10, where that is fewer than K.',
    ...MISSES,
    validity: WITH_PROBABILITIES,
    source: `${NUSCENES} (MissRateTopK_2)`,
  },
  womdOfK: {
    pattern: 'miss_K@H[womd]',
    definition:
      '1 when every one of the K samples is too far off at H along or across the heading of the recorded future at H: more than 2.0 / 1.0 m at 3 s, 3.6 / 1.8 m at 5 s, 6.0 / 3.0 m at 8 s, times 0.5 below 1.4 m/s at t0, 1 above 11 m/s and linear between. WOMD itself allows at most 6 samples.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: WOMD,
  },
  womdOfFirst: {
    pattern: 'miss_first@H[womd]',
    definition: 'miss_K@H[womd] of the first sample alone.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: WOMD,
  },
  nuplanOfK: {
    pattern: 'miss_K@H[nuplan]',
    definition:
      '1 when every one of the K samples is, at some whole second up to H, more than 6 m (H = 3 s), 8 m (5 s) or 16 m (8 s) away.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: `the miss of ${NUPLAN}`,
  },
  nuplanOfFirst: {
    pattern: 'miss_first@H[nuplan]',
    definition: 'miss_K@H[nuplan] of the first sample alone, as nuPlan has it.',
    ...MISSES,
    validity: EVERY_WINDOW,
    source: NUPLAN,
  },
} as const satisfies Record<string, MetricCard>;

const NUSCENES_THRESHOLD_M = 2;
const NUSCENES_TOP = [1, 5, 10];

/** Largest error that is no miss at a horizon, before scaling with speed. */
const WOMD_THRESHOLDS = [
  { horizonS: 3, lateralM: 1, longitudinalM: 2 },
  { horizonS: 5, lateralM: 1.8, longitudinalM: 3.6 },
  { horizonS: 8, lateralM: 3, longitudinalM: 6 },
];
const NUPLAN_THRESHOLDS = [
  { horizonS: 3, distanceM: 6 },
  { horizonS: 5, distanceM: 8 },
  { horizonS: 8, distanceM: 16 },
];

export const missRates: MetricFamily = {
  name: 'miss rates',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const columns = columnsOf(parameters);
    return {
      metrics: columns.map(({ metric }) => metric),
      score: (window, out, offset) => {
        columns.forEach(({ missed }, i) => (out[offset + i] = missed(window)));
      },
    };
  },
};

interface MissColumn {
  readonly metric: MetricInfo;
  /** 1, 0 or NaN. */
  readonly missed: (window: WindowToScore) => number;
}

/** Whether one sample misses. */
type MissRule = (sample: EgoPath, window: WindowToScore) => boolean;

function columnsOf(parameters: ScoringParameters): MissColumn[] {
  const { samples, stepS } = parameters;
  const whole = wholeHorizon(parameters);
  const overWhole = { samples, horizon: whole };
  const nuscenes = isFarAtSomeStep(whole.steps, NUSCENES_THRESHOLD_M);
  const columns: MissColumn[] = [
    { metric: metricOf(CARDS.maxOfK, overWhole), missed: byAll(nuscenes) },
    { metric: metricOf(CARDS.maxOfFirst, overWhole), missed: byFirst(nuscenes) },
    ...NUSCENES_TOP.filter((picked) => picked < samples).map((picked) => ({
      metric: metricOf(CARDS.maxOfTop, { ...overWhole, picked }),
      missed: byMostProbable(nuscenes, picked),
    })),
  ];
  for (const { horizonS, lateralM, longitudinalM } of WOMD_THRESHOLDS) {
    for (const horizon of horizonsAt([horizonS], parameters)) {
      const womd = isOffAlongOrAcross(horizon.steps, lateralM, longitudinalM);
      columns.push(
        { metric: metricOf(CARDS.womdOfK, { samples, horizon }), missed: byAll(womd) },
        { metric: metricOf(CARDS.womdOfFirst, { samples, horizon }), missed: byFirst(womd) },
      );
    }
  }
  const [second] = horizonsAt([1], { horizonSteps: Infinity, stepS });
  for (const { horizonS, distanceM } of second === undefined ? [] : NUPLAN_THRESHOLDS) {
    for (const horizon of horizonsAt([horizonS], parameters)) {
      const nuplan = isBeyondAtSomeSecond(horizon.steps, second?.steps ?? NaN, distanceM);
      columns.push(
        { metric: metricOf(CARDS.nuplanOfK, { samples, horizon }), missed: byAll(nuplan) },
        { metric: metricOf(CARDS.nuplanOfFirst, { samples, horizon }), missed: byFirst(nuplan) },
      );
    }
  }
  return columns;
}

function byAll(misses: MissRule): MissColumn['missed'] {
  return (window) => (window.samples.every((sample) => misses(sample, window)) ? 1 : 0);
}

function byFirst(misses: MissRule): MissColumn['missed'] {
  return (window) => (window.samples.slice(0, 1).every((s) => misses(s, window)) ? 1 : 0);
}

function byMostProbable(misses: MissRule, picked: number): MissColumn['missed'] {
  return (window) => {
    const order = orderByProbability(window.samples);
    if (order === undefined) return NaN;
    const top = order.slice(0, picked).flatMap((k) => window.samples[k] ?? []);
    return top.every((sample) => misses(sample, window)) ? 1 : 0;
  };
}

/** nuScenes: at the threshold is a miss. */
export function isFarAtSomeStep(steps: number, thresholdM: number): MissRule {
  return (sample, { future }) => {
    for (let t = 0; t < steps; t++) {
      if (squaredError(sample, future, t) >= thresholdM * thresholdM) return true;
    }
    return false;
  };
}

/** nuPlan compares at 1 Hz; at the threshold is no miss. */
function isBeyondAtSomeSecond(steps: number, stepsPerS: number, thresholdM: number): MissRule {
  return (sample, { future }) => {
    for (let t = stepsPerS - 1; t < steps; t += stepsPerS) {
      if (squaredError(sample, future, t) > thresholdM * thresholdM) return true;
    }
    return false;
  };
}

/** WOMD: only the step at the horizon counts; at the threshold is no miss. */
function isOffAlongOrAcross(steps: number, lateralM: number, longitudinalM: number): MissRule {
  return (sample, { future, v0Mps }) =>
    isWomdMiss(sample, future, steps - 1, {
      lateralM,
      longitudinalM,
      scale: womdSpeedScale(Math.abs(v0Mps)),
    });
}

/** Which errors are misses at one step. */
export interface WomdThreshold {
  readonly lateralM: number;
  readonly longitudinalM: number;
  readonly scale: number;
}

/** Whether a path is too far off at step `t`, along or across the heading of the recorded future there. */
export function isWomdMiss(
  sample: Pick<EgoPath, 'x' | 'y'>,
  future: EgoPath,
  t: number,
  { lateralM, longitudinalM, scale }: WomdThreshold,
): boolean {
  const dx = at(sample.x, t) - at(future.x, t);
  const dy = at(sample.y, t) - at(future.y, t);
  const cos = Math.cos(at(future.yaw, t));
  const sin = Math.sin(at(future.yaw, t));
  return (
    Math.abs(cos * dy - sin * dx) / scale > lateralM ||
    Math.abs(cos * dx + sin * dy) / scale > longitudinalM
  );
}

/** What the thresholds are multiplied with; the defaults are those of the challenge. */
export function womdSpeedScale(
  speedMps: number,
  { lowMps = 1.4, highMps = 11, lowScale = 0.5, highScale = 1 } = {},
): number {
  if (speedMps < lowMps) return lowScale;
  if (speedMps > highMps) return highScale;
  return lowScale + ((highScale - lowScale) * (speedMps - lowMps)) / (highMps - lowMps);
}

function squaredError(sample: EgoPath, future: EgoPath, t: number): number {
  const dx = at(sample.x, t) - at(future.x, t);
  const dy = at(sample.y, t) - at(future.y, t);
  return dx * dx + dy * dy;
}
