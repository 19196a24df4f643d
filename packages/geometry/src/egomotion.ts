import { at } from './numbers.ts';
import type { EgomotionTrack } from './types.ts';

/** Fewer poses than this do not define a cubic spline. */
export const MIN_POSES = 4;

/** A recorded quaternion may be this far from length 1: rounding to two decimals is, garbage is not. */
const UNIT_TOLERANCE = 0.02;

/** Why a track cannot be used. `index` is the first pose at fault. */
export interface EgomotionProblem {
  readonly kind: 'missing' | 'not-finite' | 'not-monotonic';
  readonly index: number;
}

/**
 * Looks through a track once, in order, and names the first thing wrong with it; null when it can be used.
 *
 * missing        fewer than 4 poses, or columns of different length (`index` is the number of whole poses)
 * not-finite     a time, position or rotation is NaN or infinite, or a quaternion is not of length 1
 * not-monotonic  a time is not greater than the one before it
 */
export function checkEgomotion(track: EgomotionTrack): EgomotionProblem | null {
  const { tUs, xM, yM, zM, qx, qy, qz, qw } = track;
  const columns = [tUs, xM, yM, zM, qx, qy, qz, qw];
  const poses = Math.min(...columns.map((column) => column.length));
  if (poses < MIN_POSES || columns.some((column) => column.length !== poses)) {
    return { kind: 'missing', index: poses };
  }
  for (let i = 0; i < poses; i++) {
    const position = at(xM, i) + at(yM, i) + at(zM, i);
    const norm = Math.sqrt(at(qx, i) ** 2 + at(qy, i) ** 2 + at(qz, i) ** 2 + at(qw, i) ** 2);
    const rotates = Math.abs(norm - 1) <= UNIT_TOLERANCE;
    if (!Number.isFinite(at(tUs, i)) || !Number.isFinite(position) || !rotates) {
      return { kind: 'not-finite', index: i };
    }
    if (i > 0 && at(tUs, i) <= at(tUs, i - 1)) return { kind: 'not-monotonic', index: i };
  }
  return null;
}
