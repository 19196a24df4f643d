import type { Agent, AgentState } from './agent.ts';
import type { Road } from './road.ts';
import { EGO_FRONT_M, EGO_VEHICLE } from './scene.ts';
import type { DriverTraits, Scene, StopTarget } from './scene.ts';

/** What limits the speed of the ego vehicle at one moment. */
export type DriverMode =
  | { readonly kind: 'free' }
  | { readonly kind: 'curve'; readonly direction: 'left' | 'right' }
  | { readonly kind: 'lead'; readonly trackId: string }
  | { readonly kind: 'stop_target'; readonly target: StopTarget };

interface DriverView {
  readonly tS: number;
  readonly sM: number;
  readonly dM: number;
  readonly speedMps: number;
  readonly accelMps2: number;
  /** d of the lane that the ego vehicle is in or changes to. */
  readonly laneCentreM: number;
}

interface DriverWish {
  readonly accelMps2: number;
  readonly mode: DriverMode;
}

interface Lead {
  readonly agent: Agent;
  readonly state: AgentState;
  readonly gapM: number;
}

const HARDEST_BRAKE_MPS2 = 6;
const FREE: DriverMode = { kind: 'free' };

/**
 * The longitudinal driver. Moving vehicles ahead are followed by the Intelligent Driver Model (Treiber, Hennecke,
 * Helbing 2000); standing obstacles and stop lines are left alone until stopping takes a noticeable deceleration and
 * are then met with a constant one, as people do; bends are entered at a bounded lateral acceleration.
 * What can be seen at time t is acted on from t + reactionS on. The driver remembers what it has begun to brake for.
 */
export class Driver {
  readonly #scene: Scene;
  readonly #traits: DriverTraits;
  readonly #bendSpeeds: BendSpeeds;
  readonly #engaged = new Set<string>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#traits = scene.ego.traits;
    this.#bendSpeeds = new BendSpeeds(scene.road, scene.ego.traits);
  }

  wish(view: DriverView): DriverWish {
    const free = this.#freeRoad(view);
    const wishes = [free, this.#bend(view), this.#lead(view), ...this.#stopTargets(view)];
    return wishes.reduce<DriverWish>(
      (least, wish) => (wish && wish.accelMps2 < least.accelMps2 ? wish : least),
      free,
    );
  }

  /** The IDM's free-road term. */
  #freeRoad({ speedMps }: DriverView): DriverWish {
    const { desiredSpeedMps, maxAccelMps2, comfortBrakeMps2 } = this.#traits;
    const accel = maxAccelMps2 * (1 - (speedMps / desiredSpeedMps) ** 4);
    return { accelMps2: Math.max(accel, -comfortBrakeMps2), mode: FREE };
  }

  #bend({ sM, speedMps }: DriverView): DriverWish | null {
    const allowed = this.#bendSpeeds.allowedMps(sM);
    if (allowed >= this.#traits.desiredSpeedMps - 0.3) return null;
    const accelMps2 = Math.max((allowed - speedMps) / 0.7, -2.5);
    return { accelMps2, mode: { kind: 'curve', direction: this.#bendSpeeds.directionAhead(sM) } };
  }

  #lead(view: DriverView): DriverWish | null {
    const lead = this.#findLead(view);
    if (!lead) return null;
    const mode: DriverMode = { kind: 'lead', trackId: lead.agent.trackId };
    const { maxAccelMps2, headwayS, standstillGapM, comfortBrakeMps2, desiredSpeedMps } =
      this.#traits;
    if (lead.state.speedMps < 0.5) {
      const wish = this.#standing(lead.agent.trackId, lead.gapM - standstillGapM, view);
      return wish === null ? null : { accelMps2: wish, mode };
    }
    const closing = view.speedMps - lead.state.speedMps;
    const root = 2 * Math.sqrt(maxAccelMps2 * comfortBrakeMps2);
    const wanted =
      standstillGapM + Math.max(0, view.speedMps * headwayS + (view.speedMps * closing) / root);
    const accel =
      maxAccelMps2 *
      (1 - (view.speedMps / desiredSpeedMps) ** 4 - (wanted / Math.max(lead.gapM, 0.5)) ** 2);
    // A gap that somebody else made small is opened again at a comfortable rate, unless it is closing fast.
    const mustBrake = closing > 0 ? closing ** 2 / (2 * Math.max(lead.gapM - 1, 0.5)) : 0;
    const floor = -Math.max(comfortBrakeMps2 * 1.4, mustBrake * 1.3);
    return { accelMps2: Math.max(accel, floor, -HARDEST_BRAKE_MPS2), mode };
  }

  #stopTargets(view: DriverView): (DriverWish | null)[] {
    const { reactionS } = this.#traits;
    return this.#scene.ego.stopTargets.map((target) => {
      const seen = view.tS - reactionS;
      if (seen < target.fromS || seen >= target.untilS) return null;
      const gapM = target.sM - (view.sM + EGO_FRONT_M);
      if (gapM < -1) return null;
      const accelMps2 = this.#standing(`${target.kind}@${target.sM}`, gapM, view);
      return accelMps2 === null ? null : { accelMps2, mode: { kind: 'stop_target', target } };
    });
  }

  /** Deceleration that ends at a standing thing; null while it is too far away to matter. */
  #standing(key: string, gapM: number, { speedMps }: DriverView): number | null {
    const needed = speedMps ** 2 / (2 * Math.max(gapM, 0.3));
    if (!this.#engaged.has(key)) {
      if (needed < this.#traits.engageBrakeMps2 && gapM > 4) return null;
      this.#engaged.add(key);
    }
    if (gapM > 3 && speedMps < 1.5) return 0.4;
    if (speedMps < 0.6) return -0.8;
    return -Math.min(needed * 1.02, HARDEST_BRAKE_MPS2);
  }

  /** The nearest vehicle ahead that is in the way, or is seen to come into it. */
  #findLead(view: DriverView): Lead | null {
    const { ego, agents } = this.#scene;
    const changing = Math.abs(view.dM - view.laneCentreM) > 0.6;
    let lead: Lead | null = null;
    for (const agent of agents) {
      if (agent.look.kind !== 'vehicle') continue;
      if (agent.trackId === ego.laneChange?.behindTrackId) continue;
      const state = agent.at(view.tS);
      if (Math.cos(state.yawRoad) < 0.7) continue;
      const gapM = state.sM - agent.lengthM / 2 - (view.sM + EGO_FRONT_M);
      if (gapM < -agent.lengthM || gapM > 130 || (lead && gapM > lead.gapM)) continue;
      const clearance = (agent.widthM + EGO_VEHICLE.widthM) / 2 + 0.25;
      const inLane = Math.abs(state.dM - view.laneCentreM) < clearance;
      const inPath = Math.abs(state.dM - view.dM) < clearance;
      const merging =
        agent.trackId === ego.cutIn?.trackId &&
        view.tS >= ego.cutIn.visibleFromS + ego.traits.reactionS;
      if (inLane || (changing && inPath) || merging) lead = { agent, state, gapM };
    }
    return lead;
  }
}

/** The speed that bends ahead allow: lateral acceleration bounded in them, comfortable braking before them. */
class BendSpeeds {
  readonly #road: Road;
  readonly #speeds: Float64Array;

  constructor(road: Road, traits: DriverTraits) {
    this.#road = road;
    const count = Math.ceil(road.shape.toM - road.shape.fromM);
    this.#speeds = new Float64Array(count);
    let ahead = Infinity;
    for (let i = count - 1; i >= 0; i--) {
      const curvature = Math.abs(road.curvatureAt(road.shape.fromM + i));
      const here = Math.sqrt(traits.maxLateralAccelMps2 / Math.max(curvature, 1e-6));
      ahead = Math.min(here, Math.sqrt(ahead ** 2 + 2 * traits.comfortBrakeMps2 * 0.8));
      this.#speeds[i] = ahead;
    }
  }

  allowedMps(sM: number): number {
    return this.#speeds[Math.round(sM - this.#road.shape.fromM)] ?? Infinity;
  }

  /** Side of the sharpest bend in the next 60 m. */
  directionAhead(sM: number): 'left' | 'right' {
    let sharpest = 0;
    for (let ahead = 0; ahead <= 60; ahead += 3) {
      const curvature = this.#road.curvatureAt(sM + ahead);
      if (Math.abs(curvature) > Math.abs(sharpest)) sharpest = curvature;
    }
    return sharpest >= 0 ? 'left' : 'right';
  }
}
