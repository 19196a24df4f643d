import { at, roundedBoxesOverlap } from '@drivesweep/geometry';
import type { EgoPath, OrientedBox, RoundedBox } from '@drivesweep/geometry';

/**
 * AlpaSim's open-loop collision: the boxes of a plan up to 3 s ahead against those of all others at the same times.
 * Boxes are 2 % smaller than life and have round corners, so that brushing past is no collision; touching is.
 * Source: NVlabs/alpasim@3032e0c:src/eval/src/eval/scorers/open_loop_collision.py, data.py.
 */
export const ALPASIM_HORIZON_S = 3;

const SHRINK = 0.02;

/** A box as AlpaSim draws it. */
export function alpasimShape(box: OrientedBox): RoundedBox {
  const lengthM = box.lengthM * (1 - SHRINK);
  const widthM = box.widthM * (1 - SHRINK);
  return { ...box, lengthM, widthM, cornerRadiusM: (0.5 * Math.min(lengthM, widthM)) / 2 };
}

/** Centres of the vehicle's box at its own times. */
export interface TimedPlan extends Pick<EgoPath, 'x' | 'y' | 'yaw'> {
  /** Seconds after the plan was made, ascending. */
  readonly tS: Float64Array;
}

/**
 * Whether a plan touches somebody within the horizon; undefined when it has no pose there (after 0, up to and with the
 * horizon).
 * @param size of the vehicle, as it shall be drawn
 * @param othersAt the boxes of the others at a time after the plan was made, in seconds, as they shall be drawn
 */
export function collidesOpenLoop(
  plan: TimedPlan,
  size: Pick<RoundedBox, 'lengthM' | 'widthM' | 'cornerRadiusM'>,
  othersAt: (tS: number) => readonly RoundedBox[],
  horizonS: number = ALPASIM_HORIZON_S,
): boolean | undefined {
  let isInside = false;
  for (let i = 0; i < plan.tS.length; i++) {
    const tS = at(plan.tS, i);
    if (!(tS > 0 && tS <= horizonS + 1e-9)) continue;
    isInside = true;
    const ego = { ...size, x: at(plan.x, i), y: at(plan.y, i), yaw: at(plan.yaw, i) };
    if (othersAt(tS).some((other) => roundedBoxesOverlap(ego, other))) return true;
  }
  return isInside ? false : undefined;
}
