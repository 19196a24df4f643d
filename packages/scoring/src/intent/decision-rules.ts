import { DECISION_BOUNDS } from './decision-bounds.ts';
import { EARLY_S } from './path-motion.ts';
import type { PathMotion } from './path-motion.ts';
import type { Direction, LateralDecision, LongitudinalDecision } from './trace.ts';

/** What the motion says about a decision. */
export type JudgedOutcome = 'supported' | 'contradicted' | 'undetermined';

/** One way in which a rule can end. */
export interface Finding {
  readonly outcome: JudgedOutcome;
  /** What the path does, as a sentence about "the plan" or "the recorded future" goes on. */
  readonly says: string;
}

export type Figures = Readonly<Record<string, number | string>>;

/** How one decision is judged. `find` builds nothing, so that it can run for every sample of a sweep. */
export interface DecisionRule {
  readonly find: (motion: PathMotion, direction: Direction | null) => Finding;
  /** Figures and bounds that decide. */
  readonly figures: (motion: PathMotion) => Figures;
}

const supported = (says: string): Finding => ({ outcome: 'supported', says });
const contradicted = (says: string): Finding => ({ outcome: 'contradicted', says });
const undetermined = (says: string): Finding => ({ outcome: 'undetermined', says });

const {
  stopMps,
  yieldDropMps,
  changeMps,
  slowsMps,
  crawlMps,
  movesOffMps,
  waitsS,
  firstActionS,
  movesM,
  nudgeM,
  noNudgeM,
  outOfLaneM,
  returnsM,
  turnRad,
  noTurnRad,
  turnRadPerM,
  keepLaneRad,
} = DECISION_BOUNDS;

const F = {
  keepsStanding: supported('stands at the end'),
  stands: supported('comes to a stand'),
  movesOff: contradicted('moves off and does not stop'),
  neverSlows: contradicted('does not slow down'),
  slowsOnly: undetermined('slows down but does not stand within the horizon'),
  slows: supported('slows down'),
  waits: supported('stands and waits'),
  speedsUp: contradicted('speeds up and never slows'),
  keepsSpeed: contradicted('keeps its speed'),
  keepsLowSpeed: undetermined('keeps a low speed'),
  hardlyChanges: undetermined('hardly changes its speed'),
  changesPast: undetermined('keeps the speed that it had changed to before t0'),
  speedsUpOnly: undetermined('speeds up, which says nothing about what is ahead'),
  holdsOrGains: supported('keeps or gains speed'),
  endsStanding: contradicted('ends up standing'),
  brakesHard: contradicted('decelerates strongly'),
  brakesLater: undetermined('decelerates strongly, but later'),
  stopsLater: undetermined('ends up standing, but keeps its speed at first'),
  slowsForSomething: undetermined('slows down gently'),
  slowsAsFollower: supported('slows down, as behind somebody slower'),
  noLeadKnown: undetermined('does nothing that a lead vehicle would have to be known for'),
  gains: supported('speeds up'),
  losesSpeed: contradicted('slows down'),
  gapUnseen: undetermined('does nothing that would show a search for a gap'),
  keepsLane: supported('stays in its lane'),
  leavesLane: contradicted('changes lane'),
  turnsOff: contradicted('turns off'),
  leavesLaneLater: undetermined('changes lane, but later'),
  turnsOffLater: undetermined('turns off, but later'),
  maybeTurn: undetermined('bends further than roads usually do'),
  unclear: undetermined('moves in a way that has no clear place on the road'),
  changesLane: supported('changes lane'),
  changesOther: contradicted('changes lane to the other side'),
  staysInLane: contradicted('stays in its lane'),
  hardlyMoves: undetermined('hardly moves'),
  begunOnly: undetermined('moves to the side, but by less than a lane'),
  turnsInstead: contradicted('turns'),
  roadMayDo: undetermined('stays on a course that the road may bring there by itself'),
  shifts: supported('moves to the side'),
  shiftsOther: contradicted('moves to the other side'),
  noShift: contradicted('does not move to the side'),
  littleShift: undetermined('moves to the side a little'),
  leavesLaneByFar: contradicted('moves to the side by a whole lane'),
  placeUnknown: undetermined('has an unknown place in its lane'),
  pullsOver: supported('slows down and moves to the side'),
  keepsGoing: contradicted('keeps or gains speed'),
  turns: supported('turns'),
  turnsOther: contradicted('turns to the other side'),
  noTurn: contradicted('does not turn'),
  bends: undetermined('bends as a road may'),
  comesBack: supported('moves to the side and back'),
  completes: contradicted('completes the lane change'),
  noReturn: undetermined('shows no manoeuvre that is broken off'),
} as const satisfies Record<string, Finding>;

const drop = (motion: PathMotion): number => motion.speedAtT0Mps - motion.minSpeedMps;
const rise = (motion: PathMotion): number => motion.maxSpeedMps - motion.speedAtT0Mps;
const endsStanding = (motion: PathMotion): boolean => motion.endSpeedMps < stopMps;

const speeds = (motion: PathMotion) => ({
  speedAtT0Mps: motion.speedAtT0Mps,
  minSpeedMps: motion.minSpeedMps,
  maxSpeedMps: motion.maxSpeedMps,
  endSpeedMps: motion.endSpeedMps,
});

/** Seven rules of the longitudinal axis. */
const LONGITUDINAL: Readonly<Record<LongitudinalDecision, DecisionRule>> = {
  stop: {
    find: (motion) => {
      if (endsStanding(motion)) return motion.speedAtT0Mps < stopMps ? F.keepsStanding : F.stands;
      const startsStanding = motion.speedAtT0Mps < stopMps;
      if (startsStanding) return motion.endSpeedMps >= movesOffMps ? F.movesOff : F.hardlyChanges;
      if (motion.minSpeedMps < stopMps) return F.stands;
      if (drop(motion) >= slowsMps) return F.slowsOnly;
      return drop(motion) < yieldDropMps ? F.neverSlows : F.slowsOnly;
    },
    figures: (motion) => ({ ...speeds(motion), stopBelowMps: stopMps, slowsByMps: slowsMps }),
  },
  yield: {
    find: (motion) => {
      if (motion.standingS >= waitsS || endsStanding(motion)) return F.waits;
      if (drop(motion) >= yieldDropMps) return F.slows;
      if (motion.speedAtT0Mps < crawlMps) {
        return motion.endSpeedMps >= crawlMps + changeMps ? F.speedsUp : F.keepsLowSpeed;
      }
      return rise(motion) >= changeMps ? F.speedsUp : F.keepsSpeed;
    },
    figures: (motion) => ({
      ...speeds(motion),
      standingS: motion.standingS,
      slowsByMps: yieldDropMps,
      lowSpeedMps: crawlMps,
    }),
  },
  adapt_speed: {
    find: (motion) => {
      if (drop(motion) >= changeMps) return F.slows;
      if (rise(motion) >= changeMps) return F.speedsUpOnly;
      if (motion.pastSpeedChangeMps <= -changeMps) return F.changesPast;
      if (Math.max(drop(motion), rise(motion)) >= yieldDropMps) return F.hardlyChanges;
      return motion.speedAtT0Mps < crawlMps ? F.keepsLowSpeed : F.keepsSpeed;
    },
    figures: (motion) => ({
      ...speeds(motion),
      pastSpeedChangeMps: motion.pastSpeedChangeMps,
      changesByMps: changeMps,
    }),
  },
  set_speed: {
    find: (motion) => {
      if (endsStanding(motion)) {
        const slowsEarly = motion.earlyAccelMps2 * EARLY_S <= -changeMps;
        return slowsEarly || motion.speedAtT0Mps < stopMps ? F.endsStanding : F.stopsLater;
      }
      const braking = motion.longitudinal.find(({ action }) => action === 'StrongDeceleration');
      // A segment may have begun before t0 and hold nothing but the end of that braking.
      if (braking && drop(motion) >= changeMps)
        return braking.startS < firstActionS ? F.brakesHard : F.brakesLater;
      return drop(motion) >= changeMps && motion.endSpeedMps < motion.speedAtT0Mps
        ? F.slowsForSomething
        : F.holdsOrGains;
    },
    figures: (motion) => ({
      ...speeds(motion),
      earlyAccelMps2: motion.earlyAccelMps2,
      stopBelowMps: stopMps,
      slowsByMps: changeMps,
      firstActionS,
    }),
  },
  follow_lead: {
    find: (motion) =>
      drop(motion) >= changeMps || motion.standingS >= waitsS ? F.slowsAsFollower : F.noLeadKnown,
    figures: (motion) => ({ ...speeds(motion), slowsByMps: changeMps }),
  },
  gap_search: {
    find: () => F.gapUnseen,
    figures: speeds,
  },
  pass: {
    find: (motion) => {
      if (endsStanding(motion)) return F.endsStanding;
      if (rise(motion) >= changeMps) return F.gains;
      return drop(motion) >= changeMps ? F.losesSpeed : F.hardlyChanges;
    },
    figures: (motion) => ({ ...speeds(motion), changesByMps: changeMps }),
  },
};

const isOther = (direction: Direction | null, than: Direction | null): boolean =>
  direction !== null && than !== null && direction !== than;

/** How far it goes to a side; to either when none is stated. NaN where that cannot be told. */
function shiftM({ course }: PathMotion, direction: Direction | null): number {
  if (direction === 'left') return course.leftM;
  if (direction === 'right') return course.rightM;
  return Math.max(course.leftM, course.rightM);
}

function otherShiftM({ course }: PathMotion, direction: Direction | null): number {
  if (direction === null) return 0;
  return direction === 'left' ? course.rightM : course.leftM;
}

const place = ({ course, distanceM }: PathMotion) => ({
  course: course.direction === null ? course.kind : `${course.kind} ${course.direction}`,
  roadFrom: course.basis,
  distanceM,
  ...(Number.isNaN(course.beginsS) ? {} : { beginsS: course.beginsS }),
  ...(Number.isNaN(course.leftM)
    ? {}
    : { leftM: course.leftM, rightM: course.rightM, offsetM: course.offsetM }),
});

const turning = ({ headingChangeRad, sharpestRadPerM }: PathMotion) => ({
  headingChangeRad,
  sharpestRadPerM,
});

/** A lane change that the road has to be known for: merging, splitting. */
const onOtherLane: DecisionRule = {
  find: ({ course }, direction) => {
    if (course.kind !== 'lane_change') return F.roadMayDo;
    return isOther(direction, course.direction) ? F.changesOther : F.changesLane;
  },
  figures: place,
};

function nudgeRule(shownM: number, mayChangeLane: boolean): DecisionRule {
  return {
    find: (motion, direction) => {
      if (motion.distanceM < movesM) return F.hardlyMoves;
      if (motion.course.kind === 'lane_change') {
        if (isOther(direction, motion.course.direction)) return F.shiftsOther;
        return mayChangeLane ? F.shifts : F.leavesLaneByFar;
      }
      const own = shiftM(motion, direction);
      if (Number.isNaN(own)) return F.placeUnknown;
      if (own >= shownM) return F.shifts;
      if (own < noNudgeM)
        return otherShiftM(motion, direction) >= nudgeM ? F.shiftsOther : F.noShift;
      return F.littleShift;
    },
    figures: (motion) => ({ ...place(motion), shownFromM: shownM, absentBelowM: noNudgeM }),
  };
}

/** Ten rules of the lateral axis. */
const LATERAL: Readonly<Record<LateralDecision, DecisionRule>> = {
  keep_lane: {
    find: ({ course, headingChangeRad }) => {
      const isFirst = course.beginsS < firstActionS;
      if (course.kind === 'lane_change') return isFirst ? F.leavesLane : F.leavesLaneLater;
      if (course.kind === 'turn') return isFirst ? F.turnsOff : F.turnsOffLater;
      if (course.kind === 'unclear') return F.unclear;
      return Math.abs(headingChangeRad) > keepLaneRad ? F.maybeTurn : F.keepsLane;
    },
    figures: (motion) => ({
      ...place(motion),
      headingChangeRad: motion.headingChangeRad,
      farthestRad: keepLaneRad,
    }),
  },
  lane_change: {
    find: ({ course, distanceM }, direction) => {
      if (course.kind === 'lane_change') {
        return isOther(direction, course.direction) ? F.changesOther : F.changesLane;
      }
      if (distanceM < movesM) return F.hardlyMoves;
      if (course.kind === 'lane') return F.staysInLane;
      if (course.kind === 'turn') return F.turnsInstead;
      return Number.isNaN(course.offsetM) ? F.unclear : F.begunOnly;
    },
    figures: place,
  },
  merge: onOtherLane,
  split: onOtherLane,
  nudge: nudgeRule(nudgeM, true),
  nudge_in_lane: nudgeRule(nudgeM, false),
  nudge_out_of_lane: nudgeRule(outOfLaneM, true),
  pull_over: {
    find: (motion, direction) => {
      const isSlowing = drop(motion) >= slowsMps || endsStanding(motion);
      if (!isSlowing) return motion.speedAtT0Mps < crawlMps ? F.keepsLowSpeed : F.keepsGoing;
      const own = shiftM(motion, direction);
      if (Number.isNaN(own)) return F.placeUnknown;
      if (own >= nudgeM) return F.pullsOver;
      return otherShiftM(motion, direction) >= outOfLaneM ? F.shiftsOther : F.littleShift;
    },
    figures: (motion) => ({
      ...place(motion),
      ...speeds(motion),
      slowsByMps: slowsMps,
      shownFromM: nudgeM,
    }),
  },
  turn: {
    find: ({ headingChangeRad, sharpestRadPerM, distanceM }, direction) => {
      const turnedRad = Math.abs(headingChangeRad);
      const turnedTo = headingChangeRad > 0 ? 'left' : 'right';
      if (turnedRad < noTurnRad) return distanceM < movesM ? F.hardlyMoves : F.noTurn;
      if (isOther(direction, turnedTo)) return F.turnsOther;
      return turnedRad >= turnRad && sharpestRadPerM >= turnRadPerM ? F.turns : F.bends;
    },
    figures: (motion) => ({
      ...turning(motion),
      distanceM: motion.distanceM,
      turnsFromRad: turnRad,
      noTurnBelowRad: noTurnRad,
    }),
  },
  abort: {
    find: ({ course }) => {
      if (course.kind === 'lane_change') return F.completes;
      const most = Math.max(course.leftM, course.rightM);
      return most >= nudgeM && Math.abs(course.offsetM) <= returnsM ? F.comesBack : F.noReturn;
    },
    figures: (motion) => ({ ...place(motion), shownFromM: nudgeM, backWithinM: returnsM }),
  },
};

/** The rule of a decision; its id is the decision's name. */
export const DECISION_RULES: Readonly<
  Record<LongitudinalDecision | LateralDecision, DecisionRule>
> = {
  ...LONGITUDINAL,
  ...LATERAL,
};
