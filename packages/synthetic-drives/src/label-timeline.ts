import type { AgentState } from './agent.ts';
import type { CauseKind, Decision } from './decision.ts';
import { sameDecision, sentenceOf } from './decision.ts';
import type { DriverMode } from './driver.ts';
import type { EgoDrive } from './ego.ts';
import type { Scene } from './scene.ts';
import { lightColourAt } from './traffic-light.ts';

/** The horizon of a window: a decision to stop is one that ends in standing before it. */
export const STOP_HORIZON_S = 6.4;
export const STANDING_MPS = 0.3;

/** A cause that can be seen is named up to this long before the vehicle acts on it, beyond the driver's reaction. */
const FORESIGHT_S = 2;
const LANE_CHANGE_NAMED_SHARE = 0.7;
const CUT_IN_NAMED_S = 5;

/**
 * What the ego vehicle decides at each step of the clock, and why.
 *
 * The label of time t is what the driver does about the things that can be seen at t: the first constraint that the
 * driver acts on within reaction + foresight after t whose cause is visible at t. The verb agrees with the recorded
 * motion: `stop` is said exactly when the vehicle stands within the horizon of a window.
 */
export function labelTimeline(scene: Scene, ego: EgoDrive): Decision[] {
  const states = new AgentStates(scene);
  const standsWithin = standingAhead(scene, ego);
  const labels: Decision[] = [];
  let blocker: CauseKind | null = null;
  for (let i = 0; i < scene.clock.count; i++) {
    const tS = scene.clock.startS + i * scene.clock.stepS;
    const at: Moment = {
      i,
      tS,
      stops: standsWithin[i] === 1,
      speedMps: ego.speedMps[i] ?? 0,
      blocker,
    };
    const constraint = visibleConstraint(scene, ego, states, at);
    let label = constraint ?? freeDriving(scene, at);
    // What held us is remembered until we are at speed again: it explains why we may go.
    if (constraint && constraint.longitudinal !== 'resume_speed') blocker = constraint.causeKind;
    if (!constraint && at.speedMps > 0.85 * scene.ego.traits.desiredSpeedMps) blocker = null;
    const change = laneChangeAt(scene, ego, tS);
    if (change) label = { ...label, ...change };
    labels.push(label);
  }
  return labels;
}

/** Where the decision changes, and every spell that is shorter than `minimumS` joined to the one before it. */
export function decisionOnsets(
  labels: readonly Decision[],
  stepS: number,
  minimumS = 0.6,
): { readonly index: number; readonly decision: Decision }[] {
  const onsets: { index: number; decision: Decision }[] = [];
  for (let i = 0; i < labels.length;) {
    const decision = labels[i];
    if (!decision) break;
    let end = i + 1;
    for (let next = labels[end]; next && sameDecision(next, decision); next = labels[end]) end++;
    const last = onsets.at(-1);
    const lasts = (end - i) * stepS >= minimumS;
    if (lasts && !(last && sameDecision(last.decision, decision)))
      onsets.push({ index: i, decision });
    i = end;
  }
  return onsets;
}

/** The decision that a drive is about: of those with a cause other than a clear road, the one that lasts longest. */
export function mainDecision({ labels, scene, durationS }: LabelledDrive): Decision {
  const { startS, stepS } = scene.clock;
  const first = Math.round(-startS / stepS);
  const onCamera = labels.slice(first, first + Math.round(durationS / stepS) + 1);
  const lasting = new Map<string, { steps: number; decision: Decision }>();
  for (const decision of onCamera) {
    if (decision.causeKind === 'clear_road') continue;
    const name = sentenceOf(decision);
    const steps = (lasting.get(name)?.steps ?? 0) + 1;
    lasting.set(name, { steps, decision });
  }
  const [longest] = [...lasting.values()].sort((a, b) => b.steps - a.steps);
  const [any] = onCamera;
  const decision = longest?.decision ?? any;
  if (!decision) throw new RangeError('a drive without labels');
  return decision;
}

interface LabelledDrive {
  readonly labels: readonly Decision[];
  readonly scene: Scene;
  readonly durationS: number;
}

interface Moment {
  readonly i: number;
  readonly tS: number;
  readonly stops: boolean;
  readonly speedMps: number;
  /** What the vehicle stood or slowed for, until it is at speed again. */
  readonly blocker: CauseKind | null;
}

function visibleConstraint(
  scene: Scene,
  ego: EgoDrive,
  states: AgentStates,
  at: Moment,
): Decision | null {
  const { stepS } = scene.clock;
  const first = at.i + Math.round(scene.ego.traits.reactionS / stepS);
  const last = first + Math.round(FORESIGHT_S / stepS);
  for (let j = first; j <= last; j += 5) {
    const mode = ego.modes[Math.min(j, ego.modes.length - 1)];
    if (!mode || mode.kind === 'free') continue;
    const decision = decisionOf(scene, states, mode, at, j === first);
    if (decision) return decision;
  }
  return null;
}

/** The decision that a driver's constraint means at a moment; null when its cause cannot be seen yet. */
function decisionOf(
  scene: Scene,
  states: AgentStates,
  mode: Exclude<DriverMode, { kind: 'free' }>,
  at: Moment,
  now: boolean,
): Decision | null {
  const keepLane = { lateral: 'keep_lane', direction: null } as const;
  switch (mode.kind) {
    case 'curve': {
      const causeKind = mode.direction === 'left' ? 'curve_left' : 'curve_right';
      return { longitudinal: 'adapt_speed', ...keepLane, causeKind, causeTrackId: null };
    }
    case 'stop_target': {
      const { target } = mode;
      if (at.tS < target.fromS || at.tS >= target.untilS) return null;
      const causeTrackId = target.trackId;
      if (target.kind === 'pedestrian') {
        return {
          longitudinal: 'yield',
          ...keepLane,
          causeKind: 'pedestrian_crossing',
          causeTrackId,
        };
      }
      const amber = scene.light && lightColourAt(scene.light, at.tS) === 'amber';
      const causeKind = amber ? 'amber_light' : 'red_light';
      const longitudinal = at.stops ? 'stop' : 'adapt_speed';
      return { longitudinal, ...keepLane, causeKind, causeTrackId };
    }
    case 'lead': {
      const lead = states.at(mode.trackId, at.tS);
      if (!lead) return null;
      const decision = leadDecision(scene, mode.trackId, lead, at, now);
      return decision && { ...keepLane, causeTrackId: mode.trackId, ...decision };
    }
  }
}

function leadDecision(
  scene: Scene,
  trackId: string,
  lead: AgentState,
  at: Moment,
  now: boolean,
): Pick<Decision, 'longitudinal' | 'causeKind'> | null {
  const { cutIn } = scene.ego;
  if (cutIn && trackId === cutIn.trackId) {
    if (at.tS < cutIn.visibleFromS) return null;
    if (at.tS < cutIn.visibleFromS + CUT_IN_NAMED_S) {
      return { longitudinal: 'keep_distance', causeKind: `cut_in_${cutIn.from}` };
    }
  }
  if (lead.speedMps < 0.5) {
    return at.stops
      ? { longitudinal: 'stop', causeKind: 'lead_stopped' }
      : { longitudinal: 'adapt_speed', causeKind: 'lead_stopped' };
  }
  if (lead.braking) {
    return { longitudinal: at.stops ? 'stop' : 'keep_distance', causeKind: 'lead_braking' };
  }
  const held = at.blocker === 'lead_stopped' || at.blocker === 'lead_braking';
  if (held && lead.speedMps > at.speedMps + 0.3) {
    return { longitudinal: 'resume_speed', causeKind: 'lead_moving_off' };
  }
  const slower = lead.speedMps < at.speedMps - 1;
  return now || slower ? { longitudinal: 'keep_distance', causeKind: 'lead_slower' } : null;
}

const GOES_BECAUSE: Partial<Record<CauseKind, CauseKind>> = {
  red_light: 'green_light',
  amber_light: 'green_light',
  lead_stopped: 'lead_moving_off',
  lead_braking: 'lead_moving_off',
  pedestrian_crossing: 'pedestrian_gone',
};

function freeDriving(scene: Scene, at: Moment): Decision {
  const slow = at.speedMps < 0.85 * scene.ego.traits.desiredSpeedMps;
  const released = slow && at.blocker ? GOES_BECAUSE[at.blocker] : undefined;
  return {
    longitudinal: 'resume_speed',
    lateral: 'keep_lane',
    direction: null,
    causeKind: released ?? 'clear_road',
    causeTrackId: null,
  };
}

function laneChangeAt(scene: Scene, ego: EgoDrive, tS: number) {
  const plan = scene.ego.laneChange;
  if (!plan || ego.laneChangeFromS === null) return null;
  const fromS = ego.laneChangeFromS - scene.ego.traits.reactionS;
  const untilS = ego.laneChangeFromS + LANE_CHANGE_NAMED_SHARE * plan.durationS;
  if (tS < fromS || tS > untilS) return null;
  return {
    lateral: 'lane_change',
    direction: plan.direction,
    causeKind: plan.cause,
    causeTrackId: plan.behindTrackId,
  } as const;
}

/** 1 where the vehicle stands at some time from now to the horizon. */
function standingAhead(scene: Scene, ego: EgoDrive): Uint8Array {
  const horizon = Math.round(STOP_HORIZON_S / scene.clock.stepS);
  const stands = new Uint8Array(scene.clock.count);
  let nextStanding = Infinity;
  for (let i = scene.clock.count - 1; i >= 0; i--) {
    if ((ego.speedMps[i] ?? 0) < STANDING_MPS) nextStanding = i;
    stands[i] = nextStanding - i <= horizon ? 1 : 0;
  }
  return stands;
}

class AgentStates {
  readonly #byId: ReadonlyMap<string, (tS: number) => AgentState>;

  constructor(scene: Scene) {
    this.#byId = new Map(scene.agents.map((agent) => [agent.trackId, (tS) => agent.at(tS)]));
  }

  at(trackId: string, tS: number): AgentState | undefined {
    return this.#byId.get(trackId)?.(tS);
  }
}
