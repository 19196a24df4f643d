import type { EgoPath } from '@drivesweep/geometry';
import { direct } from '../directed-window.ts';
import type { ScoringParameters } from '../window.ts';
import { createMotionReader } from './path-motion.ts';
import type { PathMotion } from './path-motion.ts';

/** The meta-actions of a path after t0. */
export type ActionReader = (
  history: EgoPath,
  path: EgoPath,
) => Pick<PathMotion, 'longitudinal' | 'lateral'>;

/** Reads meta-actions of single paths, by the rules that traces are judged with. Paths as in `WindowToScore`. */
export function createActionReader({ horizonSteps, stepS }: ScoringParameters): ActionReader {
  const reader = createMotionReader({ horizonSteps, stepS });
  return (history, path) => {
    reader.begin(direct(history));
    const { longitudinal, lateral } = reader.read(direct(path));
    return { longitudinal, lateral };
  };
}
