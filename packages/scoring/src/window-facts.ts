import { at, wrapAngle } from '@drivesweep/geometry';
import type { EgoPath } from '@drivesweep/geometry';
import type { ScoringParameters, WindowToScore } from './window.ts';

type Grid = Pick<ScoringParameters, 'horizonSteps' | 'stepS'>;
type RecordedWindow = Pick<WindowToScore, 'future' | 'v0Mps'>;

/**
 * Facts that follow from a window itself, to slice by: how fast it starts, how far its recorded future bends, what
 * manoeuvre that is and what the speed does. They are about the recording, never about an answer, so two policies
 * have the same slices. Their names are not those of any dataset that is read, though a dataset may have a fact of its
 * own about speed. docs/statistics.md lists the values.
 */
export function windowFacts(window: RecordedWindow, grid: Grid): Record<string, string> {
  const beforeMps = Math.abs(window.v0Mps);
  const afterMps = endSpeedMps(window.future, grid);
  return {
    v0_band: bandOf(beforeMps, SPEED_BANDS),
    curvature_band: curvatureBand(window.future, grid),
    manoeuvre: manoeuvreOf(window.future, grid.horizonSteps - 1, Math.max(beforeMps, afterMps)),
    future_lon: speedChange(beforeMps, afterMps),
  };
}

/**
 * All facts of a window: what the dataset knows, the part of the day and what follows from the window itself; where two of
 * them have a name, the dataset's stay.
 */
export function factsOfWindow(
  known: Readonly<Record<string, string>>,
  window: RecordedWindow,
  grid: Grid,
): Record<string, string> {
  // To spread three objects takes four times as long.
  return Object.assign({}, windowFacts(window, grid), daypartFact(known), known);
}

/** The part of the day, where the dataset tells the hour (0 ... 23): known of a window that was not answered, too. */
export function daypartFact(facts: Readonly<Record<string, string>>): Record<string, string> {
  const hour = Number.parseInt(facts['hour_of_day'] ?? '', 10);
  const daypart = DAYPART_OF_HOUR[hour];
  return daypart === undefined ? {} : { daypart };
}

/** And how many hours each is long, from midnight on. */
const DAYPARTS = [
  ['night', 6],
  ['morning', 6],
  ['afternoon', 6],
  ['evening', 4],
  ['night', 2],
] as const;

const DAYPART_OF_HOUR: readonly string[] = DAYPARTS.flatMap(([daypart, hours]) =>
  Array<string>(hours).fill(daypart),
);

/** A band holds what is below its bound, and not in the band before. */
type Bands = readonly (readonly [below: number, name: string])[];

const STANDING_MPS = 0.5;
const SPEED_BANDS: Bands = [
  [STANDING_MPS, 'standing'],
  [5, '0.5-5 m/s'],
  [10, '5-10 m/s'],
  [15, '10-15 m/s'],
  [20, '15-20 m/s'],
  [25, '20-25 m/s'],
  [30, '25-30 m/s'],
  [Infinity, '30+ m/s'],
];

/** Curvature in 1/m, named by radius. */
const CURVATURE_BANDS: Bands = [
  [1 / 500, 'radius over 500 m'],
  [1 / 200, 'radius 200-500 m'],
  [1 / 50, 'radius 50-200 m'],
  [Infinity, 'radius under 50 m'],
];
const TOO_SHORT_M = 10;
const TOO_SHORT = 'under 10 m driven';

function bandOf(value: number, bands: Bands): string {
  for (const band of bands) if (value < band[0]) return band[1];
  return '';
}

/** Heading that was turned from second to second, whichever way, over the distance. Noise of single steps is left out. */
function curvatureBand(future: EgoPath, { horizonSteps, stepS }: Grid): string {
  const stride = Math.max(1, Math.round(1 / stepS));
  let turned = 0;
  for (let t = 0, before = 0; t < horizonSteps; t++) {
    if ((t + 1) % stride !== 0 && t + 1 !== horizonSteps) continue;
    turned += Math.abs(wrapAngle(at(future.yaw, t) - before));
    before = at(future.yaw, t);
  }
  const drivenM = lengthOf(future, horizonSteps);
  return drivenM < TOO_SHORT_M ? TOO_SHORT : bandOf(turned / drivenM, CURVATURE_BANDS);
}

/** Not by `Math.hypot`, which takes ten times as long to be right for distances that nobody drives. */
function lengthOf({ x, y }: EgoPath, steps: number): number {
  let length = 0;
  for (let t = 0, fromX = 0, fromY = 0; t < steps; t++) {
    const dx = at(x, t) - fromX;
    const dy = at(y, t) - fromY;
    length += Math.sqrt(dx * dx + dy * dy);
    fromX = at(x, t);
    fromY = at(y, t);
  }
  return length;
}

/** Thresholds of the trajectory types of the Waymo Open Motion Dataset (motion_metrics_utils.cc). */
const STATIONARY_MPS = 2;
const STATIONARY_M = 3;
const STRAIGHT_RAD = Math.PI / 6;
const STRAIGHT_M = 2.5;

/**
 * The trajectory type of the Waymo Open Motion Dataset of what was recorded: x ahead, y to the left at t0.
 * @param topMps the larger one of the speeds at the start and at the end
 */
function manoeuvreOf(future: EgoPath, last: number, topMps: number): string {
  const x = at(future.x, last);
  const y = at(future.y, last);
  const yaw = at(future.yaw, last);
  if (topMps < STATIONARY_MPS && Math.hypot(x, y) < STATIONARY_M) return 'stationary';
  const side = y < 0 ? 'right' : 'left';
  if (Math.abs(wrapAngle(yaw)) < STRAIGHT_RAD) {
    return Math.abs(y) < STRAIGHT_M ? 'straight' : `straight_${side}`;
  }
  return x < 0 ? `${side}_u_turn` : `${side}_turn`;
}

const SPEED_CHANGE_MPS = 1;

/** From the speed at t0 to that at the end. */
function speedChange(beforeMps: number, afterMps: number): string {
  if (beforeMps < STANDING_MPS) return afterMps < STANDING_MPS ? 'stands' : 'starts';
  if (afterMps < STANDING_MPS) return 'stops';
  if (afterMps - beforeMps <= -SPEED_CHANGE_MPS) return 'brakes';
  return afterMps - beforeMps >= SPEED_CHANGE_MPS ? 'accelerates' : 'holds_speed';
}

/** Over the last half second: one step of a recorded path is noise. */
function endSpeedMps({ x, y }: EgoPath, { horizonSteps, stepS }: Grid): number {
  const steps = Math.min(horizonSteps, Math.max(1, Math.round(0.5 / stepS)));
  const last = horizonSteps - 1;
  const first = horizonSteps - 1 - steps;
  // Before the first step is the pose at t0, the origin.
  const [fromX, fromY] = first < 0 ? [0, 0] : [at(x, first), at(y, first)];
  return Math.hypot(at(x, last) - fromX, at(y, last) - fromY) / (steps * stepS);
}
