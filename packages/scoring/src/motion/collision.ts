import { at, boxDistance, boxesOverlap, roundedBoxesOverlap } from '@drivesweep/geometry';
import type { EgoPath, OrientedBox } from '@drivesweep/geometry';
import { ALPASIM_HORIZON_S, alpasimShape } from './alpasim-collision.ts';
import { horizonsAt, wholeHorizon } from '../horizons.ts';
import type { Horizon } from '../horizons.ts';
import type { MetricCard, MetricFamily, PreparedFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';
import { DEFAULT_EGO_BOX, egoBoxAt, MAX_TRACK_GAP_S } from '../obstacle.ts';
import type { EgoBoxToScore } from '../obstacle.ts';
import { leastDistance, reachOf, trafficOver } from './traffic.ts';
import type { TrafficBox } from './traffic.ts';
import type { ScoringParameters } from '../window.ts';

/**
 * Collision: do the samples drive into others where those were recorded? Nobody reacts to the sample, so a hit from
 * behind says little; navsim-subset.ts asks whose fault it is. The recorded future is asked the same, because labels and
 * the size of the vehicle are not exact: what it hits is noise.
 */

const LABELLED = 'windows of drives with labels of obstacles';
const FLAG = { unit: 'fraction', better: 'lower', validity: LABELLED } as const;
const BOXES = `Boxes touch or overlap. Tracks are interpolated over at most ${MAX_TRACK_GAP_S} s and never beyond their ends. The vehicle is as large as the dataset says, else ${DEFAULT_EGO_BOX.lengthM} x ${DEFAULT_EGO_BOX.widthM} m with its middle ${DEFAULT_EGO_BOX.rearAxleToCentreM} m ahead of the rear axle.`;
const OWN = 'definition of this project';
const ALPASIM = 'NVlabs/alpasim@3032e0c:src/eval/src/eval/scorers/open_loop_collision.py';

const AT_HORIZONS = {
  hitFirst: {
    pattern: 'collision_first@H[boxes]',
    definition: `1 when the first sample hits somebody at some step up to H. ${BOXES}`,
    ...FLAG,
    range: '0 or 1',
    source: OWN,
  },
  hitMean: {
    pattern: 'collision_mean_K@H[boxes]',
    definition: 'Share of the K samples that hit somebody at some step up to H.',
    ...FLAG,
    range: '0 ... 1',
    source: OWN,
  },
  hitFuture: {
    pattern: 'collision_future@H[boxes]',
    definition: 'collision of the recorded future: how often labels and boxes are wrong.',
    ...FLAG,
    range: '0 or 1',
    source: OWN,
  },
  nearestFirst: {
    pattern: 'min_distance_first@H',
    definition:
      'Smallest distance between the boxes of the first sample and of any other at a step up to H; 0 where they touch.',
    unit: 'm',
    range: '>= 0',
    better: 'higher',
    validity: `${LABELLED}, with somebody known to be somewhere at a step up to H`,
    source: OWN,
  },
  nearestFuture: {
    pattern: 'min_distance_future@H',
    definition: 'min_distance of the recorded future.',
    unit: 'm',
    range: '>= 0',
    better: 'neither',
    validity: `${LABELLED}, with somebody known to be somewhere at a step up to H`,
    source: OWN,
  },
} as const satisfies Record<string, MetricCard>;

const OVER_WHOLE = {
  stepsFirst: {
    pattern: 'collision_steps_first@H[boxes]',
    definition: 'Share of the steps up to H at which the first sample hits somebody.',
    ...FLAG,
    range: '0 ... 1',
    source: OWN,
  },
  stepsMean: {
    pattern: 'collision_steps_mean_K@H[boxes]',
    definition: 'Share of all steps of the K samples at which one hits somebody.',
    ...FLAG,
    range: '0 ... 1',
    source: OWN,
  },
} as const satisfies Record<string, MetricCard>;

const IN_ALPASIM = {
  first: {
    pattern: 'collision_first@3.0s[alpasim]',
    definition:
      '1 when the first sample touches somebody at a step up to 3 s. Boxes as AlpaSim draws them: 2 % smaller, corners rounded by a quarter of the shorter side.',
    ...FLAG,
    range: '0 or 1',
    source: ALPASIM,
  },
  mean: {
    pattern: 'collision_mean_K@3.0s[alpasim]',
    definition: 'Share of the K samples with collision[alpasim].',
    ...FLAG,
    range: '0 ... 1',
    source: ALPASIM,
  },
} as const satisfies Record<string, MetricCard>;

export const collision: MetricFamily = {
  name: 'collision',
  cards: [
    ...Object.values(AT_HORIZONS),
    ...Object.values(OVER_WHOLE),
    ...Object.values(IN_ALPASIM),
  ],
  prepare(parameters) {
    const { samples } = parameters;
    const horizons = collisionHorizons(parameters);
    const [alpasim] = horizonsAt([ALPASIM_HORIZON_S], parameters);
    const values = { samples, horizon: wholeHorizon(parameters) };
    return {
      metrics: [
        ...Object.values(AT_HORIZONS).flatMap((card) =>
          horizons.map((horizon) => metricOf(card, { samples, horizon })),
        ),
        ...Object.values(OVER_WHOLE).map((card) => metricOf(card, values)),
        ...(alpasim === undefined ? [] : Object.values(IN_ALPASIM)).map((card) =>
          metricOf(card, values),
        ),
      ],
      score: scorerOf(parameters, horizons, alpasim?.steps),
    };
  },
};

/** 3 s, which AlpaSim looks ahead, and the whole answer. */
function collisionHorizons(parameters: ScoringParameters): Horizon[] {
  const whole = wholeHorizon(parameters);
  const shorter = horizonsAt([ALPASIM_HORIZON_S], parameters);
  return [...shorter.filter(({ steps }) => steps < whole.steps), whole];
}

function scorerOf(
  { samples, horizonSteps, stepS }: ScoringParameters,
  horizons: readonly Horizon[],
  alpasimSteps: number | undefined,
): PreparedFamily['score'] {
  const count = horizons.length;
  const wholeAt = 5 * count;
  const alpasimAt = wholeAt + 2;
  const width = alpasimAt + (alpasimSteps === undefined ? 0 : 2);

  return (window, out, offset) => {
    out.fill(NaN, offset, offset + width);
    const { obstacles, egoBox = DEFAULT_EGO_BOX, future } = window;
    if (obstacles === undefined) return;
    const traffic = trafficOver(obstacles, horizonSteps, stepS);
    const encounters = window.samples.map((sample) => meet(sample, traffic, egoBox));
    const recorded = meet(future, traffic, egoBox);
    const [first] = encounters;
    if (first === undefined) return;
    const meanOf = (value: (encounter: Encounter) => number): number =>
      encounters.reduce((sum, encounter) => sum + value(encounter), 0) / samples;

    horizons.forEach(({ steps }, h) => {
      const isHit = ({ firstHit }: Encounter): number => (firstHit <= steps ? 1 : 0);
      out[offset + h] = isHit(first);
      out[offset + count + h] = meanOf(isHit);
      out[offset + 2 * count + h] = isHit(recorded);
      out[offset + 3 * count + h] = at(first.nearest, steps);
      out[offset + 4 * count + h] = at(recorded.nearest, steps);
    });
    out[offset + wholeAt] = first.hits / horizonSteps;
    out[offset + wholeAt + 1] = meanOf(({ hits }) => hits / horizonSteps);
    if (alpasimSteps !== undefined) {
      const isTouched = ({ firstTouch }: Encounter): number => (firstTouch <= alpasimSteps ? 1 : 0);
      out[offset + alpasimAt] = isTouched(first);
      out[offset + alpasimAt + 1] = meanOf(isTouched);
    }
  };
}

/** What happens to one path among the others. */
interface Encounter {
  /** First step with a hit; infinite when there is none. */
  readonly firstHit: number;
  /** First step at which AlpaSim's smaller, rounded boxes touch. */
  readonly firstTouch: number;
  readonly hits: number;
  /** Smallest distance up to each step, from step 1; NaN while nobody has been seen. */
  readonly nearest: Float64Array;
}

function meet(
  path: EgoPath,
  traffic: readonly (readonly TrafficBox[])[],
  egoBox: EgoBoxToScore,
): Encounter {
  let firstHit = Infinity;
  let firstTouch = Infinity;
  let hits = 0;
  let least = NaN;
  const nearest = new Float64Array(traffic.length).fill(NaN);
  const reachM = reachOf(egoBox);
  for (let step = 1; step < traffic.length; step++) {
    const t = step - 1;
    const ego = egoBoxAt(egoBox, at(path.x, t), at(path.y, t), at(path.yaw, t));
    let isHit = false;
    for (const other of traffic[step] ?? []) {
      const { box } = other;
      const atLeast = leastDistance(ego, reachM, other);
      if (atLeast <= 0 && boxesOverlap(ego, box)) {
        isHit = true;
        least = 0;
        if (firstTouch === Infinity && touches(ego, box)) firstTouch = step;
      } else if (!(atLeast >= least)) {
        const distance = boxDistance(ego, box);
        if (!(distance >= least)) least = distance;
      }
    }
    if (isHit) {
      hits++;
      firstHit = Math.min(firstHit, step);
    }
    nearest[step] = least;
  }
  return { firstHit, firstTouch, hits, nearest };
}

/** Only boxes that overlap in full size can touch when they are smaller and rounder. */
function touches(ego: OrientedBox, box: OrientedBox): boolean {
  return roundedBoxesOverlap(alpasimShape(ego), alpasimShape(box));
}
