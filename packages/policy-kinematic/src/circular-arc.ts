import { emptyEgoPath, wrapAngle } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';

/** A motion in the plane that never changes: speed along the heading, and how fast the heading turns. */
export interface SteadyMotion {
  readonly speedMps: number;
  /** Positive to the left. */
  readonly yawRateRadps: number;
}

/**
 * Where a steady motion leads, step by step, from the origin of the ego frame at t0. With phi = yaw rate * t,
 *   x = v t sin(phi) / phi,   y = v t (1 - cos(phi)) / phi,   yaw = phi,   z = 0
 * the exact arc, not an integration of it. 1 - cos(phi) is written 2 sin(phi / 2)^2, which loses no digits for
 * small phi, so only phi = 0 needs its limit.
 */
export function circularArc(motion: SteadyMotion, steps: number, stepS: number): EgoPath {
  const path = emptyEgoPath(steps);
  for (let i = 0; i < steps; i++) {
    const t = (i + 1) * stepS;
    const travelledM = motion.speedMps * t;
    const phi = motion.yawRateRadps * t;
    path.x[i] = phi === 0 ? travelledM : (travelledM * Math.sin(phi)) / phi;
    path.y[i] = phi === 0 ? 0 : (travelledM * 2 * Math.sin(phi / 2) ** 2) / phi;
    path.yaw[i] = wrapAngle(phi);
  }
  return path;
}
