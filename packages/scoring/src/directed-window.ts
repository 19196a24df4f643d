import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import type { EgoBoxToScore, ObstacleToScore } from './obstacle.ts';
import type { SampleToScore, ScoringParameters, WindowToScore } from './window.ts';

/** A path with the cosine and sine of its heading at every pose: half of the time of scoring went into them. */
export interface DirectedPath extends EgoPath {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** A window whose headings are worked out, once for all families of metrics. */
export interface DirectedWindow extends WindowToScore {
  readonly history: DirectedPath;
  readonly future: DirectedPath;
  readonly samples: readonly (SampleToScore & DirectedPath)[];
  /** What is not known is undefined here, never null. */
  readonly obstacles?: readonly ObstacleToScore[] | undefined;
  readonly egoBox?: EgoBoxToScore | undefined;
}

/** @returns a function whose result holds until its next call; paths may be longer than the horizon */
export function createWindowDirector({
  samples,
  horizonSteps,
}: ScoringParameters): (window: WindowToScore) => DirectedWindow {
  const directions = (steps: number): Directions => ({
    cos: new Float64Array(steps),
    sin: new Float64Array(steps),
  });
  const future = directions(horizonSteps);
  const ofSamples = Array.from({ length: samples }, () => directions(horizonSteps));
  let history = directions(0);

  return (window) => {
    const { v0Mps, obstacles, egoBox } = window;
    const historySteps = window.history.x.length;
    if (history.cos.length !== historySteps) history = directions(historySteps);
    return {
      v0Mps,
      obstacles: obstacles ?? undefined,
      egoBox: egoBox ?? undefined,
      history: direct(window.history, history),
      future: direct(window.future, future),
      samples: window.samples.map((sample, k) => directSample(sample, ofSamples[k] ?? future)),
    };
  };
}

type Directions = Pick<DirectedPath, 'cos' | 'sin'>;

/** A path together with its directions; for a single one, without arrays to fill. */
export function direct(
  { x, y, z, yaw }: EgoPath,
  directions: Directions = {
    cos: new Float64Array(yaw.length),
    sin: new Float64Array(yaw.length),
  },
): DirectedPath {
  const { cos, sin } = directions;
  for (let t = 0; t < cos.length; t++) {
    const heading = at(yaw, t);
    cos[t] = Math.cos(heading);
    sin[t] = Math.sin(heading);
  }
  return { x, y, z, yaw, cos, sin };
}

/** Field by field: policies' samples hold more, and copying an object as a whole takes longer than all its directions. */
function directSample(sample: SampleToScore, directions: Directions): SampleToScore & DirectedPath {
  const { x, y, z, yaw, cos, sin } = direct(sample, directions);
  const { probability, trace } = sample;
  return { x, y, z, yaw, cos, sin, probability, trace };
}
