import { emptyEgoPath } from '@drivesweep/geometry';
import { direct } from '../directed-window.ts';
import type { DirectedPath } from '../directed-window.ts';
import { createMotionReader } from './path-motion.ts';
import type { MotionReader, PathMotion, RecordedPath } from './path-motion.ts';

/** For tests. 1.5 s of history and 6.4 s of path at 10 Hz. */
export const TEST_GRID = { historySteps: 16, horizonSteps: 64, stepS: 0.1 } as const;

/** For tests. How a vehicle drives: by time since t0, negative before it. */
export interface Driven {
  readonly speedMps: (tS: number) => number;
  /** Of the road, 1/m, positive to the left, by distance along it since t0. */
  readonly bendPerM?: (sM: number) => number;
  /** To the left of the line that the road alone would give. */
  readonly sideM?: (tS: number) => number;
}

/** For tests. A drive in the ego frame at t0: history up to t0, and the path after it. */
export function drive({ speedMps, bendPerM = () => 0, sideM = () => 0 }: Driven): {
  readonly history: DirectedPath;
  readonly path: DirectedPath;
} {
  const { historySteps, horizonSteps, stepS } = TEST_GRID;
  const fine = 20;
  const fineS = stepS / fine;
  const before = (historySteps - 1) * fine;
  const points = Array.from({ length: before + horizonSteps * fine + 1 }, () => [0, 0, 0]);
  for (const direction of [-1, 1] as const) {
    let [x, y, yaw, sM] = [0, 0, 0, 0];
    const steps = direction === 1 ? horizonSteps * fine : before;
    for (let i = 0; i < steps; i++) {
      const metres = direction * speedMps((i + 0.5) * fineS * direction) * fineS;
      const bend = bendPerM(sM + metres / 2);
      x += Math.cos(yaw + (bend * metres) / 2) * metres;
      y += Math.sin(yaw + (bend * metres) / 2) * metres;
      yaw += bend * metres;
      sM += metres;
      points[before + direction * (i + 1)] = [x, y, yaw];
    }
  }
  const shifted = points.map(([x = 0, y = 0, yaw = 0], i) => {
    const tS = (i - before) * fineS;
    const side = sideM(tS);
    const rate = (sideM(tS + fineS) - sideM(tS - fineS)) / (2 * fineS);
    const speed = Math.max(speedMps(tS), 0.1);
    return [x - side * Math.sin(yaw), y + side * Math.cos(yaw), yaw + Math.atan2(rate, speed)];
  });
  const [x0 = 0, y0 = 0, yaw0 = 0] = shifted[before] ?? [];
  const take = (count: number, indexOf: (k: number) => number): DirectedPath => {
    const path = emptyEgoPath(count);
    for (let k = 0; k < count; k++) {
      const [x = 0, y = 0, yaw = 0] = shifted[indexOf(k)] ?? [];
      path.x[k] = (x - x0) * Math.cos(yaw0) + (y - y0) * Math.sin(yaw0);
      path.y[k] = (y - y0) * Math.cos(yaw0) - (x - x0) * Math.sin(yaw0);
      path.yaw[k] = yaw - yaw0;
    }
    return direct(path);
  };
  return {
    history: take(historySteps, (k) => k * fine),
    path: take(horizonSteps, (k) => before + (k + 1) * fine),
  };
}

const READER: MotionReader = createMotionReader(TEST_GRID);

/** For tests. Reads a single path. */
export function readMotion(
  reader: MotionReader,
  history: DirectedPath,
  path: DirectedPath,
  recorded?: RecordedPath,
): PathMotion {
  reader.begin(history);
  return reader.read(path, recorded);
}

/** For tests. */
export function motionOf(driven: Driven, recorded?: Driven): PathMotion {
  const { history, path } = drive(driven);
  if (recorded === undefined) return readMotion(READER, history, path);
  const was = drive(recorded);
  const motion = readMotion(READER, was.history, was.path);
  return readMotion(READER, history, path, { path: was.path, motion });
}

/** For tests. A speed that changes evenly from t0 on and never falls below 0. */
export function speedFrom(v0Mps: number, accelMps2 = 0): (tS: number) => number {
  return (tS) => Math.max(0, v0Mps + accelMps2 * Math.max(tS, 0));
}

/** For tests. A smooth way to the side within some seconds: 6u^5 - 15u^4 + 10u^3. */
export function sideways(metres: number, fromS: number, forS: number): (tS: number) => number {
  return (tS) => {
    const u = Math.min(Math.max((tS - fromS) / forS, 0), 1);
    return metres * u * u * u * (u * (u * 6 - 15) + 10);
  };
}

/** For tests. The mirror image: left becomes right. */
export function mirrored({ speedMps, bendPerM, sideM }: Driven): Driven {
  return {
    speedMps,
    ...(bendPerM && { bendPerM: (sM: number) => -bendPerM(sM) }),
    ...(sideM && { sideM: (tS: number) => -sideM(tS) }),
  };
}
