/**
 * What the ego vehicle decided and why, in the closed vocabulary of the public Chain-of-Causation autolabeler
 * (`vocab: oss`, NVlabs/alpamayo-coc-autolabeler; 7 longitudinal and 6 lateral decisions). The generator uses those
 * that it can act out. "Resume speed" covers set-speed tracking, as in the public mapping.
 */
export const LONGITUDINAL_DECISIONS = [
  'stop',
  'yield',
  'keep_distance',
  'adapt_speed',
  'resume_speed',
] as const;
export type LongitudinalDecision = (typeof LONGITUDINAL_DECISIONS)[number];

export const LATERAL_DECISIONS = ['keep_lane', 'lane_change'] as const;
export type LateralDecision = (typeof LATERAL_DECISIONS)[number];

export type Direction = 'left' | 'right';

/** Cause -> the clause after "because". */
export const CAUSES = {
  clear_road: 'the road ahead is clear',
  red_light: 'the traffic light is red',
  amber_light: 'the traffic light is turning red',
  green_light: 'the traffic light is green',
  lead_stopped: 'the lead vehicle is stopped ahead',
  lead_braking: 'the lead vehicle is braking',
  lead_slower: 'a slower lead vehicle is ahead',
  lead_moving_off: 'the lead vehicle is moving off',
  cut_in_left: 'a vehicle is cutting in from the left',
  cut_in_right: 'a vehicle is cutting in from the right',
  pedestrian_crossing: 'a pedestrian is crossing the road ahead',
  pedestrian_gone: 'the pedestrian has left the lane',
  curve_left: 'the road bends to the left',
  curve_right: 'the road bends to the right',
  slow_vehicle: 'a slow vehicle is ahead and the next lane is free',
  blocked_lane: 'the lane ahead is blocked and the next lane is free',
} as const;
export type CauseKind = keyof typeof CAUSES;

export interface Decision {
  readonly longitudinal: LongitudinalDecision;
  readonly lateral: LateralDecision;
  /** Only with a lane change. */
  readonly direction: Direction | null;
  readonly causeKind: CauseKind;
  /** The track that is the cause; null when it is no agent. */
  readonly causeTrackId: string | null;
}

const VERBS: Readonly<Record<LongitudinalDecision, string>> = {
  stop: 'Stop',
  yield: 'Yield',
  keep_distance: 'Keep distance',
  adapt_speed: 'Adapt speed',
  resume_speed: 'Resume speed',
};

/** The sentence of a decision: `Stop because the lead vehicle is stopped ahead`. */
export function sentenceOf(decision: Decision): string {
  const because = `because ${CAUSES[decision.causeKind]}`;
  if (decision.lateral === 'lane_change' && decision.direction) {
    return `Change lane to the ${decision.direction} ${because}`;
  }
  return `${VERBS[decision.longitudinal]} ${because}`;
}

/** Whether two decisions are the same answer to the same cause. */
export function sameDecision(a: Decision, b: Decision): boolean {
  return (
    a.longitudinal === b.longitudinal &&
    a.lateral === b.lateral &&
    a.direction === b.direction &&
    a.causeKind === b.causeKind &&
    a.causeTrackId === b.causeTrackId
  );
}
