import type { ObjectKind } from './trace.ts';

/** Whether a box of some class is an object of some kind. `unsure`: people use the word for it too, or nobody knows. */
export type Answer = 'yes' | 'no' | 'unsure';

interface ClassMeaning {
  readonly is: readonly ObjectKind[];
  /** A pick-up is a truck to some and an automobile to the labels; a rider may be called a pedestrian. */
  readonly mayBe: readonly ObjectKind[];
}

const CAR: ClassMeaning = { is: ['vehicle'], mayBe: ['heavy_vehicle', 'obstacle'] };
const HEAVY: ClassMeaning = { is: ['vehicle', 'heavy_vehicle'], mayBe: ['obstacle'] };
const PERSON: ClassMeaning = { is: ['pedestrian'], mayBe: ['cyclist', 'obstacle'] };
const RIDER: ClassMeaning = { is: ['cyclist'], mayBe: ['vehicle', 'pedestrian', 'obstacle'] };
const ANIMAL: ClassMeaning = { is: ['animal'], mayBe: ['obstacle'] };
const THING: ClassMeaning = { is: ['obstacle'], mayBe: [] };

/**
 * Classes of PhysicalAI-AV (labels `obstacle.offline`; the synthetic drives use some of them), of nuPlan, and the plain
 * words that other tools write. A class that is not here may be anything.
 */
const CLASSES = new Map<string, ClassMeaning>([
  ['automobile', CAR],
  ['heavy_truck', HEAVY],
  ['bus', HEAVY],
  ['train_or_tram_car', HEAVY],
  ['trolley_bus', HEAVY],
  ['other_vehicle', HEAVY],
  ['trailer', HEAVY],
  ['person', PERSON],
  ['stroller', PERSON],
  ['rider', RIDER],
  ['animal', ANIMAL],
  ['protruding_object', THING],
  ['vehicle', { is: ['vehicle'], mayBe: ['heavy_vehicle', 'cyclist', 'obstacle'] }],
  ['car', CAR],
  ['truck', HEAVY],
  ['pedestrian', PERSON],
  ['bicycle', RIDER],
  ['cyclist', RIDER],
  ['motorcycle', RIDER],
  ['traffic_cone', THING],
  ['barrier', THING],
  ['czone_sign', THING],
  ['generic_object', THING],
]);

/** Labels have boxes for road users; of cones, debris and potholes they hold a part, so that none there says nothing. */
export function isLabelled(kind: ObjectKind): boolean {
  return kind !== 'obstacle';
}

export function isOfKind(className: string, kind: ObjectKind): Answer {
  const meaning = CLASSES.get(className.toLowerCase());
  if (meaning === undefined) return 'unsure';
  if (meaning.is.includes(kind)) return 'yes';
  return meaning.mayBe.includes(kind) ? 'unsure' : 'no';
}

/** Whether a track can be what the vehicle follows. */
export function canLead(className: string): boolean {
  return isOfKind(className, 'vehicle') !== 'no';
}
