import { Driver } from './driver.ts';
import type { DriverMode } from './driver.ts';
import { advance, quintic } from './motion.ts';
import type { Random } from './random.ts';
import { EGO_FRONT_M } from './scene.ts';
import type { Scene } from './scene.ts';

/** The ego vehicle at 100 Hz in world coordinates; all arrays are as long as the clock of the scene. */
export interface EgoDrive {
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  readonly zM: Float64Array;
  readonly yaw: Float64Array;
  /** Nose down is positive, as a right-handed turn about y (left). */
  readonly pitch: Float64Array;
  /** Leaning to the right is positive, as a right-handed turn about x (forward). */
  readonly roll: Float64Array;
  readonly speedMps: Float64Array;
  readonly accelMps2: Float64Array;
  readonly curvature: Float64Array;
  readonly sM: Float64Array;
  readonly dM: Float64Array;
  readonly modes: readonly DriverMode[];
  /** When the lane change began; null when there was none. */
  readonly laneChangeFromS: number | null;
}

const MAX_CURVATURE = 0.18;
const MAX_CURVATURE_RATE_PER_S = 0.12;
const STEERING_LAG_S = 0.12;

/**
 * Drives the ego vehicle through a scene: the driver wishes an acceleration, the path follower a curvature, both with
 * bounded rates, and the rear axle moves as a unicycle (midpoint rule at 100 Hz, so that the recorded velocity is the
 * derivative of the recorded position to second order).
 */
export function driveEgo(scene: Scene, random: Random): EgoDrive {
  const { clock, road, ego } = scene;
  const driver = new Driver(scene);
  const body = new BodyMotion(random.fork('body'));
  const wander = new LaneWander(random.fork('wander'));
  const column = () => new Float64Array(clock.count);
  const out = {
    ...{ xM: column(), yM: column(), zM: column(), yaw: column(), pitch: column() },
    ...{ roll: column(), speedMps: column(), accelMps2: column(), curvature: column() },
    ...{ sM: column(), dM: column(), modes: new Array<DriverMode>() },
  };

  const start = road.pointAt(0, road.laneCentreM(ego.lane));
  let { xM, yM, yaw } = start;
  let motion = { sM: 0, speedMps: ego.startSpeedMps, accelMps2: 0 };
  let curvature = road.curvatureAt(0);
  let laneChangeFromS: number | null = null;
  for (let i = 0; i < clock.count; i++) {
    const tS = clock.startS + i * clock.stepS;
    const located = road.locate(xM, yM);
    if (!located) throw new RangeError(`the ego vehicle left the road at ${tS} s`);
    const { sM, dM } = located;
    if (laneChangeFromS === null && laneChangeIsDue(scene, tS, sM)) laneChangeFromS = tS;
    const reference = lateralReference(scene, laneChangeFromS, tS);
    const { speedMps, accelMps2 } = motion;
    const wish = driver.wish({ tS, sM, dM, speedMps, accelMps2, laneCentreM: reference.laneM });

    out.xM[i] = xM;
    out.yM[i] = yM;
    out.yaw[i] = yaw;
    out.speedMps[i] = speedMps;
    out.accelMps2[i] = accelMps2;
    out.curvature[i] = curvature;
    out.sM[i] = sM;
    out.dM[i] = dM;
    out.modes.push(wish.mode);
    const sway = body.step(sM, accelMps2, speedMps ** 2 * curvature, clock.stepS);
    out.zM[i] = sway.zM;
    out.pitch[i] = sway.pitch;
    out.roll[i] = sway.roll;

    const dWantedM = reference.dM + wander.atM(sM);
    const steered = steer(scene, { sM, dM, yaw, speedMps }, { ...reference, dM: dWantedM });
    const reach = MAX_CURVATURE_RATE_PER_S * clock.stepS * Math.min(1, speedMps / 2);
    const turn = ((steered - curvature) * clock.stepS) / STEERING_LAG_S;
    const nextCurvature = clamp(curvature + clamp(turn, reach), MAX_CURVATURE);
    const nextMotion = advance(motion, wish.accelMps2, jerkFor(wish.accelMps2), clock.stepS);
    const distance = nextMotion.sM - motion.sM;
    const middleYaw = yaw + (distance * curvature) / 2;
    xM += Math.cos(middleYaw) * distance;
    yM += Math.sin(middleYaw) * distance;
    yaw += (distance * (curvature + nextCurvature)) / 2;
    curvature = nextCurvature;
    motion = nextMotion;
  }
  return { ...out, laneChangeFromS };
}

/** People release the brake and press the pedal gently, and brake as hard as they must. */
function jerkFor(wishedAccelMps2: number): number {
  return wishedAccelMps2 < -3.5 ? 9 : 3.5;
}

function laneChangeIsDue(scene: Scene, tS: number, sM: number): boolean {
  const plan = scene.ego.laneChange;
  if (!plan) return false;
  const agent = scene.agents.find((one) => one.trackId === plan.behindTrackId);
  if (!agent) return false;
  return agent.at(tS).sM - agent.lengthM / 2 - (sM + EGO_FRONT_M) < plan.triggerGapM;
}

interface LateralReference {
  readonly dM: number;
  /** Derivatives of d by time. */
  readonly dRateMps: number;
  readonly dBendMps2: number;
  /** d of the lane to be in at the end. */
  readonly laneM: number;
}

function lateralReference(scene: Scene, changeFromS: number | null, tS: number): LateralReference {
  const { ego, road } = scene;
  const from = road.laneCentreM(ego.lane);
  if (!ego.laneChange || changeFromS === null) {
    return { dM: from, dRateMps: 0, dBendMps2: 0, laneM: from };
  }
  const { durationS, toLane } = ego.laneChange;
  const to = road.laneCentreM(toLane);
  const step = quintic((tS - changeFromS) / durationS);
  return {
    dM: from + (to - from) * step.value,
    dRateMps: ((to - from) * step.slope) / durationS,
    dBendMps2: ((to - from) * step.bend) / durationS ** 2,
    laneM: to,
  };
}

/** Curvature that follows the reference: the road's and the manoeuvre's own, plus feedback on offset and heading. */
function steer(
  scene: Scene,
  at: { sM: number; dM: number; yaw: number; speedMps: number },
  reference: LateralReference,
): number {
  const speed = Math.max(at.speedMps, 2);
  const preview = at.sM + at.speedMps * STEERING_LAG_S;
  const roadCurvature = scene.road.curvatureAt(preview);
  const forward = roadCurvature / (1 - roadCurvature * at.dM) + reference.dBendMps2 / speed ** 2;
  const headingWanted = scene.road.pointAt(at.sM, 0).yaw + Math.atan2(reference.dRateMps, speed);
  const headingError = Math.atan2(
    Math.sin(headingWanted - at.yaw),
    Math.cos(headingWanted - at.yaw),
  );
  return forward + 0.018 * (reference.dM - at.dM) + 0.26 * headingError;
}

/** Nobody keeps the middle of a lane: a slow wander of a decimetre. */
class LaneWander {
  readonly #amplitudeM: number;
  readonly #waves: readonly (readonly [number, number])[];

  constructor(random: Random) {
    this.#amplitudeM = random.uniform(0.03, 0.12);
    this.#waves = [60, 140].map((length) => [
      (2 * Math.PI) / (length * random.uniform(0.8, 1.2)),
      random.uniform(0, 2 * Math.PI),
    ]);
  }

  atM(sM: number): number {
    return this.#waves.reduce(
      (sum, [k, phase]) => sum + (this.#amplitudeM / 2) * Math.sin(k * sM + phase),
      0,
    );
  }
}

/** The body on its springs: dives when braking, leans in bends, and feels the bumps of the road. */
class BodyMotion {
  readonly #bumps: readonly { k: number; phase: number; heightM: number }[];
  #pitch = new Spring(7.5, 0.45);
  #roll = new Spring(7, 0.4);

  constructor(random: Random) {
    const roughness = random.uniform(0.6, 1.4);
    this.#bumps = [3.5, 6, 11, 23].map((length) => ({
      k: (2 * Math.PI) / (length * random.uniform(0.85, 1.15)),
      phase: random.uniform(0, 2 * Math.PI),
      heightM: roughness * 0.0009 * Math.sqrt(length),
    }));
  }

  step(sM: number, accelMps2: number, lateralMps2: number, stepS: number) {
    let zM = 0;
    let slope = 0;
    for (const { k, phase, heightM } of this.#bumps) {
      zM += heightM * Math.sin(k * sM + phase);
      slope += heightM * k * Math.cos(k * sM + phase);
    }
    return {
      zM,
      pitch: this.#pitch.step(-0.0045 * accelMps2 - slope * 0.5, stepS),
      roll: this.#roll.step(0.006 * lateralMps2 + slope * 0.15, stepS),
    };
  }
}

class Spring {
  readonly #omega: number;
  readonly #damping: number;
  #value = 0;
  #rate = 0;

  constructor(omega: number, damping: number) {
    this.#omega = omega;
    this.#damping = damping;
  }

  step(target: number, stepS: number): number {
    const pull = this.#omega ** 2 * (target - this.#value);
    this.#rate += (pull - 2 * this.#damping * this.#omega * this.#rate) * stepS;
    this.#value += this.#rate * stepS;
    return this.#value;
  }
}

function clamp(value: number, bound: number): number {
  return Math.min(Math.max(value, -bound), bound);
}
