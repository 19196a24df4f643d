import { DEGREES, rounded } from './figures.ts';
import { firstSlowerS, firstTurnedS } from './past-motion.ts';
import type { PastMotion, RecordedFuture } from './past-motion.ts';
import type { TextSpan } from './trace.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Verdict } from './verdict.ts';

/**
 * Chain breaks: what a trace says that the time before t0 cannot hold. A cause lies in the 2 s before t0 (causal
 * locality, section 3 of arXiv 2511.00088), so words about later times and claims that only the future makes true show
 * that the reason was not the reason. A history that is too short, or in between, gives `undetermined` and no break.
 */

/** Causes come from this long before t0. */
export const CAUSAL_S = 2;
/** Slower than this, the vehicle stands; as in the community's checks of stops. */
export const STANDS_BELOW_MPS = 0.5;
/** A history that never is slower than this did not stand. */
export const MOVES_ABOVE_MPS = 1;
/** No passenger car pulls away faster: how fast one can be that stood before the history began. */
export const PULLS_AWAY_MPS2 = 4;
/** A turn shows in the heading of the last 2 s; less than this is keeping the lane. */
export const STRAIGHT_BELOW_DEG = 5;
/** As K03 of the community's checks: less than this is no turn. */
export const TURNS_ABOVE_DEG = 15;
/** A lane change that has just ended still shows as a path off the straight line; a gentle curve shows as well. */
export const ON_LINE_BELOW_M = 0.3;
/** Shorter histories, and vehicles that moved less, say nothing about turns and lanes. */
export const ENOUGH_HISTORY_S = 1;
export const ENOUGH_DISTANCE_M = 3;

/** In the order of their metrics. */
export const BREAK_RULES = [
  'break.future_words',
  'break.has_stopped',
  'break.has_turned',
  'break.has_changed_lane',
  'break.later_claim',
] as const;
export type BreakRule = (typeof BREAK_RULES)[number];

/** The motion that claims are held against. */
export interface RecordedMotion {
  readonly past: PastMotion;
  readonly future: RecordedFuture;
}

/** Judges what a trace says about times: a verdict for every remark that is about one. */
export function judgeChain({ sample, text, parsed }: ReadTrace, motion: RecordedMotion): Verdict[] {
  const verdicts: Verdict[] = [];
  const add = (span: TextSpan, judged: Judged | undefined): void => {
    if (judged !== undefined) verdicts.push({ ...judged, sample, axis: null, span });
  };
  for (const { kind, span } of parsed.remarks) {
    switch (kind) {
      case 'future_words':
        add(span, futureWords(text.slice(span.start, span.end)));
        break;
      case 'ego_has_stopped':
        add(span, hasStopped(motion));
        add(span, stopsLater(motion));
        break;
      case 'ego_has_turned':
        add(span, hasTurned(motion));
        add(span, turnsLater(motion));
        break;
      case 'ego_has_changed_lane':
        add(span, hasChangedLane(motion));
        break;
      case 'hedge':
      case 'repetition':
        break;
    }
  }
  return verdicts;
}

type Judged = Pick<Verdict, 'outcome' | 'reason' | 'figures'> & { readonly rule: BreakRule };

function futureWords(words: string): Judged {
  return {
    rule: 'break.future_words',
    outcome: 'broken',
    reason: `"${words}" is about a time after t0, which nobody has seen who decides at t0.`,
    figures: {},
  };
}

function hasStopped({ past }: RecordedMotion): Judged {
  const { spanS, slowestMps } = past;
  const outcome = stoodInPast(past);
  const slowest = `slowest speed in the ${rounded(spanS, 1)} s before t0: ${rounded(slowestMps, 1)} m/s`;
  return {
    rule: 'break.has_stopped',
    outcome,
    reason:
      outcome === 'broken'
        ? `The vehicle has not stopped (${slowest}).`
        : outcome === 'supported'
          ? `The vehicle stood (${slowest}).`
          : `Whether the vehicle has stopped cannot be seen (${slowest}).`,
    figures: {
      slowestHistoryMps: rounded(slowestMps),
      earliestHistoryMps: rounded(past.earliestMps),
      historyS: rounded(spanS),
      standsBelowMps: STANDS_BELOW_MPS,
      movesAboveMps: MOVES_ABOVE_MPS,
    },
  };
}

/** A history that begins late may hide a stop, but not when its first speed is beyond what can be gained since. */
function stoodInPast({ spanS, slowestMps, earliestMps }: PastMotion): Verdict['outcome'] {
  if (slowestMps < STANDS_BELOW_MPS) return 'supported';
  const reachableMps = STANDS_BELOW_MPS + PULLS_AWAY_MPS2 * Math.max(CAUSAL_S - spanS, 0);
  return slowestMps > MOVES_ABOVE_MPS && earliestMps > reachableMps ? 'broken' : 'undetermined';
}

function stopsLater({ past, future }: RecordedMotion): Judged | undefined {
  if (stoodInPast(past) !== 'broken') return undefined;
  const trueAtS = firstSlowerS(future, STANDS_BELOW_MPS);
  if (trueAtS === undefined) return undefined;
  return laterClaim('has stopped', trueAtS, { slowestHistoryMps: rounded(past.slowestMps) });
}

function hasTurned({ past }: RecordedMotion): Judged {
  const turnedDeg = past.headingChangeRad * DEGREES;
  const outcome = turnedInPast(past);
  const heading = `the heading changed by ${rounded(turnedDeg, 1)} degrees in the ${rounded(past.spanS, 1)} s before t0`;
  return {
    rule: 'break.has_turned',
    outcome,
    reason:
      outcome === 'broken'
        ? `The vehicle has not turned: ${heading}.`
        : outcome === 'supported'
          ? `The vehicle turned: ${heading}.`
          : `Whether the vehicle has turned cannot be seen: ${heading}.`,
    figures: {
      headingChangeDeg: rounded(turnedDeg),
      historyS: rounded(past.spanS),
      distanceM: rounded(past.distanceM),
      straightBelowDeg: STRAIGHT_BELOW_DEG,
      turnsAboveDeg: TURNS_ABOVE_DEG,
    },
  };
}

function turnedInPast(past: PastMotion): Verdict['outcome'] {
  const turnedDeg = past.headingChangeRad * DEGREES;
  if (turnedDeg >= TURNS_ABOVE_DEG) return 'supported';
  return isLongEnough(past) && turnedDeg < STRAIGHT_BELOW_DEG ? 'broken' : 'undetermined';
}

function turnsLater({ past, future }: RecordedMotion): Judged | undefined {
  if (turnedInPast(past) !== 'broken') return undefined;
  const trueAtS = firstTurnedS(future, TURNS_ABOVE_DEG / DEGREES);
  if (trueAtS === undefined) return undefined;
  const headingChangeDeg = rounded(past.headingChangeRad * DEGREES);
  return laterClaim('has turned', trueAtS, { headingChangeDeg });
}

/** Never supported: without a map, a lane change in the history looks like a curve. */
function hasChangedLane({ past }: RecordedMotion): Judged {
  const isBroken = isLongEnough(past) && past.sidewaysM < ON_LINE_BELOW_M;
  const line = `the ${rounded(past.spanS, 1)} s before t0 lie within ${rounded(past.sidewaysM, 2)} m of a straight line`;
  return {
    rule: 'break.has_changed_lane',
    outcome: isBroken ? 'broken' : 'undetermined',
    reason: isBroken
      ? `The vehicle has not changed lanes: ${line}.`
      : `Whether the vehicle has changed lanes cannot be seen: ${line}.`,
    figures: {
      sidewaysM: rounded(past.sidewaysM),
      historyS: rounded(past.spanS),
      distanceM: rounded(past.distanceM),
      onLineBelowM: ON_LINE_BELOW_M,
    },
  };
}

function isLongEnough({ spanS, distanceM }: PastMotion): boolean {
  return spanS >= ENOUGH_HISTORY_S && distanceM >= ENOUGH_DISTANCE_M;
}

/** A claim about the past that the recorded future makes true, and the history does not. */
function laterClaim(claim: string, trueAtS: number, figures: Verdict['figures']): Judged {
  return {
    rule: 'break.later_claim',
    outcome: 'broken',
    reason: `"${claim}" comes true ${rounded(trueAtS, 1)} s after t0 in the recorded future; the history contradicts it.`,
    figures: { ...figures, trueAtS: rounded(trueAtS) },
  };
}

/**
 * The break in a cause that boxes contradict before t0 and make true after it: the object appears, or stands, later only.
 * Undefined for every other verdict.
 */
export function laterCause(grounded: Verdict): Verdict | undefined {
  const { trueAtS } = grounded.figures;
  if (grounded.outcome !== 'contradicted' || typeof trueAtS !== 'number') return undefined;
  return {
    ...grounded,
    rule: 'break.later_claim',
    outcome: 'broken',
    reason: `The cause comes true ${rounded(trueAtS, 1)} s after t0 in the recorded boxes; those before t0 contradict it.`,
  };
}
