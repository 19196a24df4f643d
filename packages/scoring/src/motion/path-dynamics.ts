import { at, createLaneFilter, wrapAngle } from '@drivesweep/geometry';
import type { LaneSeries, Workbench } from '@drivesweep/kernels';
import type { DirectedPath } from '../directed-window.ts';
import type { LaneShape } from './lane-shape.ts';
import type { MotionLanes } from './nuplan-comfort.ts';

/**
 * Speeds and accelerations of poses. Policies answer with poses and datasets record them, so what nuPlan reads off a
 * simulated state is differentiated here, with the filter that nuPlan itself uses for the yaw: Savitzky-Golay, window
 * 5, order 2, applied to the position for the velocity and to the velocity for the acceleration.
 */
export interface PathDynamics extends MotionLanes {
  /** Along the heading, m/s. */
  readonly speedMps: LaneSeries;
  /** Copies `steps` poses to a lane from pose `first` on, the yaw unwrapped; before `find`, from the first pose to the last. */
  put(lane: number, path: Planar, first: number, steps: number): void;
  /** Works everything out for the poses that were put. */
  find(): void;
}

type Planar = Pick<DirectedPath, 'x' | 'y' | 'yaw' | 'cos' | 'sin'>;

/** Fewer poses than this have no second-order polynomial. */
export const FEWEST_POSES = 3;

/** @throws RangeError for fewer than 3 poses */
export function createPathDynamics(
  bench: Workbench,
  { length, stepS, lanes }: LaneShape,
): PathDynamics {
  const { kernels } = bench;
  const differentiate = createLaneFilter(
    bench,
    { window: 5, order: 2, derivative: 1 },
    length,
    stepS,
  );
  const series = (): LaneSeries => bench.series(length, lanes);
  const [x, y, yaw, cos, sin] = [series(), series(), series(), series(), series()];
  const [vx, vy, ax, ay] = [series(), series(), series(), series()];
  const [speedMps, lonAccel, latAccel, accelMagnitude] = [series(), series(), series(), series()];
  const project = (
    part: 'along' | 'across',
    [eastward, northward]: readonly [LaneSeries, LaneSeries],
    out: LaneSeries,
  ): void => {
    kernels[part](
      eastward.address,
      northward.address,
      cos.address,
      sin.address,
      out.address,
      out.size,
    );
  };

  return {
    ...{ speedMps, lonAccel, latAccel, accelMagnitude, yaw },
    put(lane, path, first, steps) {
      x.put(lane, path.x, first, steps);
      y.put(lane, path.y, first, steps);
      cos.put(lane, path.cos, first, steps);
      sin.put(lane, path.sin, first, steps);
      putUnwrapped(yaw, lane, path.yaw, first, steps);
    },
    find() {
      differentiate(x, vx);
      differentiate(y, vy);
      differentiate(vx, ax);
      differentiate(vy, ay);
      project('along', [vx, vy], speedMps);
      project('along', [ax, ay], lonAccel);
      project('across', [ax, ay], latAccel);
      kernels.lengths(ax.address, ay.address, accelMagnitude.address, accelMagnitude.size);
    },
  };
}

function putUnwrapped(
  { values, lanes }: LaneSeries,
  lane: number,
  yaw: Float64Array,
  first: number,
  steps: number,
): void {
  let i = first * lanes + lane;
  let unwrapped = first === 0 ? 0 : at(values, i - lanes);
  for (let t = 0; t < steps; t++, i += lanes) {
    unwrapped += wrapAngle(at(yaw, t) - unwrapped);
    values[i] = unwrapped;
  }
}
