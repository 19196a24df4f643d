import {
  OBJECT_MOVES_ABOVE_MPS,
  OBJECT_STANDS_BELOW_MPS,
  firstStandsS,
  movesAs,
  speedsOf,
} from './object-motion.ts';
import { CAUSAL_S } from './chain-breaks.ts';
import { rounded } from './figures.ts';
import { canLead, isLabelled, isOfKind } from './object-classes.ts';
import type { Answer } from './object-classes.ts';
import {
  AHEAD_WITHIN_M,
  LEAD_RANGE_M,
  LEAD_WITHIN_M,
  SIDE_DEAD_ZONE_M,
  isAt,
  isOnWay,
} from './object-place.ts';
import type { SeenObject, SeenScene } from './seen-objects.ts';
import type { ObjectKind, ObjectMotion, ObjectPlace, StatedCause } from './trace.ts';
import type { Verdict } from './verdict.ts';

/**
 * Grounding: is the object that a trace names as its cause there? Asked of the recorded boxes, in this order:
 * ground.object        is there an object of that kind
 * ground.seen_in_time  was it seen in the 2 s before t0, within 100 m
 * ground.lead          is it the nearest vehicle on the way ahead, when the trace says that it is followed
 * ground.side          was it where the trace says
 * ground.motion        did it move as the trace says
 * Each question keeps the objects that answer it; the first one that no object answers decides against the cause, and
 * the last one that was asked decides for it. Objects for which an answer is not sure make it `undetermined`.
 */
export const GROUND_RULES = [
  'ground.object',
  'ground.seen_in_time',
  'ground.lead',
  'ground.side',
  'ground.motion',
] as const;
export type GroundRule = (typeof GROUND_RULES)[number];

/** Farther away, labels are thin. */
export const GROUND_RANGE_M = 100;

/** Whether boxes could show a cause at all. */
export function isGroundable({ category }: StatedCause): boolean {
  return category === 'critical_object';
}

/**
 * Judges one cause that names an object, with one verdict.
 * @param scene undefined when the drive has no labels of obstacles
 */
export function groundCause(
  cause: StatedCause,
  sample: number,
  scene: SeenScene | undefined,
): Verdict {
  return { ...judge(cause, scene), sample, axis: null, span: cause.span };
}

type Judged = Pick<Verdict, 'outcome' | 'reason' | 'figures'> & { readonly rule: GroundRule };

/** Objects that answer every question so far: surely, or perhaps. */
interface Field {
  readonly sure: readonly SeenObject[];
  readonly perhaps: readonly SeenObject[];
}

function judge(cause: StatedCause, scene: SeenScene | undefined): Judged {
  const unknown = (reason: string): Judged => ({
    rule: 'ground.object',
    outcome: 'undetermined',
    reason,
    figures: {},
  });
  const kind = cause.object ?? (cause.isLead ? 'vehicle' : null);
  if (scene === undefined) return unknown('The drive has no labels of obstacles.');
  if (kind === null) return unknown('The text does not say which kind of object it is.');
  if (!scene.coversPast) return unknown('The labels of obstacles begin after t0.');

  let before: Field = { sure: scene.objects, perhaps: [] };
  let decided: GroundRule = 'ground.object';
  for (const { rule, answer, against } of questionsOf(cause, kind, scene)) {
    const field = narrow(before, answer);
    decided = rule;
    if (field.sure.length > 0) before = field;
    else if (field.perhaps.length > 0) return undetermined(rule, field.perhaps);
    else return against(before);
  }
  return supported(decided, before.sure);
}

interface Question {
  readonly rule: GroundRule;
  readonly answer: (object: SeenObject) => Answer;
  /** The verdict when no object answers it, not even perhaps. */
  readonly against: (before: Field) => Judged;
}

function narrow({ sure, perhaps }: Field, answer: Question['answer']): Field {
  const [kept, unsure]: [SeenObject[], SeenObject[]] = [[], []];
  for (const object of sure) {
    const answered = answer(object);
    if (answered === 'yes') kept.push(object);
    else if (answered === 'unsure') unsure.push(object);
  }
  for (const object of perhaps) if (answer(object) !== 'no') unsure.push(object);
  return { sure: kept, perhaps: unsure };
}

function questionsOf(cause: StatedCause, kind: ObjectKind, scene: SeenScene): Question[] {
  const { place, motion, isLead } = cause;
  const questions = [ofKind(kind), seenInTime(kind)];
  if (isLead) questions.push(leads(kind, scene));
  else if (place !== null) questions.push(atPlace(kind, place));
  if (motion !== null) questions.push(inMotion(kind, motion));
  return questions;
}

function ofKind(kind: ObjectKind): Question {
  return {
    rule: 'ground.object',
    answer: ({ obstacle }) => isOfKind(obstacle.className, kind),
    against: ({ sure }) => {
      const reason = `Among ${sure.length} labelled objects is no ${NOUNS[kind]}.`;
      const figures = { labelledObjects: sure.length };
      return isLabelled(kind)
        ? contradicted('ground.object', reason, figures)
        : { ...contradicted('ground.object', reason, figures), outcome: 'undetermined' };
    },
  };
}

function seenInTime(kind: ObjectKind): Question {
  return {
    rule: 'ground.seen_in_time',
    answer: ({ sights, distanceM }) => {
      if (sights.length === 0) return 'no';
      return distanceM <= GROUND_RANGE_M ? 'yes' : 'unsure';
    },
    against: ({ sure, perhaps }) => {
      const firstAfterS = Math.min(
        ...[...sure, ...perhaps].map(({ firstAfterS: s }) => (Number.isNaN(s) ? Infinity : s)),
      );
      const reason = `No ${NOUNS[kind]} was seen in the ${CAUSAL_S} s before t0`;
      if (firstAfterS === Infinity) {
        return contradicted('ground.seen_in_time', `${reason}, and none after it.`, {});
      }
      const figures = { trueAtS: rounded(firstAfterS), seenWithinS: CAUSAL_S };
      const later = `${reason}; the first one appears ${rounded(firstAfterS, 1)} s after t0.`;
      return contradicted('ground.seen_in_time', later, figures);
    },
  };
}

function leads(kind: ObjectKind, { objects }: SeenScene): Question {
  const lead = nearest(
    objects.filter(({ obstacle }) => canLead(obstacle.className)).filter(isOnLeadWay),
  );
  return {
    rule: 'ground.lead',
    answer: (object) => {
      if (lead === undefined) return isOnWay(object, AHEAD_WITHIN_M) ? 'unsure' : 'no';
      return object === lead ? 'yes' : 'no';
    },
    against: ({ sure }) => {
      const limits = { leadWithinM: LEAD_WITHIN_M, leadRangeM: LEAD_RANGE_M };
      const way = `within ${LEAD_WITHIN_M} m of the way ahead, up to ${LEAD_RANGE_M} m`;
      const instead =
        lead === undefined
          ? `No ${NOUNS[kind]} is ${way}`
          : 'Another one is the nearest on the way ahead';
      return against('ground.lead', instead, lead ?? nearest(sure), limits);
    },
  };
}

function isOnLeadWay(object: SeenObject): boolean {
  return isOnWay(object, LEAD_WITHIN_M);
}

function atPlace(kind: ObjectKind, place: ObjectPlace): Question {
  return {
    rule: 'ground.side',
    answer: (object) => isAt(object, place),
    against: ({ sure }) => {
      const limits = { deadZoneM: SIDE_DEAD_ZONE_M, aheadWithinM: AHEAD_WITHIN_M };
      return against(
        'ground.side',
        `No ${NOUNS[kind]} was ${PLACES[place]}`,
        nearest(sure),
        limits,
      );
    },
  };
}

function inMotion(kind: ObjectKind, motion: ObjectMotion): Question {
  return {
    rule: 'ground.motion',
    answer: (object) => movesAs(object, motion),
    against: ({ sure }) => {
      const later =
        motion === 'stopped' ? sure.flatMap((object) => firstStandsS(object) ?? []) : [];
      const limits = {
        standsBelowMps: OBJECT_STANDS_BELOW_MPS,
        movesAboveMps: OBJECT_MOVES_ABOVE_MPS,
        ...(later.length > 0 ? { trueAtS: rounded(Math.min(...later)) } : {}),
      };
      const instead = `No ${NOUNS[kind]} there was ${motion.replace('_', ' ')}`;
      return against('ground.motion', instead, nearest(sure), limits);
    },
  };
}

function supported(rule: GroundRule, objects: readonly SeenObject[]): Judged {
  const object = nearest(objects);
  const reason = object === undefined ? '' : `There was ${describe(object)}.`;
  return { rule, outcome: 'supported', reason, figures: figuresOf(object) };
}

function undetermined(rule: GroundRule, perhaps: readonly SeenObject[]): Judged {
  const object = nearest(perhaps);
  const reason = object === undefined ? '' : `It may be ${describe(object)}; that is not sure.`;
  return { rule, outcome: 'undetermined', reason, figures: figuresOf(object) };
}

function contradicted(rule: GroundRule, reason: string, figures: Verdict['figures']): Judged {
  return { rule, outcome: 'contradicted', reason, figures };
}

function against(
  rule: GroundRule,
  missing: string,
  instead: SeenObject | undefined,
  limits: Verdict['figures'],
): Judged {
  const reason =
    instead === undefined ? `${missing}.` : `${missing}; there was ${describe(instead)}.`;
  return contradicted(rule, reason, { ...figuresOf(instead), ...limits });
}

function nearest(objects: readonly SeenObject[]): SeenObject | undefined {
  let best: SeenObject | undefined;
  for (const object of objects) {
    if (best === undefined || object.distanceM < best.distanceM) best = object;
  }
  return best;
}

function figuresOf(object: SeenObject | undefined): Verdict['figures'] {
  if (object === undefined) return {};
  const { obstacle, distanceM, sights } = object;
  const last = sights.at(-1);
  const speeds = speedsOf(object);
  return {
    class: obstacle.className,
    track: obstacle.trackId,
    distanceM: rounded(distanceM),
    ...(last === undefined
      ? {}
      : { aheadM: rounded(last.aheadM), leftM: rounded(last.leftM), seenAtS: rounded(last.tS) }),
    ...(speeds === undefined ? {} : { speedMps: rounded(speeds.nowMps) }),
  };
}

/** "an automobile 23.4 m ahead and 2.1 m to the left of the way, at 0 m/s": what a person looks for in the picture. */
function describe(object: SeenObject): string {
  const name = object.obstacle.className.replaceAll('_', ' ');
  const last = object.sights.at(-1);
  const speeds = speedsOf(object);
  const article = /^[aeiou]/.test(name) ? 'an' : 'a';
  if (last === undefined) return `${article} ${name} ${rounded(object.distanceM, 1)} m away`;
  const along = `${rounded(Math.abs(last.aheadM), 1)} m ${last.aheadM < 0 ? 'behind' : 'ahead'}`;
  const aside = `${rounded(Math.abs(last.leftM), 1)} m to the ${last.leftM < 0 ? 'right' : 'left'} of the way`;
  const speed = speeds === undefined ? '' : `, at ${rounded(speeds.nowMps, 1)} m/s`;
  return `${article} ${name} ${along} and ${aside}${speed}`;
}

const NOUNS: Readonly<Record<ObjectKind, string>> = {
  vehicle: 'vehicle',
  heavy_vehicle: 'heavy vehicle',
  pedestrian: 'pedestrian',
  cyclist: 'cyclist',
  animal: 'animal',
  obstacle: 'obstacle',
};

const PLACES: Readonly<Record<ObjectPlace, string>> = {
  ahead: 'ahead',
  behind: 'behind',
  left: 'on the left',
  right: 'on the right',
  oncoming: 'oncoming',
};
