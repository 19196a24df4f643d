import { wrapAngle } from '@drivesweep/geometry';
import type { DirectedPath } from '../directed-window.ts';

/** How a vehicle moves from pose to pose, the first at step 0: what segments are cut from. */
export interface MotionSeries {
  /** How many poses count; arrays may be longer. */
  readonly poses: number;
  /** Absolute speed. */
  readonly speedMps: Float64Array;
  /** Speed along the heading; negative when reversing. */
  readonly alongMps: Float64Array;
  /** Metres from pose i to pose i + 1. */
  readonly stepM: Float64Array;
  /** Heading change from pose i to pose i + 1, rad. */
  readonly headingRad: Float64Array;
}

/** Measures a history and the paths after it: what the paths of a window have in common, once. */
export interface SeriesReader {
  readonly series: MotionSeries;
  /** Begins a window with its history, which ends at t0; when it is empty, only the pose at t0 is known. */
  begin(history: DirectedPath): void;
  /** Measures history and path, which begins one step after t0, into `series`. Returns the index of the pose at t0. */
  join(path: DirectedPath): number;
}

/** A pose whose speed is not known before the next one is, and the place before it. */
interface Edge {
  readonly i: number;
  readonly beforeX: number;
  readonly beforeY: number;
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly cos: number;
  readonly sin: number;
}

const ORIGIN: Edge = { i: 0, beforeX: 0, beforeY: 0, x: 0, y: 0, yaw: 0, cos: 1, sin: 0 };

/**
 * @param most how many poses of a history are looked at, at most
 * @param steps how many of a path
 */
export function createSeriesReader(most: number, steps: number, stepS: number): SeriesReader {
  const column = (): Float64Array => new Float64Array(most + steps);
  const series = {
    poses: 0,
    speedMps: column(),
    alongMps: column(),
    stepM: column(),
    headingRad: column(),
  };
  let t0 = ORIGIN;

  return {
    series,
    begin(history) {
      const given = history.x.length;
      const past = Math.min(given, most);
      const first = past === 0 ? ORIGIN : startAt(history, given - past);
      t0 = measure(series, first, history, given - past + 1, past - 1, stepS);
      series.poses = t0.i + 1 + steps;
    },
    join(path) {
      const last = measure(series, t0, path, 0, steps, stepS);
      const vx = (last.x - last.beforeX) / stepS;
      const vy = (last.y - last.beforeY) / stepS;
      series.speedMps[last.i] = Math.sqrt(vx * vx + vy * vy);
      series.alongMps[last.i] = vx * last.cos + vy * last.sin;
      return t0.i;
    },
  };
}

function startAt({ x, y, yaw, cos, sin }: DirectedPath, pose: number): Edge {
  return {
    i: 0,
    beforeX: x[pose] ?? NaN,
    beforeY: y[pose] ?? NaN,
    x: x[pose] ?? NaN,
    y: y[pose] ?? NaN,
    yaw: yaw[pose] ?? NaN,
    cos: cos[pose] ?? NaN,
    sin: sin[pose] ?? NaN,
  };
}

/** Goes on from an edge by `count` poses of a path: speeds by central differences, that of step 0 by a one-sided one. */
function measure(
  { speedMps, alongMps, stepM, headingRad }: MotionSeries,
  edge: Edge,
  path: DirectedPath,
  from: number,
  count: number,
  stepS: number,
): Edge {
  let { i, beforeX, beforeY, x, y, yaw, cos, sin } = edge;
  let spanS = i === 0 ? stepS : 2 * stepS;
  for (let next = from; next < from + count; next++) {
    const nextX = path.x[next] ?? NaN;
    const nextY = path.y[next] ?? NaN;
    const nextYaw = path.yaw[next] ?? NaN;
    const vx = (nextX - beforeX) / spanS;
    const vy = (nextY - beforeY) / spanS;
    speedMps[i] = Math.sqrt(vx * vx + vy * vy);
    alongMps[i] = vx * cos + vy * sin;
    const dx = nextX - x;
    const dy = nextY - y;
    stepM[i] = Math.sqrt(dx * dx + dy * dy);
    headingRad[i] = wrapAngle(nextYaw - yaw);
    beforeX = x;
    beforeY = y;
    x = nextX;
    y = nextY;
    yaw = nextYaw;
    cos = path.cos[next] ?? NaN;
    sin = path.sin[next] ?? NaN;
    spanS = 2 * stepS;
    i++;
  }
  return { i, beforeX, beforeY, x, y, yaw, cos, sin };
}
