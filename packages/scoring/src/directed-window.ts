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
  const array = (): Float64Array => new Float64Array(horizonSteps);
  const future = { cos: array(), sin: array() };
  const ofSamples = Array.from({ length: samples }, () => ({ cos: array(), sin: array() }));
  let history = { cos: array(), sin: array() };

  return (window) => {
    const historySteps = window.history.x.length;
    if (history.cos.length !== historySteps) {
      history = { cos: new Float64Array(historySteps), sin: new Float64Array(historySteps) };
    }
    return {
      ...window,
      obstacles: window.obstacles ?? undefined,
      egoBox: window.egoBox ?? undefined,
      history: direct(window.history, history),
      future: direct(window.future, future),
      samples: window.samples.map((sample, k) => direct(sample, ofSamples[k] ?? future)),
    };
  };
}

/** A path together with its directions; for a single one, without arrays to fill. */
export function direct<P extends EgoPath>(
  path: P,
  directions: Pick<DirectedPath, 'cos' | 'sin'> = {
    cos: new Float64Array(path.yaw.length),
    sin: new Float64Array(path.yaw.length),
  },
): P & DirectedPath {
  const { cos, sin } = directions;
  for (let t = 0; t < cos.length; t++) {
    const yaw = at(path.yaw, t);
    cos[t] = Math.cos(yaw);
    sin[t] = Math.sin(yaw);
  }
  return { ...path, cos, sin };
}
