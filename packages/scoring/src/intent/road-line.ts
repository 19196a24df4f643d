import { at } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';

/** A point against a line: how far along it from t0, how far to its left, and where the line heads there. */
export interface OnLine {
  readonly alongM: number;
  readonly leftM: number;
  readonly lineYaw: number;
}

/** The way that the vehicle took, as a line that has neither beginning nor end. */
export interface RoadLine {
  locate(x: number, y: number): OnLine;
}

/** Poses nearer to each other than this say little about where the line heads. */
const KNOT_GAP_M = 2;

/**
 * The line through history, t0 and recorded future, going straight on at both ends. What is ahead and what is beside is
 * read off it: in a curve, the x axis of the ego frame points off the road.
 * @param history ends at t0, which is the origin; `future` starts one step after it and is looked at for `steps`
 */
export function roadLineOf(history: EgoPath, future: EgoPath, steps: number): RoadLine {
  const pieces = piecesOf(knotsOf(history, future, steps));
  const { x: xs, y: ys, cos, sin, fromM, toM } = columnsOf(pieces);
  return {
    locate(x, y) {
      let best = 0;
      let bestAlongM = NaN;
      let bestAsideM = NaN;
      let bestSquared = Infinity;
      for (let i = 0; i < pieces.length; i++) {
        const dx = x - at(xs, i);
        const dy = y - at(ys, i);
        const forward = dx * at(cos, i) + dy * at(sin, i);
        const aside = dy * at(cos, i) - dx * at(sin, i);
        const alongM = Math.min(Math.max(forward, at(fromM, i)), at(toM, i));
        const beyond = forward - alongM;
        const squared = aside * aside + beyond * beyond;
        if (squared >= bestSquared) continue;
        [best, bestAlongM, bestAsideM, bestSquared] = [i, alongM, aside, squared];
      }
      const distanceM = Math.sqrt(bestSquared);
      return {
        alongM: (pieces[best]?.stationM ?? NaN) + bestAlongM,
        leftM: bestAsideM < 0 ? -distanceM : distanceM,
        lineYaw: pieces[best]?.yaw ?? NaN,
      };
    },
  };
}

interface Knot {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  /** Along the line, 0 at t0. */
  readonly stationM: number;
}

/** A straight piece that starts at a knot and reaches from `fromM` to `toM` along its heading. */
interface Piece extends Knot {
  readonly cos: number;
  readonly sin: number;
  readonly fromM: number;
  readonly toM: number;
}

/** One piece leads up to the first knot, one goes on from the last for ever, and one lies between each two. */
function piecesOf(knots: readonly Knot[]): Piece[] {
  return knots.flatMap((knot, i) => {
    const next = knots[i + 1];
    const before = i === 0 ? [pieceFrom(knot, knot.yaw, -Infinity, 0)] : [];
    if (next === undefined) return [...before, pieceFrom(knot, knot.yaw, 0, Infinity)];
    const yaw = Math.atan2(next.y - knot.y, next.x - knot.x);
    return [...before, pieceFrom(knot, yaw, 0, next.stationM - knot.stationM)];
  });
}

function pieceFrom({ x, y, stationM }: Knot, yaw: number, fromM: number, toM: number): Piece {
  return { x, y, yaw, stationM, cos: Math.cos(yaw), sin: Math.sin(yaw), fromM, toM };
}

/** Numbers in rows of their own: a window with many tracks is located thousands of times. */
function columnsOf(pieces: readonly Piece[]) {
  const column = (field: 'x' | 'y' | 'cos' | 'sin' | 'fromM' | 'toM'): Float64Array =>
    Float64Array.from(pieces, (piece) => piece[field]);
  return {
    x: column('x'),
    y: column('y'),
    cos: column('cos'),
    sin: column('sin'),
    fromM: column('fromM'),
    toM: column('toM'),
  };
}

function knotsOf(history: EgoPath, future: EgoPath, steps: number): Knot[] {
  const origin: Knot = { x: 0, y: 0, yaw: 0, stationM: 0 };
  const ahead = thinned(origin, future, 0, steps, 1);
  const behind = thinned(origin, history, history.x.length - 1, -1, -1);
  return [...behind.reverse(), origin, ...ahead];
}

/** The poses of a path from `from` until `end`, at least `KNOT_GAP_M` apart, away from a start knot. */
function thinned(start: Knot, path: EgoPath, from: number, end: number, step: 1 | -1): Knot[] {
  const knots: Knot[] = [];
  let last = start;
  for (let t = from; t !== end; t += step) {
    const x = at(path.x, t);
    const y = at(path.y, t);
    const gapM = Math.hypot(x - last.x, y - last.y);
    if (gapM < KNOT_GAP_M) continue;
    last = { x, y, yaw: at(path.yaw, t), stationM: last.stationM + step * gapM };
    knots.push(last);
  }
  return knots;
}
