import type { EgoPath } from '@drivesweep/geometry';
import { findDirections, Workbench } from '@drivesweep/kernels';
import type { LaneSeries } from '@drivesweep/kernels';
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
  let directions = createDirections(0, samples + 1, horizonSteps);

  return (window) => {
    const { v0Mps, obstacles, egoBox, history, future } = window;
    const historySteps = history.x.length;
    if (directions.historySteps !== historySteps) {
      directions = createDirections(historySteps, samples + 1, horizonSteps);
    }
    directions.find(history, [future, ...window.samples]);
    const [ofHistory, ofFuture, ...ofSamples] = directions.paths;
    return {
      v0Mps,
      obstacles: obstacles ?? undefined,
      egoBox: egoBox ?? undefined,
      history: directed(history, ofHistory),
      future: directed(future, ofFuture),
      samples: window.samples.map((sample, k) => directedSample(sample, ofSamples[k])),
    };
  };
}

type Directions = Pick<DirectedPath, 'cos' | 'sin'>;

interface PathDirections {
  readonly historySteps: number;
  /** Of the history, then of the answers. */
  readonly paths: readonly Directions[];
  find(history: EgoPath, answers: readonly EgoPath[]): void;
}

/** The headings of a whole window lie one after the other, so that all their directions are found at once. */
function createDirections(
  historySteps: number,
  answers: number,
  horizonSteps: number,
): PathDirections {
  const bench = new Workbench();
  const size = historySteps + answers * horizonSteps;
  const [yaw, cos, sin] = [bench.series(1, size), bench.series(1, size), bench.series(1, size)];
  const startOf = (path: number): number =>
    path === 0 ? 0 : historySteps + (path - 1) * horizonSteps;
  const part = ({ values }: LaneSeries, path: number): Float64Array =>
    values.subarray(startOf(path), startOf(path + 1));
  const paths = Array.from({ length: answers + 1 }, (_, path) => ({
    cos: part(cos, path),
    sin: part(sin, path),
  }));
  const put = (path: EgoPath, at: number, steps: number): void => {
    yaw.values.set(path.yaw.length === steps ? path.yaw : path.yaw.subarray(0, steps), at);
  };
  return {
    historySteps,
    paths,
    find(history, ofAnswers) {
      put(history, 0, historySteps);
      for (let k = 0; k < answers; k++) {
        const answer = ofAnswers[k];
        if (answer !== undefined) put(answer, startOf(k + 1), horizonSteps);
      }
      findDirections(bench, yaw, cos, sin);
    },
  };
}

/** A single path together with its directions. */
export function direct({ x, y, z, yaw }: EgoPath): DirectedPath {
  return { x, y, z, yaw, cos: yaw.map(Math.cos), sin: yaw.map(Math.sin) };
}

const NO_DIRECTIONS = { cos: new Float64Array(), sin: new Float64Array() };

function directed(
  { x, y, z, yaw }: EgoPath,
  { cos, sin }: Directions = NO_DIRECTIONS,
): DirectedPath {
  return { x, y, z, yaw, cos, sin };
}

/** Field by field: policies' samples hold more, and copying an object as a whole takes longer than all its directions. */
function directedSample(
  sample: SampleToScore,
  { cos, sin }: Directions = NO_DIRECTIONS,
): SampleToScore & DirectedPath {
  const { x, y, z, yaw, probability, trace } = sample;
  return { x, y, z, yaw, cos, sin, probability, trace };
}
