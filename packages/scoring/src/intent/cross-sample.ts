import { statedOn } from './agreement.ts';
import { rounded } from './figures.ts';
import { isStated } from './read-trace.ts';
import type { ReadTrace } from './read-trace.ts';
import type { Axis, StatedCause, StatedDecision } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** The samples of a window against each other: one policy, asked once, should not have opposite reasons. */

/** Plans that end farther apart are different plans. */
export const OTHER_PLAN_ABOVE_M = 5;

const HOLDS_BACK: ReadonlySet<StatedDecision['decision']> = new Set(['stop', 'yield']);
const GOES_ON: ReadonlySet<StatedDecision['decision']> = new Set(['set_speed', 'pass']);

/** What makes two plans the same: their meta-actions in order, and where they end. */
export interface PlanShape {
  /** Names of the meta-actions of both axes, in the order of time. */
  readonly actions: string;
  readonly finalX: number;
  readonly finalY: number;
}

/** How the samples of one window agree with each other. */
export interface SampleAgreement {
  /** Bits, of the stated pair of decisions; NaN when fewer than two samples state one. */
  readonly entropyBits: number;
  /** 1 when two samples state opposite decisions, else 0; NaN when fewer than two samples state one. */
  readonly opposed: number;
  /** Of the pairs of samples whose traces say the same, the share with different plans; NaN without such a pair. */
  readonly sameTraceOtherPlan: number;
  /** Of the pairs of samples with the same plan, the share whose traces differ; NaN without such a pair. */
  readonly samePlanOtherTrace: number;
  readonly verdicts: readonly Verdict[];
}

/**
 * Compares the samples of a window that state decisions; the others have nothing to compare.
 * @param plans one per sample
 * @param withVerdicts scores need the counts only, and most of the time goes into the sentences about pairs
 */
export function compareSamples(
  traces: readonly (ReadTrace | null)[],
  plans: readonly PlanShape[],
  { withVerdicts = true }: { readonly withVerdicts?: boolean } = {},
): SampleAgreement {
  const stated = traces.filter(isStated).map(statementOf);
  const opposed = oppositions(stated);
  const verdicts: Verdict[] = [...opposed];
  const counts = { sameTrace: 0, otherPlan: 0, samePlan: 0, otherTrace: 0 };
  for (const [i, a] of stated.entries()) {
    for (const b of stated.slice(i + 1)) {
      const difference = differenceOf(plans[a.sample], plans[b.sample]);
      const isSameTrace = a.whole === b.whole;
      if (isSameTrace) counts.sameTrace++;
      if (difference === null) counts.samePlan++;
      if (isSameTrace && difference !== null) {
        counts.otherPlan++;
        if (withVerdicts) verdicts.push(otherPlan(a, b, difference));
      }
      if (!isSameTrace && difference === null) {
        counts.otherTrace++;
        if (withVerdicts) verdicts.push(otherTrace(a, b));
      }
    }
  }
  const isCompared = stated.length >= 2;
  return {
    entropyBits: isCompared ? entropyBits(stated.map(({ pair }) => pair)) : NaN,
    opposed: isCompared ? Number(opposed.length > 0) : NaN,
    sameTraceOtherPlan: counts.sameTrace === 0 ? NaN : counts.otherPlan / counts.sameTrace,
    samePlanOtherTrace: counts.samePlan === 0 ? NaN : counts.otherTrace / counts.samePlan,
    verdicts,
  };
}

/** What a sample states, written so that equal statements are equal strings. */
interface Statement {
  readonly sample: number;
  readonly longitudinal: StatedDecision | undefined;
  readonly lateral: StatedDecision | undefined;
  /** The decisions of both axes. */
  readonly pair: string;
  /** All decisions and causes. */
  readonly whole: string;
}

function statementOf({ sample, parsed }: ReadTrace): Statement {
  const longitudinal = statedOn(parsed, 'longitudinal');
  const lateral = statedOn(parsed, 'lateral');
  const causes = parsed.causes.map(causeName).sort();
  const pair = `${nameOf(longitudinal)} & ${nameOf(lateral)}`;
  const whole = [...parsed.decisions.map(nameOf).sort(), ...causes].join('; ');
  return { sample, longitudinal, lateral, pair, whole };
}

/** Names of categories, objects, places and motions differ, so equal words are equal causes. */
function causeName({ category, object, place, motion, isLead }: StatedCause): string {
  const words = [category, isLead ? 'lead' : null, object, place, motion];
  return words.filter((word) => word !== null).join(' ');
}

function nameOf(decision: StatedDecision | undefined): string {
  if (decision === undefined) return 'none';
  return decision.direction === null
    ? decision.decision
    : `${decision.decision} ${decision.direction}`;
}

function entropyBits(names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  // Sorted, so that the order of the samples does not change the last bit.
  const terms = [...counts.values()]
    .sort((a, b) => a - b)
    .map((count) => (count / names.length) * Math.log2(names.length / count));
  return terms.reduce((sum, term) => sum + term, 0);
}

const OPPOSITIONS = {
  longitudinal: 'samples.opposite_speed',
  lateral: 'samples.opposite_direction',
} as const satisfies Record<Axis, string>;

/** At most one verdict per axis: who states the one and who the other. */
function oppositions(stated: readonly Statement[]): Verdict[] {
  const isIn = (set: typeof HOLDS_BACK) => (decision: StatedDecision | undefined) =>
    decision !== undefined && set.has(decision.decision);
  const heads = (direction: string) => (decision: StatedDecision | undefined) =>
    decision?.direction === direction;
  return [
    ...opposition(
      stated,
      'longitudinal',
      ['Stopping or yielding', isIn(HOLDS_BACK)],
      ['going on', isIn(GOES_ON)],
    ),
    ...opposition(stated, 'lateral', ['Left', heads('left')], ['right', heads('right')]),
  ];
}

type Side = readonly [name: string, holds: (decision: StatedDecision | undefined) => boolean];

function opposition(
  stated: readonly Statement[],
  axis: Axis,
  [oneName, isOne]: Side,
  [otherName, isOther]: Side,
): Verdict[] {
  const one = stated.filter((statement) => isOne(statement[axis])).map(({ sample }) => sample);
  const other = stated.filter((statement) => isOther(statement[axis])).map(({ sample }) => sample);
  if (one.length === 0 || other.length === 0) return [];
  return [
    {
      rule: OPPOSITIONS[axis],
      outcome: 'noted',
      sample: null,
      axis,
      span: null,
      reason: `${oneName} in ${named(one)}, ${otherName} in ${named(other)}.`,
      figures: { samples: one.length, otherSamples: other.length },
    },
  ];
}

function named(samples: readonly number[]): string {
  return `${samples.length === 1 ? 'sample' : 'samples'} ${samples.join(', ')}`;
}

/** How two plans differ: apart by metres at the end, or other meta-actions; null when they are the same. */
function differenceOf(
  a: PlanShape | undefined,
  b: PlanShape | undefined,
): Verdict['figures'] | null {
  if (a === undefined || b === undefined) return null;
  const apartM = Math.hypot(a.finalX - b.finalX, a.finalY - b.finalY);
  if (a.actions === b.actions && apartM <= OTHER_PLAN_ABOVE_M) return null;
  return { finalApartM: rounded(apartM), actions: a.actions, otherActions: b.actions };
}

function otherPlan(a: Statement, b: Statement, figures: Verdict['figures']): Verdict {
  return {
    rule: 'samples.same_trace_other_plan',
    ...ABOUT_ALL,
    reason: `Samples ${a.sample} and ${b.sample} say the same (${a.pair}) and plan differently: they end ${figures.finalApartM} m apart.`,
    figures: { sample: a.sample, otherSample: b.sample, ...figures },
  };
}

function otherTrace(a: Statement, b: Statement): Verdict {
  return {
    rule: 'samples.same_plan_other_trace',
    ...ABOUT_ALL,
    reason: `Samples ${a.sample} and ${b.sample} plan the same and say other things: "${a.whole}" and "${b.whole}".`,
    figures: { sample: a.sample, otherSample: b.sample, says: a.whole, otherSays: b.whole },
  };
}

const ABOUT_ALL = { outcome: 'noted', sample: null, axis: null, span: null } as const;
