import { at } from '@drivesweep/geometry';
import { horizonsAt } from '../horizons.ts';
import type { MetricCard, MetricFamily } from '../metric.ts';
import { metricOf } from '../metric-id.ts';

/**
 * L2 errors as papers on end-to-end planning on nuScenes report them, at 1, 2 and 3 s. Both are called "L2" there, and
 * one is about half of the other. They are about a single plan: the first sample.
 */

const COMMON = { unit: 'm', range: '>= 0', better: 'lower' } as const;
const HORIZONS_S = [1, 2, 3];
const STP3_STEP_S = 0.5;

const CARDS = {
  uniad: {
    pattern: 'l2_first@H[uniad]',
    definition: 'XY distance of the first sample exactly at H = 1, 2 and 3 s.',
    ...COMMON,
    validity:
      'every window that is ok. UniAD counts steps that its ground truth lacks as 0; a window here lacks none',
    source: 'OpenDriveLab/UniAD@dd161b2:projects/mmdet3d_plugin (planning_metrics.py)',
  },
  stp3: {
    pattern: 'l2_first@H[stp3]',
    definition:
      'Mean XY distance of the first sample over the steps of 0.5 s up to H = 1, 2 and 3 s.',
    ...COMMON,
    validity: 'every window that is ok, where half a second is a whole number of steps',
    source: 'OpenDriveLab/ST-P3@6b11e13:evaluate.py',
  },
} as const satisfies Record<string, MetricCard>;

export const plannerL2: MetricFamily = {
  name: 'planner L2',
  cards: Object.values(CARDS),
  prepare(parameters) {
    const { samples } = parameters;
    const horizons = horizonsAt(HORIZONS_S, parameters);
    const [half] = horizonsAt([STP3_STEP_S], parameters);
    const stride = half?.steps;
    const stp3 = stride === undefined ? [] : horizons;
    return {
      metrics: [
        ...horizons.map((horizon) => metricOf(CARDS.uniad, { samples, horizon })),
        ...stp3.map((horizon) => metricOf(CARDS.stp3, { samples, horizon })),
      ],
      score: ({ samples: [first], future }, out, offset) => {
        const errorAt = (step: number): number => {
          const dx = (first?.x[step - 1] ?? NaN) - at(future.x, step - 1);
          const dy = (first?.y[step - 1] ?? NaN) - at(future.y, step - 1);
          return Math.sqrt(dx * dx + dy * dy);
        };
        horizons.forEach(({ steps }, i) => (out[offset + i] = errorAt(steps)));
        stp3.forEach(({ steps }, i) => {
          let sum = 0;
          const every = stride ?? NaN;
          for (let step = every; step <= steps; step += every) sum += errorAt(step);
          out[offset + horizons.length + i] = sum / (steps / every);
        });
      },
    };
  },
};
