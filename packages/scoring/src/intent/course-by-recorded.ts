import type { DirectedPath } from '../directed-window.ts';
import { COURSE_BOUNDS } from './road-course.ts';
import type { RoadCourse } from './road-course.ts';

/**
 * The course of a plan against the path that was recorded at the same place: it changes lane when it ends up beside that
 * path, or stays behind when that path changes lane. Undefined where the two do not cover the same road.
 */
export function courseAgainst(
  plan: DirectedPath,
  recorded: { readonly path: DirectedPath; readonly course: RoadCourse },
  { horizonSteps, stepS }: { readonly horizonSteps: number; readonly stepS: number },
): RoadCourse | undefined {
  const road = recorded.path;
  const { x: roadX, y: roadY, cos, sin } = road;
  const was = recorded.course;
  const baseM = was.kind === 'lane_change' ? was.offsetM : 0;
  let station = -1;
  let besideM = 0;
  let leftM = 0;
  let rightM = 0;
  let begun = 0;
  let covered = 0;
  for (; covered < horizonSteps; covered++) {
    const x = plan.x[covered] ?? NaN;
    const y = plan.y[covered] ?? NaN;
    // Up to the last recorded pose that the plan has passed; -1 is the pose at t0.
    for (; station + 1 < horizonSteps; station++) {
      const nextX = x - (roadX[station + 1] ?? NaN);
      const nextY = y - (roadY[station + 1] ?? NaN);
      if (nextX * (cos[station + 1] ?? NaN) + nextY * (sin[station + 1] ?? NaN) < 0) break;
    }
    if (station + 1 >= horizonSteps) break;
    besideM = y;
    if (station >= 0) {
      const dx = x - (roadX[station] ?? NaN);
      const dy = y - (roadY[station] ?? NaN);
      besideM = dy * (cos[station] ?? NaN) - dx * (sin[station] ?? NaN);
    }
    if (besideM > leftM) leftM = besideM;
    if (-besideM > rightM) rightM = -besideM;
    if (Math.abs(besideM) < COURSE_BOUNDS.begunM) begun = covered + 1;
  }
  if (station < 0 || covered < COVERED_SHARE * horizonSteps) return undefined;
  if (was.kind === 'turn' || was.kind === 'unclear') {
    return Math.max(leftM, rightM) < COURSE_BOUNDS.inLaneM ? onRecorded(was) : undefined;
  }
  const extent = {
    offsetM: baseM + besideM,
    leftM: Math.max(baseM + leftM, 0),
    rightM: Math.max(rightM - baseM, 0),
    basis: 'recorded',
  } as const;
  const shift = Math.abs(extent.offsetM);
  if (shift < COURSE_BOUNDS.inLaneM) {
    return { kind: 'lane', direction: null, beginsS: NaN, ...extent };
  }
  const isThere =
    shift >= COURSE_BOUNDS.laneChangeM &&
    shift <= COURSE_BOUNDS.farthestM &&
    driftMps(plan, covered - 1, road.yaw[station] ?? NaN, stepS) <=
      COURSE_BOUNDS.settledSidewaysMps;
  if (!isThere) return { kind: 'unclear', direction: null, beginsS: NaN, ...extent };
  return {
    kind: 'lane_change',
    direction: extent.offsetM > 0 ? 'left' : 'right',
    // A plan that stays with the recorded path begins when that path does.
    beginsS: Math.abs(besideM) < COURSE_BOUNDS.inLaneM ? was.beginsS : (begun + 1) * stepS,
    ...extent,
  };
}

function onRecorded(was: RoadCourse): RoadCourse {
  return { ...was, basis: 'recorded' };
}

/** How fast a plan leaves a heading sideways at a step. */
function driftMps(plan: DirectedPath, step: number, roadYaw: number, stepS: number): number {
  const dx = (plan.x[step] ?? NaN) - (step > 0 ? (plan.x[step - 1] ?? NaN) : 0);
  const dy = (plan.y[step] ?? NaN) - (step > 0 ? (plan.y[step - 1] ?? NaN) : 0);
  const speedMps = Math.sqrt(dx * dx + dy * dy) / stepS;
  return Math.abs(Math.sin((plan.yaw[step] ?? NaN) - roadYaw)) * speedMps;
}

/** Share of a plan that must lie beside the recorded path. */
const COVERED_SHARE = 0.8;
