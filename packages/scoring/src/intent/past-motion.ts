import { at, wrapAngle } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';

/** What the history of a window shows of the time before t0. */
export interface PastMotion {
  /** How far back it goes. */
  readonly spanS: number;
  /** At the beginning of the history; at t0 when it has one pose only. */
  readonly earliestMps: number;
  readonly slowestMps: number;
  readonly distanceM: number;
  /** Largest difference between the heading at any of its poses and the heading at t0. */
  readonly headingChangeRad: number;
  /** Largest distance of its poses to the straight line through the pose at t0, along the heading there. */
  readonly sidewaysM: number;
}

/** Reads a history, which ends at t0, with the speed that was recorded there. */
export function readPast(history: EgoPath, v0Mps: number, stepS: number): PastMotion {
  const last = history.x.length - 1;
  const speed = Math.abs(v0Mps);
  const past = {
    spanS: Math.max(last, 0) * stepS,
    earliestMps: speed,
    slowestMps: speed,
    distanceM: 0,
    headingChangeRad: 0,
    sidewaysM: 0,
  };
  if (last < 1) return past;
  const x0 = at(history.x, last);
  const y0 = at(history.y, last);
  const yaw0 = at(history.yaw, last);
  const cos = Math.cos(yaw0);
  const sin = Math.sin(yaw0);
  for (let i = last - 1; i >= 0; i--) {
    const x = at(history.x, i);
    const y = at(history.y, i);
    const stepM = Math.hypot(at(history.x, i + 1) - x, at(history.y, i + 1) - y);
    past.distanceM += stepM;
    past.earliestMps = stepM / stepS;
    past.slowestMps = Math.min(past.slowestMps, past.earliestMps);
    const turned = Math.abs(wrapAngle(yaw0 - at(history.yaw, i)));
    past.headingChangeRad = Math.max(past.headingChangeRad, turned);
    const sideways = Math.abs((y - y0) * cos - (x - x0) * sin);
    past.sidewaysM = Math.max(past.sidewaysM, sideways);
  }
  return past;
}

/** What was recorded after t0, in the ego frame there, from one step after it; what lies past `steps` is not looked at. */
export interface RecordedFuture {
  readonly path: EgoPath;
  readonly steps: number;
  readonly stepS: number;
}

/** When the vehicle first is slower than a speed; undefined when it never is. */
export function firstSlowerS(
  { path, steps, stepS }: RecordedFuture,
  belowMps: number,
): number | undefined {
  let x = 0;
  let y = 0;
  for (let t = 0; t < steps; t++) {
    const stepM = Math.hypot(at(path.x, t) - x, at(path.y, t) - y);
    if (stepM < belowMps * stepS) return (t + 1) * stepS;
    [x, y] = [at(path.x, t), at(path.y, t)];
  }
  return undefined;
}

/** When the heading first differs from that at t0, which is 0, by an angle; undefined when it never does. */
export function firstTurnedS(
  { path, steps, stepS }: RecordedFuture,
  byRad: number,
): number | undefined {
  for (let t = 0; t < steps; t++) {
    if (Math.abs(wrapAngle(at(path.yaw, t))) >= byRad) return (t + 1) * stepS;
  }
  return undefined;
}
